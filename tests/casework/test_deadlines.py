# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Deadlines skip weekends, Danish holidays, closing days and pauses."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.casework.deadlines import Pause, Term, due, is_working_day, last_day
from kodeks.casework.errors import CaseworkError


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("received", "days", "last"),
    [
        ("2026-03-02", 1, "2026-03-03"),
        ("2026-03-06", 1, "2026-03-09"),  # Friday to Monday
        ("2026-03-07", 1, "2026-03-09"),  # received on a Saturday
        ("2026-04-01", 1, "2026-04-07"),  # Easter
        ("2026-05-13", 1, "2026-05-15"),  # Ascension Day; the Friday is a working day
        ("2026-05-22", 1, "2026-05-26"),  # Whit Monday
        ("2026-06-04", 1, "2026-06-08"),  # Constitution Day, then a weekend
        ("2026-12-23", 1, "2026-12-28"),  # Christmas
        ("2026-12-30", 1, "2027-01-04"),  # New Year's Eve, New Year's Day, a weekend
        ("2023-05-04", 1, "2023-05-08"),  # store bededag in its last year
        ("2024-04-25", 1, "2024-04-26"),  # abolished: it would have been this day
        ("2026-03-02", 10, "2026-03-16"),
        ("2026-12-18", 7, "2027-01-04"),
        ("2024-02-28", 2, "2024-03-01"),  # leap day
    ],
)
def test_due(received, days, last):
    assert due(received=day(received), working_days=days) == day(last)


@pytest.mark.parametrize(
    ("started", "unit", "amount", "last"),
    [
        ("2026-03-27", "whole_days", 1, "2026-03-28"),  # ends on a Saturday
        ("2026-12-24", "whole_days", 1, "2026-12-25"),
        ("2026-03-27", "weekdays", 6, "2026-04-07"),  # Saturdays count, Easter does not
        ("2026-03-02", "weekdays", 6, "2026-03-09"),
        ("2026-03-07", "weekdays", 6, "2026-03-14"),  # ends on a Saturday
        ("2026-06-04", "weekdays", 1, "2026-06-05"),  # Constitution Day is a weekday
    ],
)
def test_hours_of_the_law_and_its_weekdays(started, unit, amount, last):
    term = Term(amount=amount, unit=unit, source="prøve", pausable=False)
    assert last_day(started_on=day(started), term=term) == day(last)


def test_closed_days_are_the_municipality_s_own():
    assert due(received=day("2026-06-04"), working_days=1, closed_days=()) == day("2026-06-05")
    own = {(3, 3)}
    assert due(received=day("2026-03-02"), working_days=1, closed_days=own) == day("2026-03-04")


def test_the_clock_stands_still_in_a_pause():
    pause = Pause(day("2026-03-04"), day("2026-03-10"))
    assert due(received=day("2026-03-02"), working_days=3, pauses=(pause,)) == day("2026-03-12")


@pytest.mark.parametrize("days", [0, -1, 1001])
def test_refuses_senseless_deadlines(days):
    with pytest.raises(CaseworkError, match="mellem 1 og 1000"):
        due(received=day("2026-03-02"), working_days=days)


@given(
    received=st.dates(datetime.date(2020, 1, 1), datetime.date(2035, 1, 1)),
    days=st.integers(1, 60),
)
def test_due_is_the_nth_working_day(received, days):
    last = due(received=received, working_days=days)
    between = (received + datetime.timedelta(n) for n in range(1, (last - received).days + 1))
    assert is_working_day(last)
    assert sum(map(is_working_day, between)) == days
