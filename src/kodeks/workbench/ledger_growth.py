# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How the log has grown, by day or, while it is young, by hour: numbers and their chart."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from django.utils import timezone
from django.utils.formats import date_format

from kodeks.kernel import heads
from kodeks.workbench import charts
from kodeks.workbench.figures import whole

_HOUR = dt.timedelta(hours=1)
_YOUNG = dt.timedelta(hours=48)
_HOURS, _DAYS = range(12, 49), range(7, 31)
"""The fewest and the most bars."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One day or hour: its name, what came and what the log had after it."""

    label: str
    added: int
    size: int

    @property
    def added_text(self) -> str:
        return whole(self.added)


@dataclass(frozen=True, kw_only=True)
class Growth:
    """The numbers and their chart; `periods` is "timer" or "dage", `by` the same of one."""

    by: str
    periods: str
    bars: list[Bar]
    added: int
    most: Bar
    chart: charts.Chart

    @property
    def added_text(self) -> str:
        return whole(self.added)


def growth(*, now: dt.datetime) -> Growth | None:
    """The newest days or hours of the log until `now`; None before its first head."""
    first = heads.after(0)
    if first is None:
        return None
    by_hour = now - first.at < _YOUNG
    starts = _hours(first.at, now) if by_hour else _days(first.at, now)
    # The head of this very moment belongs to the period that is not over yet.
    sizes = heads.sizes_before([*starts, now + _HOUR])
    # Sizes fall only where a clock was set back.
    added = [max(0, after - before) for before, after in pairwise(sizes)]
    bars = [
        Bar(label=_label(start, by_hour=by_hour), added=one, size=size)
        for start, one, size in zip(starts, added, sizes[1:], strict=True)
    ]
    by = "time" if by_hour else "dag"
    short = "H.i" if by_hour else "j. b"
    return Growth(
        by=by,
        periods="timer" if by_hour else "dage",
        bars=bars,
        added=sum(added),
        most=max(bars, key=lambda bar: bar.added),
        chart=charts.bars(
            id="growth",
            title=f"Nye linjer for hver {by}",
            columns=(by.capitalize(), "Nye linjer", "I alt"),
            amounts=[
                charts.Amount(
                    label=bar.label,
                    short=date_format(timezone.localtime(start), short),
                    value=bar.added,
                    text=bar.added_text,
                    more=(whole(bar.size),),
                )
                for start, bar in zip(starts, bars, strict=True)
            ],
        ),
    )


def _hours(first: dt.datetime, now: dt.datetime) -> list[dt.datetime]:
    """The starts of the hours, the one of `now` last. In UTC: a clock here repeats an hour."""
    last = now.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)
    number = _within(_HOURS, -((first - last) // _HOUR) + 1)
    return [last - back * _HOUR for back in reversed(range(number))]


def _days(first: dt.datetime, now: dt.datetime) -> list[dt.datetime]:
    """The midnights here that the days began with, today last."""
    today = timezone.localdate(now)
    number = _within(_DAYS, (today - timezone.localdate(first)).days + 1)
    days = [today - dt.timedelta(days=back) for back in reversed(range(number))]
    return [timezone.make_aware(dt.datetime.combine(day, dt.time.min)) for day in days]


def _within(limits: range, number: int) -> int:
    return min(max(number, limits[0]), limits[-1])


def _label(start: dt.datetime, *, by_hour: bool) -> str:
    form = r"j. F \k\l. H.i" if by_hour else "j. F Y"
    return date_format(timezone.localtime(start), form)
