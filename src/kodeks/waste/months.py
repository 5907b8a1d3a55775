# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The partitions of readings: a month each, by UTC. The owner makes them, ahead of time.

The application may not make tables (nor does any function make them with the owner's rights, see
docs/security.md), so `kodeks migrate` does, and a daily look says when too few are left.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from kodeks.robots.errors import BusinessError

BEHIND = 3
"""Months before this one that get a partition when the table is new."""
AHEAD = 24
LEAST_AHEAD = 6
"""Fewer months than this, and a person is told."""
_NAME = re.compile(r"waste_reading_([0-9]{4})_([0-9]{2})")
_REST = "waste_reading_rest"
_PARTITIONS = """
    SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'public.waste_reading'::regclass ORDER BY c.relname
"""


@dataclass(frozen=True)
class Partition:
    """`first` is the month's first day; None for the one of whatever no month has."""

    name: str
    first: dt.date | None


def make(*, today: dt.date | None = None) -> int:
    """Make those that are missing, as the owner; how many. What lay in the rest is moved."""
    today = today or timezone.now().date()
    span = (following(today, -BEHIND), following(today, AHEAD))
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.waste_make_months(%s, %s)", span)
        return int(cursor.fetchone()[0])


def partitions() -> list[Partition]:
    """All there are, by month, the rest last."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTITIONS)
        names = [name for (name,) in cursor.fetchall()]
    return [_partition(name) for name in names]


def look() -> None:
    """Background work: raises BusinessError when the next months have no partition."""
    months = {one.first for one in partitions()}
    today = timezone.now().date()
    if any(following(today, ahead) not in months for ahead in range(LEAST_AHEAD + 1)):
        raise BusinessError(
            "no_partition",
            f"Der mangler plads til målinger i de næste {LEAST_AHEAD} måneder. De bliver stadig "
            "gemt, men langsommere. Kør `kodeks migrate`.",
        )


def following(day: dt.date, months: int) -> dt.date:
    """The first day of the month that is so many months after the day's own."""
    at = day.year * 12 + day.month - 1 + months
    return dt.date(at // 12, at % 12 + 1, 1)


def _partition(name: str) -> Partition:
    if name == _REST:
        return Partition(name, None)
    told = _NAME.fullmatch(name)
    if told is None:
        raise ValueError(f"{name} is no partition of ours")
    return Partition(name, dt.date(int(told[1]), int(told[2]), 1))
