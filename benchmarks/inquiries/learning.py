# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Weeks of decisions on public data, with retraining and without; prints Markdown.

    python benchmarks/inquiries/learning.py [cycling] [banking77] [--bound 5] [--only ARM]

cycling: the citizens' proposals of the Cycling Dialogue Bonn in the order they were written.
banking77: the train part in an order drawn by seed, as it has no dates; the first 20 labels.

A caseworker gets the suggestions of the model in operation. One in ten is decided without seeing
it. A right suggestion is followed; a wrong one is followed too in a share of cases (--stamped),
else corrected, now and then wrongly (--noise). What is printed is held against the truth, which no
arm sees. The arms:

    none       the first model all the time
    retrained  what the product does: the last week is held back, followed suggestions do not teach,
               the new model is compared and refused or taken into operation
    all teach  the same, but followed suggestions teach as any other
    sure teach the same, but followed suggestions of a certainty of 0.95 teach too
    newest     learned from everything, the last week too, and never compared
    poisoned   `retrained`, where all topics of one week (--poisoned) are wrong
    poisoned, newest   `newest`, the same week

Words only. The data folder is the environment variable KODEKS_DATA.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from dataclasses import dataclass, field

import accuracy
import numpy as np

from kodeks.inquiries.engine.canary import Trial, compare
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.results import Triage
from kodeks.inquiries.engine.training import train

BLIND, LEAST_GROUP, LABELS = 0.1, 30, 20


@dataclass(frozen=True)
class Stream:
    """Texts with their true labels in the order they come: a beginning, then weeks."""

    texts: list[str]
    labels: list[str]
    start: int
    week: int


@dataclass(frozen=True)
class Arm:
    name: str
    retrained: bool = True
    held_back: bool = True
    followed_teach: bool = False
    sure: float = 2.0
    """Followed suggestions teach from this certainty on."""
    poisoned: bool = False


ARMS = (
    Arm("none", retrained=False),
    Arm("retrained"),
    Arm("all teach", followed_teach=True),
    Arm("sure teach", sure=0.95),
    Arm("newest", held_back=False),
    Arm("poisoned", poisoned=True),
    Arm("poisoned, newest", held_back=False, poisoned=True),
)


@dataclass
class Examples:
    texts: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    teaches: list[bool] = field(default_factory=list)

    def add(self, texts: Sequence[str], labels: Sequence[str], teaches: Sequence[bool]) -> None:
        self.texts += texts
        self.labels += labels
        self.teaches += teaches

    def model(self) -> TriageModel:
        return train(texts=self.texts, labels=self.labels, teaches=self.teaches)


def cycling() -> Stream:
    """Bonn by the time of writing."""
    path = accuracy.data_folder() / "cycling-dialogues/bonn.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["created"])
    texts = [f"{row['title']} {row['text']}" for row in rows]
    return Stream(texts, [row["main_category_level1"] for row in rows], 500, 300)


def banking77() -> Stream:
    """The first labels by name, in an order drawn by seed."""
    data = accuracy.banking77(accuracy.data_folder())
    kept = set(sorted(set(data.labels))[:LABELS])
    places = [i for i, label in enumerate(data.labels) if label in kept]
    order = np.random.default_rng(0).permutation(places)
    return Stream([data.texts[i] for i in order], [data.labels[i] for i in order], 300, 350)


def decided(
    truth: Sequence[str], answers: Sequence[Triage], options: argparse.Namespace, week: int
) -> tuple[list[str], list[bool]]:
    """What the caseworker chose, and whether it teaches. The same draws for every arm."""
    draw = np.random.default_rng(week)
    names = sorted(set(truth))
    labels, teaches = [], []
    for right, answer in zip(truth, answers, strict=True):
        blind, stamp, slip, other = draw.random(4)
        own = names[int(other * len(names))] if slip < options.noise else right
        suggested = answer.label
        if blind < BLIND:
            labels.append(own)
            teaches.append(True)
        elif suggested == right or stamp < options.stamped:
            labels.append(suggested)
            teaches.append(False)
        else:
            labels.append(own)
            teaches.append(True)
    return labels, teaches


def lived(stream: Stream, first: TriageModel, arm: Arm, options: argparse.Namespace) -> list[str]:
    """A cell for each week: accuracy, coverage and error against the truth, and what came of the
    retraining at its end."""
    model, known = first, Examples()
    known.add(stream.texts[: stream.start], stream.labels[: stream.start], [True] * stream.start)
    names = sorted(set(stream.labels))
    cells = []
    for week in range(options.weeks):
        part = slice(stream.start + week * stream.week, stream.start + (week + 1) * stream.week)
        texts, truth = stream.texts[part], stream.labels[part]
        answers = model.triage(texts, explained=False)
        right = np.array([one.label == label for one, label in zip(answers, truth, strict=True)])
        taken = np.array([one.accepted for one in answers])
        error = float((~right[taken]).mean()) if taken.any() else 0.0
        cell = f"{right.mean():.3f} / {taken.mean():.3f} / {error:.3f}"
        labels, teaches = decided(truth, answers, options, week)
        teaches = [
            taught or one.confidence >= arm.sure
            for taught, one in zip(teaches, answers, strict=True)
        ]
        if arm.poisoned and week == options.poisoned - 1:
            labels = [names[(names.index(label) + 1) % len(names)] for label in truth]
            teaches = [True] * len(labels)
        if arm.retrained and week + 1 < options.weeks:
            said = ""
            if not arm.held_back:
                known.add(texts, labels, _teaching(teaches, arm))
                model = known.model()
            else:
                if week:
                    candidate = known.model()
                    said, passes = verdict(model, candidate, texts, labels, options)
                    model = candidate if passes else model
                known.add(texts, labels, _teaching(teaches, arm))
            cell += f" {said}"
        cells.append(cell.strip())
    return cells


def _teaching(teaches: Sequence[bool], arm: Arm) -> list[bool]:
    return [True] * len(teaches) if arm.followed_teach else list(teaches)


def verdict(
    old: TriageModel,
    new: TriageModel,
    texts: Sequence[str],
    labels: Sequence[str],
    options: argparse.Namespace,
) -> tuple[str, bool]:
    trial = Trial(
        truth=labels,
        old=old.triage(texts, explained=False),
        new=new.triage(texts, explained=False),
        groups={},
    )
    figures = compare(
        trial, bound=options.bound / 100, group_bound=options.bound / 100, least=LEAST_GROUP
    )
    against = [f"{one.measure} {one.verdict}" for one in figures if one.refuses]
    return (f"(refused: {', '.join(against)})" if against else "(passed)"), not against


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="*", default=["cycling", "banking77"])
    parser.add_argument("--weeks", type=int, default=6)
    parser.add_argument("--bound", type=float, default=5)
    parser.add_argument("--stamped", type=float, default=0.3)
    parser.add_argument("--noise", type=float, default=0.03)
    parser.add_argument("--poisoned", type=int, default=3)
    parser.add_argument("--only", default="", help="arms whose name begins so")
    options = parser.parse_args()
    for what in options.what:
        stream = {"cycling": cycling, "banking77": banking77}[what]()
        first = train(texts=stream.texts[: stream.start], labels=stream.labels[: stream.start])
        weeks = " | ".join(f"week {week + 1}" for week in range(options.weeks))
        print(f"\n{what}: {stream.start} texts to begin with, {stream.week} a week\n", flush=True)
        print(f"| accuracy / coverage / error | {weeks} |\n|---|{'---|' * options.weeks}")
        for arm in ARMS:
            if not arm.name.startswith(options.only):
                continue
            cells = " | ".join(lived(stream, first, arm, options))
            print(f"| {arm.name} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
