# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Deadlines in working days.

A working day is Monday to Friday, no Danish public holiday (store bededag only until 2023,
lov nr. 214 af 06/03/2023) and no closing day of the municipality. The day of receipt does not
count. Days inside a pause (waiting for the citizen) do not count either.
"""

import datetime
import functools
from collections.abc import Collection
from dataclasses import dataclass

import holidays

from kodeks.casework.errors import CaseworkError

# (month, day) on which a town hall is closed by custom or agreement though the law does not say so:
# Constitution Day, Christmas Eve, New Year's Eve. A municipality passes its own.
CLOSED_DAYS: frozenset[tuple[int, int]] = frozenset({(6, 5), (12, 24), (12, 31)})


@dataclass(frozen=True)
class Pause:
    """A period, both days included, in which the clock stands still."""

    first: datetime.date
    last: datetime.date


def is_working_day(
    day: datetime.date, *, closed_days: Collection[tuple[int, int]] = CLOSED_DAYS
) -> bool:
    """Whether the municipality works on the day."""
    if day.weekday() >= 5 or (day.month, day.day) in closed_days:
        return False
    return day not in _public_holidays(day.year)


def due(
    *,
    received: datetime.date,
    working_days: int,
    closed_days: Collection[tuple[int, int]] = CLOSED_DAYS,
    pauses: Collection[Pause] = (),
) -> datetime.date:
    """Return the last day of a deadline of ``working_days`` (1 to 1000) working days.

    Raises CaseworkError for any other number of days.
    """
    if not 1 <= working_days <= 1000:
        raise CaseworkError("En frist skal være mellem 1 og 1000 arbejdsdage. Ret tallet.")
    day, left = received, working_days
    while left:
        day += datetime.timedelta(days=1)
        paused = any(pause.first <= day <= pause.last for pause in pauses)
        if not paused and is_working_day(day, closed_days=closed_days):
            left -= 1
    return day


@functools.cache
def _public_holidays(year: int) -> frozenset[datetime.date]:
    return frozenset(holidays.country_holidays("DK", years=year))
