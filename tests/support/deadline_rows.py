# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The 200 deadline cases of deadline_cases.csv, and what the program says of each.

`terms` are "lov" (a law whose clock cannot stand still), "lov*" (one whose clock can; "<3" is the
most months it may be put off to) or "kommune" (the municipality's promise), with amount and unit.
`pauses` are first..last, `slips` are told>new day, and `expected` is the day that the citizen waits
for in the end, or "afvist" when the new day must be refused.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

from kodeks.casework import deadlines
from kodeks.casework.deadlines import Pause, Term
from kodeks.casework.errors import CaseworkError

FILE = Path(__file__).parents[1] / "casework" / "deadline_cases.csv"
REFUSED = "afvist"


@dataclass(frozen=True)
class Row:
    number: int
    received: dt.date
    terms: tuple[Term, ...]
    longest: int | None
    pauses: tuple[tuple[dt.date, dt.date], ...]
    slips: tuple[tuple[dt.date, dt.date], ...]
    expected: str
    why: str


def rows() -> list[Row]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return [_row(row) for row in csv.DictReader(file)]


def computed(row: Row) -> str:
    """What the program says: an ISO date or `REFUSED`."""
    pauses = tuple(Pause(first, last) for first, last in row.pauses)
    day, holding = deadlines.first_to_end(started_on=row.received, terms=row.terms, pauses=pauses)
    latest = None
    if row.longest is not None:
        most = replace(holding, amount=row.longest, unit="months")
        latest = deadlines.last_day(started_on=row.received, term=most, pauses=pauses)
    for told_on, new_day in row.slips:
        try:
            deadlines.require_new_day(new_day, promised=day, told_on=told_on, latest=latest)
        except CaseworkError:
            return REFUSED
        day = new_day
    return day.isoformat()


def _row(row: dict[str, str]) -> Row:
    longest = None
    terms = []
    for text in row["terms"].split("; "):
        who, amount, unit = text.split(" ")
        unit, _, most = unit.partition("<")
        longest = int(most) if most else longest
        terms.append(
            Term(
                amount=int(amount),
                unit=unit,
                source=who,
                statutory=who != "kommune",
                pausable=who != "lov",
            )
        )
    return Row(
        number=int(row["number"]),
        received=dt.date.fromisoformat(row["received"]),
        terms=tuple(terms),
        longest=longest,
        pauses=_pairs(row["pauses"], ".."),
        slips=_pairs(row["slips"], ">"),
        expected=row["expected"],
        why=row["why"],
    )


def _pairs(text: str, between: str) -> tuple[tuple[dt.date, dt.date], ...]:
    pairs = (one.split(between) for one in text.split())
    return tuple((dt.date.fromisoformat(one), dt.date.fromisoformat(two)) for one, two in pairs)
