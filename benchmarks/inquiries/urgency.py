# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How many emergencies the rules of urgency hear, and how often they cry wolf. Prints Markdown.

    python benchmarks/inquiries/urgency.py [--part tuning|last] [--show]

`urgency_phrases.tsv` has invented texts: emergencies of twelve kinds, and calm texts with similar
words, in nine languages. The first byte of a text's SHA-256 says where it belongs: even, and the
rules may be mended by it; odd, and it is looked at when they are done. All are by the author of the
rules, so people's own cries for help will be heard less often.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kodeks.inquiries.engine import urgency
from kodeks.statistics.drills import exact_interval

PHRASES = Path(__file__).parent / "urgency_phrases.tsv"
CALM = "calm"
DANISH = "da"


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
        return bool(urgency.urgencies(self.text))


def phrases(file: Path = PHRASES) -> list[Phrase]:
    lines = file.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [Phrase(*row) for row in rows[1:]]


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
    parser.add_argument("--part", choices=("tuning", "last"), default="tuning")
    parser.add_argument("--show", action="store_true", help="list what is wrong")
    asked = parser.parse_args()
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
                found = ", ".join(f"{of.rule} »{of.matched}«" for of in urgency.urgencies(one.text))
                print(f"- {one.kind} {one.language}: {one.text} {found}")


if __name__ == "__main__":
    main()
