# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How many emergencies the rules of urgency hear, and how often they cry wolf. Prints Markdown.

    python benchmarks/inquiries/urgency.py [--part tuning|last|rounds|others] [--data FOLDER]

`urgency_phrases.tsv` has invented texts: emergencies of twelve kinds, and calm texts with similar
words, in nine languages. The first byte of a text's SHA-256 says where it belongs: even, and the
rules may be mended by it; odd, and it is looked at when they are done. `urgency_rounds.tsv` has
five rounds more, each measured before a rule was mended by it; what was heard then stands in
`docs/measurements.md`. All are by the authors of the rules, so people's own cries for help will be
heard less often. `others` are the demo's texts and public ones, by other hands.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import accuracy

from kodeks.demo import corpus
from kodeks.inquiries.engine import urgency
from kodeks.statistics.drills import exact_interval

PHRASES = Path(__file__).parent / "urgency_phrases.tsv"
ROUNDS = Path(__file__).parent / "urgency_rounds.tsv"
CALM = "calm"
DANISH = "da"
MOST = 1_000
"""So many texts of a public set, evenly drawn."""


@dataclass(frozen=True)
class Phrase:
    kind: str
    language: str
    text: str

    @property
    def is_last(self) -> bool:
        """Whether it is of the part that nothing is mended by."""
        return hashlib.sha256(self.text.encode()).digest()[0] % 2 == 1

    @property
    def fires(self) -> bool:
        return bool(urgency.fired(self.text))


def phrases(file: Path = PHRASES) -> list[Phrase]:
    lines = file.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [Phrase(*row) for row in rows[1:]]


def rounds() -> dict[str, list[Phrase]]:
    """The phrases of each later round."""
    found: dict[str, list[Phrase]] = {}
    for line in ROUNDS.read_text(encoding="utf-8").splitlines():
        if not line.startswith(("#", "round\t")):
            number, *parts = line.split("\t")
            found.setdefault(number, []).append(Phrase(*parts))
    return found


def others(data: Path) -> dict[str, list[Phrase]]:
    """Texts by other hands: the demo's, urgent and calm, and public ones."""
    found: dict[str, list[Phrase]] = {}
    for one in corpus.everything():
        name = "demo, urgent" if one.urgent else "demo, calm"
        found.setdefault(name, []).append(Phrase(name, DANISH, one.text))
    for name in ("xsid", "clinc150", "cycling", "banking77"):
        texts = accuracy.SETS[name](data).texts
        texts = texts[:: -(-len(texts) // MOST)]
        found[name] = [Phrase(CALM, "", text) for text in texts]
    return found


def row(name: str, found: Iterable[Phrase]) -> str:
    """A row of the table: how many of the texts the rules fire on, with an interval."""
    some = list(found)
    count = sum(one.fires for one in some)
    if not some:
        return f"| {name} | 0 | | |"
    low, high = exact_interval(count=count, total=len(some))
    return f"| {name} | {len(some)} | {count / len(some):.3f} | {low:.3f}-{high:.3f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--part", choices=("tuning", "last", "rounds", "others"), default="tuning")
    parser.add_argument("--data", type=Path, default=accuracy.data_folder())
    parser.add_argument("--show", action="store_true", help="list what is wrong")
    asked = parser.parse_args()
    if asked.part == "others":
        print("| | texts | share | interval |\n|---|---|---|---|")
        for name, found in others(asked.data).items():
            print(row(name, found), flush=True)
        return
    if asked.part == "rounds":
        print("| round | texts | share | interval |\n|---|---|---|---|")
        for number, found in rounds().items():
            print(row(f"{number}, emergencies", (one for one in found if one.kind != CALM)))
            print(row(f"{number}, calm", (one for one in found if one.kind == CALM)))
        return
    part = [one for one in phrases() if one.is_last is (asked.part == "last")]
    urgent = [one for one in part if one.kind != CALM]
    calm = [one for one in part if one.kind == CALM]
    print(f"Part: {asked.part}. What the rules fire on, with exact 95 % intervals.\n")
    print("| | texts | share | interval |\n|---|---|---|---|")
    print(row("**emergencies**", urgent))
    print(row("Danish", (one for one in urgent if one.language == DANISH)))
    print(row("other languages", (one for one in urgent if one.language != DANISH)))
    for kind in sorted({one.kind for one in urgent}):
        print(row(kind, (one for one in urgent if one.kind == kind)))
    for language in sorted({one.language for one in urgent} - {DANISH}):
        print(row(language, (one for one in urgent if one.language == language)))
    print(row("**calm texts** (false alarms)", calm))
    if asked.show:
        for one in part:
            if one.fires is (one.kind == CALM):
                found = ", ".join(f"{of.rule} »{of.matched}«" for of in urgency.fired(one.text))
                print(f"- {one.kind} {one.language}: {one.text} {found}")


if __name__ == "__main__":
    main()
