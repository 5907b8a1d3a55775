# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Answered inquiries like this one: of how many is the topic the same, and how long does it take?

    python benchmarks/inquiries/similar.py quality [--choose]
    python benchmarks/inquiries/similar.py speed --rows 100000

`quality`: the demo's history (540 texts) is the archive, the texts of its inbox (180), which the
model has not seen, are asked for. Precision@5 is the share of the five first whose topic is that
of the text asked for. Beside ours in the same run: BM25 (k1 1.2, b 0.75; Robertson and Zaragoza
2009) of words as they stand, BM25 of stems without small words, and the cosine of scikit-learn's
TF-IDF of words. Ours is what the page does: fifty candidates by the rarest stems, put in order by
the model. `--choose` tries the share of topics on the history alone, each third asked for in the
two others with a model trained on these. Intervals are 95 %, by bootstrap over the texts asked
for.

`speed`: an installation of its own with that many answered inquiries, texts of the demo's history
with a fifth of the words exchanged; then all that the page does (permit, reading, search, model) is
timed for texts of the inbox, for a person who sees everything and for one who sees one
department.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import psycopg
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1] / "kernel"))

from installation import fresh

from kodeks.demo import corpus
from kodeks.demo.corpus import Written
from kodeks.inquiries.engine import likeness
from kodeks.inquiries.engine.model import TriageModel
from kodeks.language import tokens

Floats = NDArray[np.float64]
TOP, CANDIDATES, RARE = 5, 50, 24
SHARES = (0.0, 0.1, 0.2, 0.3, 0.5, 1.0)
_FILL = (
    "INSERT INTO casework_case (id, key, number, title, kle_id, facet, unit_id, sensitivity, state,"
    " opened_at, closed_at) SELECT md5('c' || b.n)::uuid, 'b' || b.n, '2025-' ||"
    " lpad(b.n::text, 7, '0'), 'Sag', k.id, 'G01', t.unit_id, 'confidential', 'closed', now(),"
    " now() FROM bench AS b JOIN inquiries_topic AS t ON t.label = b.label"
    " JOIN LATERAL (SELECT min(k.id) AS id FROM casework_klesubject AS k"
    " WHERE k.number = t.kle_number) AS k ON true",
    "INSERT INTO casework_inboxitem (id, key, unit_id, case_id, kind, created_at, handled_at)"
    " SELECT md5('i' || c.key)::uuid, c.key, c.unit_id, c.id, 'inquiry', now(), now()"
    " FROM casework_case AS c WHERE c.key ~ '^b[0-9]+$'",
    "INSERT INTO inquiries_inquiry (id, external_id, channel, district, text, sender_name, urgency,"
    " received_at, registered_at, case_id, decision_id) SELECT md5('q' || b.n)::uuid, 'b' || b.n,"
    " 'web', '', b.body, '', '', now(), now(), md5('c' || b.n)::uuid, md5('d' || b.n)::uuid"
    " FROM bench AS b",
    "INSERT INTO inquiries_answered (item_id, inquiry_id, case_id, topic_id, received_on,"
    " answered_on, terms) SELECT md5('ib' || b.n)::uuid, md5('q' || b.n)::uuid,"
    " md5('c' || b.n)::uuid, b.label, current_date, current_date, b.terms FROM bench AS b",
    "INSERT INTO inquiries_answeredterm (term, answered_id, unit_id, kle_id)"
    " SELECT DISTINCT one, a.id, c.unit_id, c.kle_id FROM inquiries_answered AS a"
    " JOIN casework_case AS c ON c.id = a.case_id, unnest(a.terms) AS one",
)


def trained(texts: Sequence[Written]) -> TriageModel:
    from kodeks.inquiries.engine import training

    return training.train(texts=[one.text for one in texts], labels=[one.label for one in texts])


def words(text: str) -> list[str]:
    return tokens.words(text.lower())


def bm25(
    archive: Sequence[str], asked: Sequence[str], split: Callable[[str], Sequence[str]]
) -> Floats:
    """Scores (asked, archive)."""
    counts = [Counter(split(text)) for text in archive]
    lengths = np.array([one.total() for one in counts], dtype=np.float64)
    lists: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, one in enumerate(counts):
        for word, count in one.items():
            lists[word].append((at, count))
    scores = np.zeros((len(asked), len(archive)))
    norm = 1.2 * (0.25 + 0.75 * lengths / lengths.mean())
    for row, text in enumerate(asked):
        for word in set(split(text)):
            known = len(lists.get(word, ()))
            idf = math.log(1 + (len(archive) - known + 0.5) / (known + 0.5))
            for at, count in lists.get(word, ()):
                scores[row, at] += idf * count * 2.2 / (count + norm[at])
    return scores


def tfidf(archive: Sequence[str], asked: Sequence[str]) -> Floats:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectoriser = TfidfVectorizer(sublinear_tf=True)
    known = vectoriser.fit_transform(archive)
    return np.asarray((vectoriser.transform(asked) @ known.T).toarray())


def candidates(archive: Sequence[str], asked: Sequence[str]) -> list[list[int]]:
    """As the database's `inquiries_alike` finds them."""
    lists: dict[str, list[int]] = defaultdict(list)
    for at, text in enumerate(archive):
        for stem in likeness.stems_of(text):
            lists[stem].append(at)
    found = []
    for text in asked:
        known = sorted((lists[one] for one in likeness.stems_of(text) if one in lists), key=len)
        score: Counter[int] = Counter()
        for one in known[:RARE]:
            for at in one:
                score[at] += math.log(1 + len(archive) / len(one))
        found.append([at for at, _ in score.most_common(CANDIDATES)])
    return found


def ours(model: TriageModel, archive: Sequence[str], asked: Sequence[str], share: float) -> Floats:
    scores = np.full((len(asked), len(archive)), -1.0)
    usual, likeness.TOPIC_SHARE = likeness.TOPIC_SHARE, share
    for row, (text, some) in enumerate(zip(asked, candidates(archive, asked), strict=True)):
        if some:
            scores[row, some] = likeness.closeness(model, text, [archive[at] for at in some])
    likeness.TOPIC_SHARE = usual
    return scores


def precisions(scores: Floats, archive: Sequence[str], asked: Sequence[str]) -> Floats:
    """Of each text asked for: the share of its five first with its topic."""
    labels = np.array(archive)
    first = np.argsort(-scores, axis=1, kind="stable")[:, :TOP]
    return np.asarray((labels[first] == np.array(asked)[:, None]).mean(axis=1))


def told(name: str, found: Floats) -> None:
    draw = np.random.default_rng(2020)
    means = draw.choice(found, size=(2000, len(found))).mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    print(f"{name:<34} {found.mean():.3f}  ({low:.3f} to {high:.3f})")


def quality(*, choose: bool) -> None:
    past = corpus.history()
    if choose:
        found: dict[float, list[float]] = {share: [] for share in SHARES}
        for fold in range(3):
            known = [one for at, one in enumerate(past) if at % 3 != fold]
            asked = [one for at, one in enumerate(past) if at % 3 == fold]
            model = trained(known)
            for share in SHARES:
                scores = ours(model, texts(known), texts(asked), share)
                found[share].append(float(precisions(scores, labels(known), labels(asked)).mean()))
        for share, each in found.items():
            print(f"topics' share {share:<20} {statistics.mean(each):.3f}  (history, 3 folds)")
        return
    asked, model = corpus.inbox(), trained(past)
    for name, scores in (
        ("BM25, words as they stand", bm25(texts(past), texts(asked), words)),
        ("BM25, stems", bm25(texts(past), texts(asked), likeness.stems_of)),
        ("TF-IDF, cosine (scikit-learn)", tfidf(texts(past), texts(asked))),
        ("ours without topics", ours(model, texts(past), texts(asked), 0.0)),
        ("ours", ours(model, texts(past), texts(asked), likeness.TOPIC_SHARE)),
    ):
        told(name, precisions(scores, labels(past), labels(asked)))


def texts(some: Sequence[Written]) -> list[str]:
    return [one.text for one in some]


def labels(some: Sequence[Written]) -> list[str]:
    return [one.label for one in some]


def varied(draw: random.Random, past: Sequence[Written], every: Sequence[str]) -> Written:
    """A text of the history with a fifth of its words exchanged for others of the corpus."""
    one = draw.choice(past)
    changed = [draw.choice(every) if draw.random() < 0.2 else word for word in one.text.split()]
    return replace(one, text=" ".join(changed))


def speed(*, rows: int, times: int) -> None:
    draw, past = random.Random(2020), corpus.history()
    every = sorted({word for one in past for word in one.text.split()})
    with fresh() as cluster, psycopg.connect(cluster.owner_url, autocommit=True) as owner:
        import django

        django.setup()
        fill(owner, (varied(draw, past, every) for _ in range(rows)))
        for name, (took, worked) in asked_for(times).items():
            p50, p95 = np.quantile(took, (0.5, 0.95))
            print(
                f"{rows} answered, {name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms of {len(took)};"
                f" {worked:.0f} ms of processor time each"
            )


def fill(owner: psycopg.Connection, archive: Iterable[Written]) -> None:
    """A closed case, an inbox item, an inquiry and that it is answered for each text."""
    owner.execute("CREATE TABLE bench (n serial, label text, body text, terms bigint[])")
    into = "COPY bench (label, body, terms) FROM STDIN"
    with owner.cursor() as cursor, cursor.copy(into) as copy:
        for one in archive:
            copy.write_row((one.label, one.text, list(likeness.terms(one.text))))
    # As the trigger does for each row, for all at once.
    owner.execute("ALTER TABLE inquiries_answered DISABLE TRIGGER inquiries_keep_terms")
    for statement in _FILL:
        owner.execute(statement)
    owner.execute("ALTER TABLE inquiries_answered ENABLE TRIGGER inquiries_keep_terms")
    owner.execute("VACUUM ANALYZE")


def asked_for(times: int) -> dict[str, tuple[list[float], float]]:
    """Milliseconds of what the page does, for texts that the model has not seen; and the mean of
    processor time, here and in the database's process, which other work does not lengthen."""
    from kodeks.inquiries import services, similar
    from kodeks.kernel import api as kernel
    from kodeks.kernel.models import User

    inquiries = [
        services.receive(external_id=f"bench:{one.id}", text=one.text, channel="web")[0]
        for one in corpus.inbox()[:times]
    ]
    found: dict[str, tuple[list[float], float]] = {}
    people = {"who sees everything": "sofie", "who sees one department": "viggo"}
    for name, username in people.items():
        user = User.objects.get(username=username)
        took: list[float] = []
        with kernel.viewer(user):
            similar.like(inquiries[0], user=user)
            before = processor_seconds()
            for inquiry in inquiries:
                began = time.perf_counter()
                similar.like(inquiry, user=user)
                took.append(1000 * (time.perf_counter() - began))
            worked = 1000 * (processor_seconds() - before) / len(inquiries)
        found[name] = (took, worked)
    return found


def processor_seconds() -> float:
    """Of this process and of the one that serves it in the database (Linux)."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (number,) = cursor.fetchone()
    fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", choices=("quality", "speed"))
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=100)
    given = parser.parse_args()
    if given.what == "quality":
        quality(choose=given.choose)
    else:
        speed(rows=given.rows, times=given.times)


if __name__ == "__main__":
    main()
