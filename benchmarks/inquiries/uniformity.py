# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Is the same matter sent the same way, whoever wrote it, from where and how? Prints Markdown.

    python benchmarks/inquiries/uniformity.py WHAT [--first-rules] [--meaning] [--most N]

WHAT is `demo` (the demo's history), `xsid` (Danish), `clinc150` (English; learn on the train part,
change the validation part) or `cycling` (German proposals). A model is trained on each fold's rest
and answers the fold's texts as they are and changed in each of the ways of `changing`.

The *route* is what a person is shown and the robot would carry out: the topic (which has its
department), or the common desk where the text seems to be out of scope. "And way" asks besides that
the gate is the same (sure of the topic, of the department, or a person chooses). "Of the sure"
counts only texts whose topic the engine was sure of. Bounds are one-sided Clopper-Pearson, 95 %.

Since a likeliest topic is shown only where it is sure (decision 0062), another table has the place
that the product sends a text to, at a share of wrong ones that the manager allows: the sure topic,
the sure department, or a person at the common intake. It says how many texts are sure, since all
are sent the same way where none is; and of those that a person chooses for before and after, how
many are given the same topics to choose between, and at least one that is.

At last the share that is sure of its topic ("automatic") in groups: of the same texts in other
clothes, where only the group differs, and of texts as they are by channel, district and length.

--read trains nothing and counts the texts that are read the same, word for word, which are sent
the same way by any model. --first-rules reads texts as models of format 3 do; --meaning learns
with the embedding too.
"""

from __future__ import annotations

import argparse
import random
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import accuracy
import numpy as np
from choices import shown
from scipy.special import betaincinv
from sklearn.model_selection import StratifiedKFold
from triage import Kept

from kodeks.demo import corpus
from kodeks.inquiries.engine import changing
from kodeks.inquiries.engine.cleaning import FIRST_VERSION, Reading
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.results import Triage
from kodeks.inquiries.engine.training import train
from kodeks.language import embeddings

WANTED = {"typos": 0.95}
LEAST_GROUP = 30
ALLOWED = (0.05, 0.30)
"""Of the sure suggestions so many may be wrong; the demo's manager allows the second."""
Groups = dict[str, list[str]]
Pair = tuple[float, Triage, Triage]
"""At which share of wrong ones, the answer before, and after a change."""
Answered = tuple[list[str], list[Triage], TriageModel, dict[str, list[str]]]


def lower_bound(same: int, total: int) -> float:
    """The least share that `same` of `total` speaks for."""
    return float(betaincinv(same, total - same + 1, 0.05)) if same else 0.0


def route(found: Triage) -> str:
    """The topic, or the common desk."""
    return corpus_label if found.out_of_scope else found.label


corpus_label = "andet"


def place(found: Triage) -> str:
    """Where the product sends a text: a topic, a department, or "" for the common intake."""
    return {"label": found.label, "department": f"at {found.department}"}.get(found.way, "")


def allowed(model: TriageModel, texts: Sequence[str]) -> dict[float, list[Triage]]:
    """The answers at each share of wrong ones that is allowed."""
    return {some: model.triage(texts, max_error=some, explained=False) for some in ALLOWED}


def both(
    first: Mapping[float, list[Triage]], model: TriageModel, others: Sequence[str]
) -> list[Pair]:
    """The answers to the texts as they were, `first`, beside those to the changed ones."""
    later = allowed(model, others)
    return [
        (some, *pair) for some in ALLOWED for pair in zip(first[some], later[some], strict=True)
    ]


def demo_departments() -> dict[str, str]:
    """Each topic's department in the demo."""
    plan = tomllib.loads((files("kodeks.demo") / "topics.toml").read_text(encoding="utf-8"))
    return {label: topic["unit"] for label, topic in plan["topics"].items()}


def demo() -> tuple[accuracy.Dataset, Groups]:
    """The demo's history, 5-fold."""
    rows = corpus.history()
    texts, labels = [row.text for row in rows], [row.label for row in rows]
    folds = StratifiedKFold(5, shuffle=True, random_state=0).split(texts, labels)
    groups = {"channel": [row.channel for row in rows], "district": [row.district for row in rows]}
    return accuracy.Dataset(texts, labels, [(a.tolist(), b.tolist()) for a, b in folds]), groups


def length_of(text: str) -> str:
    words = len(text.split())
    return "under 10 words" if words < 10 else "10-39 words" if words < 40 else "40 words and more"


def folds(
    data: accuracy.Dataset,
    groups: Groups,
    asked: argparse.Namespace,
    embedder: embeddings.Embedder | None,
) -> Iterator[Answered]:
    """Each fold's texts, answered by a model that has not seen them, with the model and groups."""
    left = asked.most
    for seen, new in data.splits:
        new = new[: max(left, 0)]
        left -= len(new)
        if not new:
            return
        reading = Reading(version=FIRST_VERSION) if asked.first_rules else None
        model = train(
            texts=[data.texts[i] for i in seen],
            labels=[data.labels[i] for i in seen],
            divided_by={name: [every[i] for i in seen] for name, every in groups.items()},
            embedder=embedder,
            reading=reading,
            departments=demo_departments() if asked.what == "demo" else None,
        )
        texts = [data.texts[i] for i in new]
        own = {name: [every[i] for i in new] for name, every in groups.items()}
        own["length"] = [length_of(text) for text in texts]
        yield texts, model.triage(texts, explained=False), model, own


def chosen(asked: argparse.Namespace) -> embeddings.Embedder | None:
    """The embedding, if it is asked for, whose points may be kept in a folder."""
    found = embeddings.default() if asked.meaning else None
    return Kept(found, asked.cache) if found and asked.cache else found


def main() -> None:
    """Measure one set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", choices=["demo", "xsid", "clinc150", "cycling"])
    parser.add_argument("--data", type=Path, default=accuracy.data_folder())
    parser.add_argument("--first-rules", action="store_true")
    parser.add_argument("--read", action="store_true")
    parser.add_argument("--meaning", action="store_true")
    parser.add_argument("--most", type=int, default=1_000, help="texts that are changed")
    parser.add_argument("--cache", type=Path)
    asked = parser.parse_args()
    embedder = chosen(asked)
    data, groups = demo() if asked.what == "demo" else (accuracy.SETS[asked.what](asked.data), {})
    if asked.read:
        read_the_same(data.texts[: asked.most], groups.get("district", []))
        return
    counted: dict[tuple[str, str], list[tuple[bool, bool, bool]]] = defaultdict(list)
    automatic: dict[tuple[str, str], list[bool]] = defaultdict(list)
    placed: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    used = 0.0
    changed_texts = 0
    for texts, answers, model, own in folds(data, groups, asked, embedder):
        for attribute, names in own.items():
            for name, answer in zip(names, answers, strict=True):
                automatic[attribute, name].append(answer.way == "label")
        first = allowed(model, texts)
        for kind, ways in changing.CHANGES.items():
            for way, change in ways.items():
                draw = random.Random(f"{kind}{way}")
                others = [change(text, draw) for text in texts]
                placed[kind, way] += both(first, model, others)
                start = time.process_time()
                found = model.triage(others, explained=False)
                used += time.process_time() - start
                changed_texts += len(others)
                for before, after in zip(answers, found, strict=True):
                    same = route(before) == route(after)
                    counted[kind, way].append(
                        (same, same and before.way == after.way, before.way == "label")
                    )
                    if kind in ("name", "channel"):
                        automatic[f"{kind}, same texts", way].append(after.way == "label")
    if isinstance(embedder, Kept):
        embedder.save()
    report(asked.what, counted, automatic)
    report_places(asked.what, placed)
    print(f"\n{changed_texts / used:.0f} changed texts a CPU s")


def read_the_same(texts: Sequence[str], districts: Sequence[str]) -> None:
    """A line for each change: how many texts are read word for word as before it."""
    reading = Reading(places=tuple(sorted({*districts} - {""})))
    before = [reading.clean(text).split() for text in texts]
    for kind, ways in changing.CHANGES.items():
        for way, change in ways.items():
            draw = random.Random(f"{kind}{way}")
            after = [reading.clean(change(text, draw)).split() for text in texts]
            same = sum(one == other for one, other in zip(before, after, strict=True))
            bound = lower_bound(same, len(texts))
            print(
                f"| {kind} | {way} | {len(texts)} | {same / len(texts):.4f} ({bound:.4f}) |",
                flush=True,
            )


def report(
    what: str,
    counted: dict[tuple[str, str], list[tuple[bool, bool, bool]]],
    automatic: dict[tuple[str, str], list[bool]],
) -> None:
    """Two tables."""
    print("| set | changed | how | texts | same route (at least) | and way | of the sure |")
    print("|---|---|---|---|---|---|---|")
    for kind in changing.CHANGES:
        every = [one for (other, _), found in counted.items() if other == kind for one in found]
        for way, found in [
            *((w, f) for (k, w), f in counted.items() if k == kind),
            ("**all**", every),
        ]:
            print(row(what, kind, way, found))
    print("\n| set | groups | automatic share in each | gap |\n|---|---|---|---|")
    attributes = list(dict.fromkeys(attribute for attribute, _ in automatic))
    for attribute in attributes:
        each = {
            name: sum(found) / len(found)
            for (other, name), found in automatic.items()
            if other == attribute and len(found) >= LEAST_GROUP
        }
        if len(each) < 2:
            continue
        shown = ", ".join(f"{name} {share:.3f}" for name, share in sorted(each.items()))
        gap = 100 * (max(each.values()) - min(each.values()))
        print(f"| {what} | {attribute} | {shown} | {gap:.1f} points |")


def report_places(what: str, placed: Mapping[tuple[str, str], list[Pair]]) -> None:
    """The places that the product sends texts to, for each kind of change and each way of typos."""
    print(
        "\n| set | allowed | changed | texts | sure of the topic | of the department only |", end=""
    )
    print(" same place | of the sure | a person both times | same choices | one in common |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for some in ALLOWED:
        for kind, ways in changing.CHANGES.items():
            of_ways = {
                way: [(b, a) for share, b, a in placed[kind, way] if share == some] for way in ways
            }
            every = [pair for pairs in of_ways.values() for pair in pairs]
            listed = of_ways if kind == "typos" else {}
            for name, pairs in {**listed, f"{kind}, all": every}.items():
                print(place_row(f"{what} | {100 * some:.0f} % | {name}", pairs))


def place_row(name: str, pairs: Sequence[tuple[Triage, Triage]]) -> str:
    """One line of it."""
    same = [place(before) == place(after) for before, after in pairs]
    sure = [one for one, (before, _) in zip(same, pairs, strict=True) if place(before)]
    unsure = [pair for pair in pairs if not any(map(place, pair))]
    choices = [({*shown(before)}, {*shown(after)}) for before, after in unsure]
    columns = [
        name,
        str(len(pairs)),
        *(f"{np.mean([b.way == way for b, _ in pairs]):.4f}" for way in ("label", "department")),
        f"{np.mean(same):.4f}",
        f"{np.mean(sure):.4f} of {len(sure)}" if sure else "-",
        str(len(unsure)),
        f"{np.mean([one == other for one, other in choices]):.4f}" if unsure else "-",
        f"{np.mean([bool(one & other) for one, other in choices]):.4f}" if unsure else "-",
    ]
    return f"| {' | '.join(columns)} |"


def row(what: str, kind: str, way: str, found: Sequence[tuple[bool, bool, bool]]) -> str:
    """One line of the first table."""
    total, same = len(found), sum(one[0] for one in found)
    sure = [one for one in found if one[2]]
    of_sure = f"{sum(one[0] for one in sure) / len(sure):.4f} of {len(sure)}" if sure else "-"
    return (
        f"| {what} | {kind} | {way} | {total} "
        f"| {same / total:.4f} ({lower_bound(same, total):.4f}) "
        f"| {sum(one[1] for one in found) / total:.4f} | {of_sure} |"
    )


if __name__ == "__main__":
    main()
