# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The figures that the triage is held to, each on public data, beside the plain recipe; Markdown.

    python benchmarks/inquiries/triage.py WHAT --data ../shared/data/inquiries [--words]

WHAT is one of

    cycling   5-fold on the citizens' proposals of the Cycling Dialogue Bonn
    clinc150  learn on the train part, answer the validation part, both with out-of-scope texts
    fewshot   CLINC150 with 8 examples of each label, three draws, without out-of-scope texts
    xsid      5-fold on the Danish utterances of xSID
    bulk      texts a CPU second without embeddings and without reasons, beside the plain recipe
    embedding texts a CPU second of the embedding
    agreement how far the proposals' own labels go: texts of several topics, and how often two
              texts with the same title have the same main topic

Weights, thresholds and gates are chosen by `train` inside each training part. --words leaves the
embedding out; --cache FOLDER keeps points from one run to the next.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations
from pathlib import Path

import accuracy
import numpy as np
from sklearn.metrics import f1_score, roc_auc_score

from kodeks.demo import corpus
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.results import Triage
from kodeks.inquiries.engine.training import is_out_of_scope, train
from kodeks.language import embeddings
from kodeks.statistics.calibration import expected_error

EACH, DRAWS, MAX_ERROR = 8, 3, 0.05
HEAD = (
    "| set | accuracy | macro F1 | ECE | coverage at 5 % (of any threshold) "
    "| realised error | right among the choices | out of scope accepted | |\n"
    "|---|---|---|---|---|---|---|---|---|"
)
BOUND = 0.07
"""The highest upper bound with which 5 % of errors is still safe triage (the same texts, asked
again with a department that allows this much)."""


class Kept:
    """An embedding whose points are kept in a file between runs."""

    def __init__(self, embedder: embeddings.Embedder, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._inner, self._file = embedder, folder / f"{embedder.name}.npz"
        self._known: dict[str, np.ndarray] = {}
        if self._file.exists():
            found = np.load(self._file)
            self._known = dict(zip(found["keys"].tolist(), found["points"], strict=True))

    @property
    def name(self) -> str:
        return self._inner.name

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        keys = [hashlib.sha256(t.encode("utf-8", "replace")).hexdigest()[:32] for t in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if new:
            self._known.update(zip(new, self._inner.embed(list(new.values())), strict=True))
        return np.stack([self._known[key] for key in keys]).astype(np.float64)

    def has_word(self, word: str) -> bool:
        return self._inner.has_word(word)

    def save(self) -> None:
        """Write what is known."""
        np.savez(
            self._file,
            keys=np.array(list(self._known)),
            points=np.stack(list(self._known.values())).astype(np.float32),
        )


def belonging(model: TriageModel, texts: Sequence[str]) -> np.ndarray:
    """(n,): how much each text belongs: what the gate compares with its threshold."""
    documents = list(model.vectoriser.documents(texts))
    points = list(model._points(texts))
    signs = []
    for document, point in zip(documents, points, strict=True):
        scores = document.values @ model.weights[document.indices] + model.intercepts
        margins, row = scores[:-1], [scores[-1]]
        if model.meaning is not None:
            margins = margins + model.meaning.margins(point[None])[0]
            known = model.meaning.scores(point[None])
            row += model.meaning.familiarity(point[None], known)[0].tolist()
        signs.append([margins.max(), *row])
    return model.gate.values(np.array(signs))


def wrong_by_rank(right: np.ndarray, confidence: np.ndarray) -> np.ndarray:
    """(n,): the share of wrong ones among the surest, the two surest, and so on."""
    surest = right[np.argsort(-confidence, kind="stable")]
    return np.cumsum(~surest) / np.arange(1, len(surest) + 1)


def covered(wrong: np.ndarray) -> float:
    """The most that any threshold could accept at MAX_ERROR: what is in the ranking to be had."""
    held = np.flatnonzero(wrong <= MAX_ERROR)
    return (held[-1] + 1) / len(wrong) if len(held) else 0.0


def line(name: str, truth: Sequence[str], answers: Sequence[Triage], more: str = "") -> str:
    """One row of the table."""
    inside = np.array([not is_out_of_scope(label) for label in truth])
    right = np.array([a.label == label for a, label in zip(answers, truth, strict=True)])
    accepted = np.array([a.accepted for a in answers])
    confidence = np.array([a.confidence for a in answers])
    known = [label for label in truth if not is_out_of_scope(label)]
    guess = [a.label for a, i in zip(answers, inside, strict=True) if i]
    f1 = f1_score(known, guess, labels=sorted(set(known)), average="macro")
    oracle = covered(wrong_by_rank(right[inside], confidence[inside]))
    taken = accepted & inside
    error = f"{(~right[taken]).mean():.3f}" if taken.any() else "-"
    choices = [
        label in [a.label, *(other.label for other in a.alternatives[: a.choices - 1])]
        for a, label, i in zip(answers, truth, inside, strict=True)
        if i and not a.accepted and not a.out_of_scope
    ]
    among = f"{np.mean(choices):.3f}" if choices else "-"
    ece = expected_error(confidence[inside], right[inside])
    outside = "-" if inside.all() else f"{accepted[~inside].mean():.3f}"
    return (
        f"| {name} | {right[inside].mean():.3f} | {f1:.3f} | {ece:.3f} | "
        f"{accepted[inside].mean():.3f} ({oracle:.3f}) | {error} | {among} | {outside} | {more} |"
    )


def folded(name: str, data: accuracy.Dataset, embedder: embeddings.Embedder | None) -> None:
    """Train on each fold's rest, answer the fold."""
    truth = [data.labels[i] for _, new in data.splits for i in new]
    print(accuracy.row(name, "recipe", truth, accuracy.baseline(data), ""), flush=True)
    answers: list[Triage] = []
    allowing: list[Triage] = []
    for seen, new in data.splits:
        model = train(
            texts=[data.texts[i] for i in seen],
            labels=[data.labels[i] for i in seen],
            embedder=embedder,
        )
        texts = [data.texts[i] for i in new]
        answers += model.triage(texts, max_error=MAX_ERROR, explained=False)
        allowing += model.triage(texts, max_error=BOUND, explained=False)
        print(f"<!-- {model.metrics} -->", file=sys.stderr, flush=True)
    print(line(f"{name}, 5-fold", truth, answers), flush=True)
    print(line(f"{name}, 5-fold, {BOUND:.0%} promised", truth, allowing), flush=True)


def clinc150(data: accuracy.Dataset, embedder: embeddings.Embedder | None) -> None:
    """Learn on the train part, answer the validation part."""
    ((seen, new),) = data.splits
    start = time.process_time()
    model = train(
        texts=[data.texts[i] for i in seen],
        labels=[data.labels[i] for i in seen],
        embedder=embedder,
    )
    used = time.process_time() - start
    texts, truth = [data.texts[i] for i in new], [data.labels[i] for i in new]
    answers = model.triage(texts, max_error=MAX_ERROR, explained=False)
    inside = [not is_out_of_scope(label) for label in truth]
    area = roc_auc_score(inside, belonging(model, texts))
    print(f"<!-- {model.metrics} {model.gate} -->", file=sys.stderr)
    print(line("clinc150", truth, answers, f"AUROC {area:.4f}, training {used:.0f} CPU s"))


def fewshot(data: accuracy.Dataset, embedder: embeddings.Embedder | None) -> None:
    """A few examples of each label of the train part; the validation part is answered."""
    ((seen, new),) = data.splits
    inside = [i for i in new if not is_out_of_scope(data.labels[i])]
    for draw in range(DRAWS):
        chosen = drawn(data, seen, random.Random(draw))
        model = train(
            texts=[data.texts[i] for i in chosen],
            labels=[data.labels[i] for i in chosen],
            embedder=embedder,
        )
        answers = model.triage([data.texts[i] for i in inside], explained=False)
        print(
            line(f"8 a label, draw {draw}", [data.labels[i] for i in inside], answers), flush=True
        )


def drawn(data: accuracy.Dataset, seen: Sequence[int], draw: random.Random) -> list[int]:
    """EACH examples of each label."""
    by_label: dict[str, list[int]] = {}
    for i in seen:
        if not is_out_of_scope(data.labels[i]):
            by_label.setdefault(data.labels[i], []).append(i)
    return [i for rows in by_label.values() for i in draw.sample(rows, EACH)]


def bulk(folder: Path) -> None:
    """Short and long texts, and the demo's letters, sorted by a model of words."""
    sets = {name: accuracy.SETS[name](folder) for name in ("clinc150", "cycling", "xsid")}
    told = {name: (data.texts, data.labels) for name, data in sets.items()}
    letters = corpus.everything()
    told["the demo"] = [one.text for one in letters], [one.label for one in letters]
    for name, (texts, labels) in told.items():
        seen = [i for i in range(len(texts)) if not is_out_of_scope(labels[i])][
            :: max(1, len(texts) // 1500)
        ]
        examples, topics = [texts[i] for i in seen], [labels[i] for i in seen]
        model = train(texts=examples, labels=topics)
        plain = accuracy.recipe().fit(examples, topics)
        asked = texts[:3000]
        words = np.mean([len(text.split()) for text in asked])
        for call in ("first call", "later"):
            ours = _speed(partial(model.triage, explained=False), asked)
            peer = _speed(plain.predict, asked)
            print(
                f"| {name}, {words:.0f} words a text, {call} | {ours:.0f} texts a CPU s "
                f"| {peer:.0f} | {ours / peer:.2f} |"
            )


def _speed(answer: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    """Texts a CPU second."""
    start = time.process_time()
    answer(texts)
    return len(texts) / (time.process_time() - start)


def embedding(folder: Path, embedder: embeddings.Embedder) -> None:
    """How fast texts become points."""
    for name in ("clinc150", "cycling"):
        texts = accuracy.SETS[name](folder).texts[:200]
        start = time.process_time()
        embedder.embed(texts)
        used = time.process_time() - start
        print(f"| {name} | {embedder.name} | {len(texts) / used:.1f} texts a CPU s |")


def agreement(folder: Path) -> None:
    """What no model can know of the proposals' main topic."""
    with (folder / "cycling-dialogues/bonn.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    labels = [row["main_category_level1"] for row in rows]
    several = sum(sum(row[topic] == "1" for topic in set(labels)) > 1 for row in rows)
    titled: dict[str, list[str]] = {}
    for row, label in zip(rows, labels, strict=True):
        titled.setdefault(" ".join(re.findall(r"\w+", row["title"].lower())), []).append(label)
    pairs = [one == other for same in titled.values() for one, other in combinations(same, 2)]
    print(f"| {len(rows)} texts | {several} of several main topics |")
    print(f"| {len(pairs)} pairs of one title | {sum(pairs)} of one main topic |")


def main() -> None:
    """Run one of the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "what",
        choices=[
            *("cycling", "clinc150", "fewshot", "xsid"),
            *("bulk", "embedding", "agreement"),
        ],
    )
    parser.add_argument("--data", type=Path, default=accuracy.data_folder())
    parser.add_argument("--words", action="store_true")
    parser.add_argument("--cache", type=Path)
    asked = parser.parse_args()
    if asked.what in ("bulk", "agreement"):
        {"bulk": bulk, "agreement": agreement}[asked.what](asked.data)
        return
    embedder = None if asked.words else embeddings.default()
    if asked.what == "embedding":
        embedding(asked.data, embeddings.default())
        return
    if asked.cache and embedder:
        embedder = Kept(embedder, asked.cache)
    print(HEAD)
    name = "clinc150" if asked.what == "fewshot" else asked.what
    data = accuracy.SETS[name](asked.data)
    if asked.what in ("clinc150", "fewshot"):
        {"clinc150": clinc150, "fewshot": fewshot}[asked.what](data, embedder)
    else:
        folded(asked.what, data, embedder)
    if isinstance(embedder, Kept):
        embedder.save()


if __name__ == "__main__":
    main()
