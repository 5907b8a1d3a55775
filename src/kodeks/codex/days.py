# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Days of law: Copenhagen's calendar, rows with a first and a last day, dates in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Protocol
from zoneinfo import ZoneInfo

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_MONTHS = """
    januar februar marts april maj juni juli august september oktober november december
"""


class Dated(Protocol):
    """Anything with a first and a last day; no last day means that no end is known."""

    @property
    def valid_from(self) -> dt.date: ...

    @property
    def valid_to(self) -> dt.date | None: ...


def law_day(moment: dt.datetime) -> dt.date:
    """The day in Copenhagen at `moment`. Raises ValueError when `moment` has no time zone."""
    if moment.tzinfo is None:
        raise ValueError("the moment has no time zone")
    return moment.astimezone(_COPENHAGEN).date()


def counts(row: Dated, day: dt.date) -> bool:
    """Whether `day` lies between the row's first and last day, both included."""
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)


def turning_days(rows: Iterable[Dated], *, first: dt.date, last: dt.date) -> list[dt.date]:
    """The days after `first`, up to `last`, on which a row begins to count or no longer does."""
    days = set()
    for row in rows:
        days.add(row.valid_from)
        if row.valid_to is not None:
            days.add(row.valid_to + dt.timedelta(days=1))
    return sorted(day for day in days if first < day <= last)


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later; the last of the month where it has no such day."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    for last in range(day.day, 27, -1):
        try:
            return dt.date(year, month + 1, last)
        except ValueError:
            continue
    return dt.date(year, month + 1, day.day)


def in_words(day: dt.date) -> str:
    """A date as Danes write it: 1. juli 2026."""
    return f"{day.day}. {_MONTHS.split()[day.month - 1]} {day.year}"
