# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How the log has grown, by day or, while it is young, by hour: numbers, and bars to draw them.

The drawing is as wide as its place on the page: what stands beside each other is in percent, what
stands above each other in pixels, so words and lines keep their size on every screen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, pairwise

from django.utils import timezone
from django.utils.formats import date_format

from kodeks.kernel import heads
from kodeks.workbench.figures import whole

HEIGHT = 160
"""Pixels of the highest bar that the scale has room for."""
TOP = 8
"""Pixels above it, so that the uppermost line is whole."""
_HOUR = dt.timedelta(hours=1)
_YOUNG = dt.timedelta(hours=48)
_HOURS, _DAYS = range(12, 49), range(7, 31)
"""The fewest and the most bars."""
_GAP = 0.2
"""The share of a bar's room that is left empty."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One day or hour: its name, what came and what the log had after it; x and width in percent,
    y and height in pixels."""

    label: str
    added: int
    size: int
    x: str
    width: str
    y: int
    height: int

    @property
    def added_text(self) -> str:
        return whole(self.added)

    @property
    def size_text(self) -> str:
        return whole(self.size)


@dataclass(frozen=True)
class Mark:
    """A word below the drawing, or a number beside it, and where."""

    text: str
    at: str
    anchor: str = "end"


@dataclass(frozen=True, kw_only=True)
class Growth:
    """The drawing and its numbers; `by` is "time" or "dag", `periods` the same of several."""

    by: str
    periods: str
    bars: list[Bar]
    added: int
    most: Bar
    lines: list[Mark]
    names: list[Mark]
    base: int = TOP + HEIGHT
    height: int = TOP + HEIGHT + 28

    @property
    def newest_first(self) -> list[Bar]:
        return self.bars[::-1]

    @property
    def added_text(self) -> str:
        return whole(self.added)

    @property
    def margin(self) -> int:
        """Pixels beside the bars, for the numbers of the scale."""
        return 12 + 8 * max(len(line.text) for line in self.lines)


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
    top = _scale(max(added))
    labels = [_label(start, by_hour=by_hour) for start in starts]
    bars = [
        _bar(place, len(starts), label=label, added=one, size=size, top=top)
        for place, (label, one, size) in enumerate(zip(labels, added, sizes[1:], strict=True))
    ]
    return Growth(
        by="time" if by_hour else "dag",
        periods="timer" if by_hour else "dage",
        bars=bars,
        added=sum(added),
        most=max(bars, key=lambda bar: bar.added),
        lines=[Mark(whole(part), str(_y(part, top))) for part in (top, top // 2, 0)],
        names=_names(starts, by_hour=by_hour),
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


def _scale(most: int) -> int:
    """A round number that is not below `most` and whose half is whole."""
    tops = (lead * 10**power for power in count() for lead in (1, 2, 4, 6, 8))
    return next(top for top in tops if top >= max(most, 2))


def _bar(place: int, number: int, *, label: str, added: int, size: int, top: int) -> Bar:
    y = _y(added, top)
    room = 100 / number
    return Bar(
        label=label,
        added=added,
        size=size,
        x=f"{room * (place + _GAP / 2):.3f}%",
        width=f"{room * (1 - _GAP):.3f}%",
        y=y,
        height=TOP + HEIGHT - y,
    )


def _y(value: int, top: int) -> int:
    # What came can be seen, however little it was.
    height = round(HEIGHT * value / top)
    return TOP + HEIGHT - (max(height, 2) if value else 0)


def _names(starts: Sequence[dt.datetime], *, by_hour: bool) -> list[Mark]:
    """The first, the middle and the last period below the drawing."""
    short = "H.i" if by_hour else "j. b"
    middle = len(starts) // 2
    shown = ((0, "0%", "start"), (middle, "", "middle"), (len(starts) - 1, "100%", "end"))
    return [
        Mark(
            date_format(timezone.localtime(starts[place]), short),
            at or f"{100 * (place + 0.5) / len(starts):.3f}%",
            anchor,
        )
        for place, at, anchor in shown
    ]


def _label(start: dt.datetime, *, by_hour: bool) -> str:
    form = r"j. F \k\l. H.i" if by_hour else "j. F Y"
    return date_format(timezone.localtime(start), form)
