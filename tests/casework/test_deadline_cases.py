# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""200 deadlines worked out by hand, held against the program and against a slow oracle."""

from __future__ import annotations

import datetime as dt

import day_by_day
import pytest
from deadline_rows import REFUSED, Row, computed, rows
from hypothesis import given
from hypothesis import strategies as st

from kodeks.casework import deadlines
from kodeks.casework.deadlines import Pause, Term

ROWS = rows()
# The Church's own tables.
EASTER = (
    "2021-04-04 2022-04-17 2023-04-09 2024-03-31 2025-04-20 2026-04-05 2027-03-28 2028-04-16 "
    "2029-04-01 2030-04-21 2038-04-25"
)


def by_the_oracle(row: Row) -> str:
    days = [
        day_by_day.last_day(
            row.received, term.amount, term.unit, list(row.pauses) if term.pausable else []
        )
        for term in row.terms
    ]
    day = min(days)
    latest = dt.date.max
    if row.longest:
        latest = day_by_day.last_day(row.received, row.longest, "months", list(row.pauses))
    for told_on, new_day in row.slips:
        if not (max(day, told_on) < new_day <= latest and day_by_day.works(new_day)):
            return REFUSED
        day = new_day
    return day.isoformat()


def test_there_are_200_cases_and_each_says_why() -> None:
    assert [row.number for row in ROWS] == list(range(1, 201))
    assert len({(row.received, row.terms, row.pauses, row.slips) for row in ROWS}) == 200
    assert all(row.why for row in ROWS)


def test_the_oracle_knows_easter() -> None:
    for text in EASTER.split():
        day = dt.date.fromisoformat(text)
        assert day_by_day.easter(day.year) == day


def test_the_oracle_agrees_with_what_was_worked_out_by_hand() -> None:
    assert [(row.number, by_the_oracle(row)) for row in ROWS] == [
        (row.number, row.expected) for row in ROWS
    ]


def test_the_program_is_right_in_all_of_them() -> None:
    wrong = [(row, computed(row)) for row in ROWS if computed(row) != row.expected]
    assert wrong == []


def test_every_kind_of_closed_day_is_met() -> None:
    """For some case the day would be another one if the holiday were an ordinary day."""
    touched = {name: 0 for name in ("easter", "bededag", "ascension", "whitsun", "fixed")}
    for row in ROWS:
        if row.expected == REFUSED:
            continue
        day = row.received
        while day <= dt.date.fromisoformat(row.expected):
            sunday = day_by_day.easter(day.year)
            after = (day - sunday).days
            touched["easter"] += after in (-3, -2, 1)
            touched["bededag"] += after == 26 and day.year <= 2023
            touched["ascension"] += after == 39
            touched["whitsun"] += after == 50
            touched["fixed"] += (day.month, day.day) in ((6, 5), (12, 24), (12, 31))
            day += day_by_day.ONE
    assert min(touched.values()) >= 4, touched


@given(
    start=st.dates(dt.date(2019, 1, 1), dt.date(2035, 1, 1)),
    amount=st.integers(1, 40),
    unit=st.sampled_from(("working_days", "calendar_days", "weeks", "months")),
    pauses=st.lists(st.tuples(st.integers(-5, 60), st.integers(0, 30)), max_size=3),
)
def test_program_and_oracle_agree_on_any_deadline(start, amount, unit, pauses) -> None:
    if unit == "months":
        amount = min(amount, 14)
    periods = [
        (start + dt.timedelta(first), start + dt.timedelta(first + length))
        for first, length in pauses
    ]
    found = deadlines.last_day(
        started_on=start,
        term=Term(amount=amount, unit=unit, source="prøve"),
        pauses=[Pause(first, last) for first, last in periods],
    )
    assert found == day_by_day.last_day(start, amount, unit, periods)


@pytest.mark.parametrize("year", range(2019, 2040))
def test_working_days_are_the_oracles_in_every_year(year: int) -> None:
    day = dt.date(year, 1, 1)
    while day.year == year:
        assert deadlines.is_working_day(day) == day_by_day.works(day), day
        day += day_by_day.ONE
