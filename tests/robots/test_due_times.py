# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Cron on Danish clocks: the clock is put forward on 29 March 2026 and back on 25 October."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.robots import due_times
from kodeks.robots.due_times import ZONE


def _utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def _fired(cron: str, *, since: str, hours: int) -> list[str]:
    """What a worker that looks every minute sees become due, in UTC."""
    start = _utc(since)
    seen = {due_times.last(cron, start)}
    found = []
    for minute in range(1, hours * 60 + 1):
        due = due_times.last(cron, start + dt.timedelta(minutes=minute))
        if due not in seen and due is not None:
            seen.add(due)
            found.append(due.strftime("%H:%M"))
    return found


@pytest.mark.parametrize(
    ("cron", "since", "expected"),
    [
        ("0 6 * * *", "2026-01-15", ["05:00"]),
        ("0 6 * * *", "2026-07-15", ["04:00"]),
        # Half past two is not on the clock; it comes at half past three, once.
        ("30 2 * * *", "2026-03-29", ["01:30"]),
        # Half past two is there twice; the first counts.
        ("30 2 * * *", "2026-10-25", ["00:30"]),
        # In the hour that comes twice, what is due each hour is due in both.
        ("0 * * * *", "2026-10-25", [f"{hour:02d}:00" for hour in range(1, 24)]),
        ("0 * * * *", "2026-03-29", [f"{hour:02d}:00" for hour in range(1, 24)]),
    ],
)
def test_a_due_time_comes_once_also_when_the_clock_jumps(
    cron: str, since: str, expected: list[str]
) -> None:
    found = _fired(cron, since=f"{since}T00:00", hours=23)
    assert found == expected


@given(
    now=st.datetimes(min_value=dt.datetime(2026, 1, 1), max_value=dt.datetime(2027, 1, 1)),
    minute=st.integers(0, 59),
    hour=st.integers(0, 23),
    days=st.sampled_from(["* * *", "* * 1-5", "1 * *"]),
)
def test_last_is_not_after_now_and_following_is(
    now: dt.datetime, minute: int, hour: int, days: str
) -> None:
    moment = now.replace(tzinfo=dt.UTC)
    cron = f"{minute} {hour} {days}"
    last, following = due_times.last(cron, moment), due_times.following(cron, moment)
    assert last is not None
    assert following is not None
    assert last <= moment < following
    assert due_times.last(cron, following) == following
    assert due_times.following(cron, last) in (following, last) or last < following
    shown = following.astimezone(ZONE)
    assert shown.minute == minute
    assert shown.hour in (hour, hour + 1), "an hour later only where the clock jumps over it"


@pytest.mark.parametrize("text", ["0 6 * * *", "*/15 8-16 * * 1-5", "0 0 29 2 *"])
def test_five_fields_are_a_cron_expression(text: str) -> None:
    assert due_times.is_cron(text)


@pytest.mark.parametrize("text", ["", "* * * *", "61 * * * *", "0 0 31 2 *", "@daily", "a b c d e"])
def test_other_texts_are_none(text: str) -> None:
    assert not due_times.is_cron(text)
