# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How long citizens wait: for the receipt, for the choice of a department and for the answer.

Each time belongs to the period in which it ended, and each promise to the period of its last day,
so a period that is over does not change. A matter that waits still has no time; that its promise is
broken is counted on the day it ran out.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

_Period = TypeVar("_Period", bound=Hashable)
_TENTHS = 9


@dataclass(frozen=True, kw_only=True)
class Course:
    """One matter's moments; None for what has not happened or does not stand in the ledger.

    `unit` is where the robot forwarded it, `promised` the last day that the letter promised.
    """

    began: dt.datetime
    decided: dt.datetime | None = None
    receipt: dt.datetime | None = None
    answered: dt.datetime | None = None
    promised: dt.date | None = None
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Of `count` times: half of them and nine of ten were no longer than this."""

    count: int
    median: dt.timedelta
    p90: dt.timedelta


@dataclass(frozen=True, kw_only=True)
class Times:
    """A period: the waits that ended in it (None: none), and the promises that ran out in it."""

    response: Wait | None
    triage: Wait | None
    handling: Wait | None
    promised: int
    kept: int

    @property
    def share_kept(self) -> float | None:
        return self.kept / self.promised if self.promised else None


class _Sum:
    def __init__(self) -> None:
        self.waits: dict[str, list[dt.timedelta]] = {"response": [], "triage": [], "handling": []}
        self.promised = self.kept = 0


def times(
    *,
    courses: Iterable[Course],
    today: dt.date,
    day_of: Callable[[dt.datetime], dt.date],
    period_of: Callable[[dt.date], _Period],
) -> dict[_Period, Times]:
    """The times of each period. A promise counts when its last day is over, and not before, or
    those that are kept early would count alone.

    `day_of` gives the day that a moment falls on where the municipality is.
    """
    sums: dict[_Period, _Sum] = {}

    def on(day: dt.date) -> _Sum:
        return sums.setdefault(period_of(day), _Sum())

    for one in courses:
        ended = {"response": one.receipt, "triage": one.decided, "handling": one.answered}
        for name, moment in ended.items():
            if moment is not None:
                on(day_of(moment)).waits[name].append(moment - one.began)
        if one.promised is not None and one.promised < today:
            into = on(one.promised)
            into.promised += 1
            into.kept += one.answered is not None and day_of(one.answered) <= one.promised
    return {period: _times(found) for period, found in sums.items()}


def by_unit(courses: Iterable[Course]) -> dict[str, list[Course]]:
    """The matters of each unit; "" for those that were not forwarded."""
    found: dict[str, list[Course]] = {}
    for one in courses:
        found.setdefault(one.unit, []).append(one)
    return found


def _times(found: _Sum) -> Times:
    return Times(
        response=_wait(found.waits["response"]),
        triage=_wait(found.waits["triage"]),
        handling=_wait(found.waits["handling"]),
        promised=found.promised,
        kept=found.kept,
    )


def _wait(waits: Sequence[dt.timedelta]) -> Wait | None:
    if not waits:
        return None
    ordered = sorted(waits)
    return Wait(
        count=len(ordered), median=_nearest(ordered, 5, 10), p90=_nearest(ordered, _TENTHS, 10)
    )


def _nearest(ordered: Sequence[dt.timedelta], part: int, of: int) -> dt.timedelta:
    """The quantile by nearest rank (Hyndman & Fan 1996, type 1): a time that somebody waited."""
    return ordered[math.ceil(len(ordered) * part / of) - 1]
