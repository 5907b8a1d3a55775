# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How the log has grown, by day or, while it is young, by hour: numbers, and bars to draw them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from django.utils import timezone
from django.utils.formats import date_format

from kodeks.kernel import heads
from kodeks.workbench import bars
from kodeks.workbench.figures import whole

_HOUR = dt.timedelta(hours=1)
_YOUNG = dt.timedelta(hours=48)
_HOURS, _DAYS = range(12, 49), range(7, 31)
"""The fewest and the most bars."""


@dataclass(frozen=True, kw_only=True)
class Bar(bars.Bar):
    """One day or hour: what came, and what the log had after it."""

    size: int

    @property
    def added(self) -> int:
        return self.value

    @property
    def size_text(self) -> str:
        return whole(self.size)


@dataclass(frozen=True, kw_only=True)
class Growth(bars.Chart[Bar]):
    """The drawing and its numbers; `by` is "time" or "dag", `periods` the same of several."""

    by: str
    periods: str
    added: int
    most: Bar

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
    top = bars.scale(max(added))
    labels = [_label(start, by_hour=by_hour) for start in starts]
    drawn = [
        Bar(label=label, size=size, **bars.drawn(place, len(starts), value=one, top=top))
        for place, (label, one, size) in enumerate(zip(labels, added, sizes[1:], strict=True))
    ]
    short = "H.i" if by_hour else "j. b"
    return Growth(
        by="time" if by_hour else "dag",
        periods="timer" if by_hour else "dage",
        bars=drawn,
        added=sum(added),
        most=max(drawn, key=lambda bar: bar.added),
        lines=bars.lines(top),
        names=bars.names([date_format(timezone.localtime(start), short) for start in starts]),
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
