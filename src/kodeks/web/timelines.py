# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A percentage over time as a drawing: measured, with what happened, and what is expected.

`{% include "components/timeline.html" with line=... %}` draws it. The page has the same in tables.
What stands beside each other is in percent and what stands above each other in pixels, as in the
other drawings, so words keep their size on every screen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

HEIGHT, TOP, BELOW, WIDE = 160, 8, 28, 1000
_TICKS = (0, 25, 50, 75, 100)
_MOST_DAYS_NAMED = 8


@dataclass(frozen=True, kw_only=True)
class Point:
    """A percentage at a moment; None where nobody knows."""

    at: dt.datetime
    value: float | None


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Something that happened at a moment; Danish."""

    at: dt.datetime
    label: str


@dataclass(frozen=True, kw_only=True)
class Span:
    """A time in which something held; without `end` it still does."""

    begin: dt.datetime
    end: dt.datetime | None
    label: str


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What is expected at a moment: percentages at 10, 50 and 90 % of the probability."""

    at: dt.datetime
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Tick:
    """A line of the scale with its words; x in percent, y in pixels."""

    x: str
    y: int
    text: str


@dataclass(frozen=True)
class Area:
    """x and width in percent."""

    x: str
    width: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """What `components/timeline.html` draws; lines and bands are WIDE units wide."""

    id: str
    title: str
    lines: tuple[str, ...]
    marks: tuple[Area, ...]
    spans: tuple[Area, ...]
    band: str
    expected: str
    limit: Tick | None
    levels: tuple[Tick, ...]
    days: tuple[Tick, ...]
    height: int = TOP + HEIGHT + BELOW
    base: int = TOP + HEIGHT
    top: int = TOP
    tall: int = HEIGHT
    wide: int = WIDE


def line(
    *,
    id: str,
    title: str,
    points: Sequence[Point],
    since: dt.datetime,
    until: dt.datetime,
    gap: dt.timedelta,
    marks: Sequence[Mark] = (),
    spans: Sequence[Span] = (),
    expected: Sequence[Expected] = (),
    limit: float | None = None,
) -> Line:
    """From `since` to `until` (aware), sorted by time; points further apart than `gap` are not
    joined. `expected` begins with what is known now. Errors: ValueError for no time at all."""
    if until <= since:
        raise ValueError("a line needs time")

    def share(at: dt.datetime) -> float:
        return min(max((at - since) / (until - since), 0.0), 1.0)

    def across(at: dt.datetime) -> str:
        return f"{100 * share(at):.3f}%"

    def place(at: dt.datetime, value: float) -> str:
        return f"{WIDE * share(at):.1f},{_height(value)}"

    band = [place(one.at, one.high) for one in expected]
    band += [place(one.at, one.low) for one in reversed(expected)]
    return Line(
        id=id,
        title=title,
        lines=tuple(
            " ".join(place(one.at, one.value or 0.0) for one in run) for run in _runs(points, gap)
        ),
        marks=tuple(Area(across(one.at), "0", one.label) for one in marks),
        spans=tuple(
            Area(
                across(one.begin),
                f"{100 * (share(one.end or until) - share(one.begin)):.3f}%",
                one.label,
            )
            for one in spans
        ),
        band=" ".join(band),
        expected=" ".join(place(one.at, one.middle) for one in expected),
        limit=None if limit is None else Tick("100%", _height(limit), f"{limit:.0f} %"),
        levels=tuple(Tick("", _height(tick), f"{tick} %") for tick in _TICKS),
        days=tuple(
            Tick(across(at), TOP + HEIGHT + 20, f"{at:%-d.%-m.}") for at in _days(since, until)
        ),
    )


def _runs(points: Sequence[Point], gap: dt.timedelta) -> Iterator[list[Point]]:
    run: list[Point] = []
    for one in points:
        if run and (one.value is None or one.at - run[-1].at > gap):
            yield run
            run = []
        if one.value is not None:
            run.append(one)
    if run:
        yield run


def _days(since: dt.datetime, until: dt.datetime) -> Iterator[dt.datetime]:
    """Midnights, so few that their names have room."""
    days = (until - since).days + 1
    every = max(1, -(-days // _MOST_DAYS_NAMED))
    at = since.replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    while at < until:
        yield at
        at += dt.timedelta(days=every)


def _height(value: float) -> int:
    return TOP + round(HEIGHT * (1 - min(max(value, 0.0), 100.0) / 100))
