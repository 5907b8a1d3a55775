# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Numbers as a drawing with its table: bars, a line with its interval over time, dots with
intervals side by side. `{% include "components/chart.html" with chart=... %}` shows all three.

A drawing is as wide as its place on the page: what stands beside each other is in percent, what
stands above each other in pixels, so words and lines keep their size on every screen. Only lines
and bands, whose points take no percent, lie in a part of their own that is stretched.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, groupby

from kodeks.workbench.figures import whole

HEIGHT = 160
"""Pixels of the highest point that the scale has room for."""
TOP = 8
"""Pixels above it, so that the uppermost line is whole."""
WIDE = 1000
"""The width in which lines and bands are drawn before they are stretched."""

_BELOW = 28
_GAP = 0.2
"""The share of a bar's room that is left empty."""
_ROW = 52
"""Pixels for one row of dots, its name above it."""
_FOR_LIMIT = 20
"""Pixels above the drawing for the words of a limit, which would hide numbers inside it."""
_LINES = 5
_MISSING = "Ingen tal"
_NONE = "–"


@dataclass(frozen=True, kw_only=True)
class Amount:
    """One bar: its name in the table and, shorter, below the drawing; its number, also as text;
    and what else the table says of it."""

    label: str
    short: str
    value: int
    text: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One figure as a share (0.12), with its interval and the cases it is from.

    Without `value` there were too few cases: the table says so, and the line has a gap. A figure
    without `low` and `high` has no interval.
    """

    label: str
    short: str = ""
    value: float | None
    low: float | None = None
    high: float | None = None
    cases: str


@dataclass(frozen=True)
class Text:
    """A word in the drawing; x in percent or pixels, y in pixels."""

    text: str
    x: str
    y: int
    anchor: str = "middle"


@dataclass(frozen=True)
class Line:
    """A straight line: of the scale, an interval with the words that tell it, or a limit."""

    x1: str
    x2: str
    y1: int
    y2: int
    label: str = ""


@dataclass(frozen=True)
class Bar:
    """x and width in percent, y and height in pixels."""

    label: str
    x: str
    width: str
    y: int
    height: int


@dataclass(frozen=True)
class Dot:
    """A point: x in percent, y in pixels."""

    label: str
    x: str
    y: int


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What is drawn, and the table with the same numbers; the first cell of a row names it."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    height: int
    scale: tuple[Line, ...]
    beside: tuple[Text, ...] = ()
    """The numbers of the scale to the left of the drawing."""
    texts: tuple[Text, ...] = ()
    bars: tuple[Bar, ...] = ()
    dots: tuple[Dot, ...] = ()
    spans: tuple[Line, ...] = ()
    limits: tuple[Line, ...] = ()
    lines: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()
    """Points of lines and of the areas of their intervals, WIDE units wide."""

    @property
    def margin(self) -> int:
        """Pixels beside the drawing, for the numbers of the scale."""
        return 12 + 8 * max((len(text.text) for text in self.beside), default=-1)

    @property
    def wide(self) -> int:
        return WIDE


def bars(
    *,
    id: str,
    title: str,
    columns: tuple[str, ...],
    amounts: Sequence[Amount],
    periods: bool = True,
) -> Chart:
    """A bar for each amount of a period, oldest first; the table has the newest first.

    `columns` names the cells of a row: the label, the number and each of `more`. The newest period
    is not over yet, and the table says so. Where they are no `periods`, each bar has its name below
    it and the table keeps the order. Errors: ValueError without amounts.
    """
    if not amounts:
        raise ValueError("a chart needs numbers")
    top = scale(max(one.value for one in amounts))
    room = 100 / len(amounts)
    drawn = []
    for place, one in enumerate(amounts):
        if one.value:
            # What came can be seen, however little it was.
            height = max(round(HEIGHT * one.value / top), 2)
            x, width = f"{room * (place + _GAP / 2):.3f}%", f"{room * (1 - _GAP):.3f}%"
            drawn.append(Bar(f"{one.label}: {one.text}", x, width, TOP + HEIGHT - height, height))
    ticks = [(part, whole(part)) for part in (top, top // 2, 0)]
    rows = [(one.label, one.text, *one.more) for one in amounts]
    names = tuple(
        Text(one.short, f"{room * (place + 0.5):.3f}%", TOP + HEIGHT + 20)
        for place, one in enumerate(amounts)
    )
    if periods:
        rows.reverse()
        rows[0] = (f"{rows[0][0]} (indtil nu)", *rows[0][1:])
        names = _names([one.short for one in amounts], TOP + HEIGHT)
    return Chart(
        id=id,
        title=title,
        columns=columns,
        rows=tuple(rows),
        height=TOP + HEIGHT + _BELOW,
        scale=tuple(_across(_height(part / top)) for part, _ in ticks),
        beside=tuple(Text(text, "", _height(part / top), "end") for part, text in ticks),
        texts=names,
        bars=tuple(drawn),
    )


def line(
    *,
    id: str,
    title: str,
    by: str,
    measure: str,
    unit: str,
    estimates: Sequence[Estimate],
    limit: float | None = None,
) -> Chart:
    """A line over time with its interval as a band, oldest first; the table has the newest first.

    `by` heads the labels ("Måned"), `measure` the figures; `unit` is "%" or "point". `limit` is
    drawn as a line with its number. Errors: ValueError without estimates.
    """
    axis = _Axis.over(estimates, limit, down=0 if limit is None else _FOR_LIMIT)
    places = [WIDE * (place + 0.5) / len(estimates) for place in range(len(estimates))]
    lines, bands, spans, dots = [], [], [], []
    for run in _runs(estimates):
        heights = [(places[i], *(axis.height(v) for v in _three(estimates[i]))) for i in run]
        if len(run) > 1:
            lines.append(_points((x, y) for x, y, _, _ in heights))
            below = [(x, low) for x, _, low, _ in reversed(heights)]
            bands.append(_points([*((x, high) for x, _, _, high in heights), *below]))
        for i, (x, y, low, high) in zip(run, heights, strict=True):
            at, told = f"{100 * x / WIDE:.3f}%", _told(estimates[i], unit)
            dots.append(Dot(told, at, y))
            if len(run) == 1:
                spans.append(Line(at, at, low, high, told))
    bounds = [] if limit is None else [limit]
    base = axis.down + TOP + HEIGHT
    return Chart(
        id=id,
        title=title,
        columns=_columns(by, measure),
        rows=tuple(_row(one, unit) for one in reversed(estimates)),
        height=base + _BELOW,
        scale=tuple(_across(axis.height(tick)) for tick in axis.ticks),
        beside=tuple(
            Text(_figure(tick, unit, 0), "", axis.height(tick), "end") for tick in axis.ticks
        ),
        texts=(
            *_names([one.short for one in estimates], base),
            *(Text(_limit(one, unit), "100%", _FOR_LIMIT - 6, "end") for one in bounds),
        ),
        dots=tuple(dots),
        spans=tuple(spans),
        limits=tuple(_across(axis.height(one)) for one in bounds),
        lines=tuple(lines),
        bands=tuple(bands),
    )


def dots(
    *,
    id: str,
    title: str,
    by: str,
    measure: str,
    unit: str,
    estimates: Sequence[Estimate],
    limit: float | None = None,
) -> Chart:
    """A row for each estimate (a team, say), with a dot and its interval; the order is kept.

    The other names are those of `line`.
    """
    axis = _Axis.over(estimates, limit)
    top = TOP if limit is None else TOP + _FOR_LIMIT
    base = top + _ROW * len(estimates)
    points, spans, texts = [], [], []
    for place, estimate in enumerate(estimates):
        y = top + _ROW * place + _ROW - 14
        told = _told(estimate, unit)
        name = told if estimate.value is None else estimate.label
        texts.append(Text(name, "0%", y - 18, "start"))
        if estimate.value is not None:
            value, low, high = (axis.across(number) for number in _three(estimate))
            points.append(Dot(told, value, y))
            spans.append(Line(low, high, y, y, told))
    for place, tick in enumerate(axis.ticks):
        anchor = {0: "start", len(axis.ticks) - 1: "end"}.get(place, "middle")
        # Only the last has the unit: on a small screen there is no room for it in all.
        words = _figure(tick, unit if anchor == "end" else "", 0)
        texts.append(Text(words, axis.across(tick), base + 20, anchor))
    bounds = [] if limit is None else [limit]
    for one in bounds:
        # The words stand on that side of the limit where there is room.
        anchor = "end" if axis.share(one) > 0.5 else "start"
        texts.append(Text(_limit(one, unit), axis.across(one), _FOR_LIMIT - 6, anchor))
    return Chart(
        id=id,
        title=title,
        columns=_columns(by, measure),
        rows=tuple(_row(one, unit) for one in estimates),
        height=base + _BELOW,
        scale=tuple(Line(axis.across(tick), axis.across(tick), top, base) for tick in axis.ticks),
        texts=tuple(texts),
        dots=tuple(points),
        spans=tuple(spans),
        limits=tuple(Line(axis.across(one), axis.across(one), top, base) for one in bounds),
    )


def scale(most: int) -> int:
    """A round number that is not below `most` and whose half is whole."""
    tops = (lead * 10**power for power in count() for lead in (1, 2, 4, 6, 8))
    return next(top for top in tops if top >= max(most, 2))


@dataclass(frozen=True)
class _Axis:
    """A scale with round steps of whole percent that has room for every interval and for zero."""

    ticks: tuple[float, ...]
    down: int
    """Pixels above it that something else has."""

    @classmethod
    def over(cls, estimates: Sequence[Estimate], limit: float | None, *, down: int = 0) -> _Axis:
        if not estimates:
            raise ValueError("a chart needs numbers")
        values = [number for one in estimates if one.value is not None for number in _three(one)]
        values += [0.0] if limit is None else [0.0, limit]
        least, most = 100 * min(values), 100 * max(values)
        for step in (lead * 10**power for power in count() for lead in (1, 2, 5)):
            # What differs from a step by rounding alone is the step.
            first, last = math.floor(least / step + 1e-9), math.ceil(most / step - 1e-9)
            last = max(last, first + 1)
            if last - first < _LINES:
                return cls(tuple(step * place / 100 for place in range(first, last + 1)), down)
        raise AssertionError("every range has a step")

    def share(self, value: float) -> float:
        return (value - self.ticks[0]) / (self.ticks[-1] - self.ticks[0])

    def height(self, value: float) -> int:
        return self.down + _height(self.share(value))

    def across(self, value: float) -> str:
        return f"{100 * self.share(value):.3f}%"


def _three(one: Estimate) -> tuple[float, float, float]:
    value = one.value or 0.0
    return value, value if one.low is None else one.low, value if one.high is None else one.high


def _runs(estimates: Sequence[Estimate]) -> Iterator[list[int]]:
    """The places that follow each other without a gap."""
    places = range(len(estimates))
    for has_value, run in groupby(places, lambda place: estimates[place].value is not None):
        if has_value:
            yield list(run)


def _height(share: float) -> int:
    return TOP + HEIGHT - round(HEIGHT * share)


def _across(y: int) -> Line:
    return Line("0", "100%", y, y)


def _points(points: Iterator[tuple[float, int]] | Sequence[tuple[float, int]]) -> str:
    return " ".join(f"{x:.1f},{y}" for x, y in points)


def _names(shorts: Sequence[str], base: int) -> tuple[Text, ...]:
    """The first, the middle and the last below the drawing."""
    last = len(shorts) - 1
    places = sorted({0, len(shorts) // 2, last})
    found = []
    for place in places:
        x, anchor = f"{100 * (place + 0.5) / len(shorts):.3f}%", "middle"
        if last and place in (0, last):
            x, anchor = ("100%", "end") if place else ("0%", "start")
        found.append(Text(shorts[place], x, base + 20, anchor))
    return tuple(found)


def _columns(by: str, measure: str) -> tuple[str, ...]:
    return by, measure, "Interval (95 %)", "Sager"


def _row(one: Estimate, unit: str) -> tuple[str, str, str, str]:
    if one.value is None:
        return one.label, _MISSING, _MISSING, one.cases
    if one.low is None or one.high is None:
        return one.label, _figure(one.value, unit), _NONE, one.cases
    interval = f"{_figure(one.low, '')} til {_figure(one.high, unit)}"
    return one.label, _figure(one.value, unit), interval, one.cases


def _told(one: Estimate, unit: str) -> str:
    if one.value is None:
        return f"{one.label}: {_MISSING.lower()}"
    label, figure, interval, _ = _row(one, unit)
    return f"{label}: {figure}" if interval == _NONE else f"{label}: {figure} ({interval})"


def _limit(limit: float, unit: str) -> str:
    return f"Grænse: {_figure(limit, unit, 0)}"


def _figure(value: float, unit: str, decimals: int = 1) -> str:
    # Rounding must not leave a minus before zero.
    number = f"{round(100 * value, decimals) + 0.0:.{decimals}f}"
    return f"{number} {unit}".strip().replace(".", ",").replace("-", "−")
