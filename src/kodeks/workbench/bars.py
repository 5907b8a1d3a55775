# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Bars of whole numbers by period, drawn by the template `workbench/bars.html`.

The drawing is as wide as its place on the page: what stands beside each other is in percent, what
stands above each other in pixels, so words and lines keep their size on every screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Generic, TypeVar

from kodeks.workbench.figures import whole

HEIGHT = 160
"""Pixels of the highest bar that the scale has room for."""
TOP = 8
"""Pixels above it, so that the uppermost line is whole."""
_GAP = 0.2
"""The share of a bar's room that is left empty."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One period: its name and number; x and width in percent, y and height in pixels."""

    label: str
    value: int
    x: str
    width: str
    y: int
    height: int

    @property
    def text(self) -> str:
        return whole(self.value)


@dataclass(frozen=True)
class Mark:
    """A word below the drawing, or a number beside it, and where."""

    text: str
    at: str
    anchor: str = "end"


_Bar = TypeVar("_Bar", bound=Bar)


@dataclass(frozen=True, kw_only=True)
class Chart(Generic[_Bar]):
    """What the template draws."""

    bars: list[_Bar]
    lines: list[Mark]
    names: list[Mark]
    base: int = TOP + HEIGHT
    height: int = TOP + HEIGHT + 28

    @property
    def newest_first(self) -> list[_Bar]:
        return self.bars[::-1]

    @property
    def margin(self) -> int:
        """Pixels beside the bars, for the numbers of the scale."""
        return 12 + 8 * max(len(line.text) for line in self.lines)


def chart(values: Sequence[tuple[str, int]], *, short: Sequence[str]) -> Chart[Bar]:
    """Bars of pairs (label, number from 0), at least one; `short` are the names below them."""
    top = scale(max(value for _, value in values))
    return Chart(
        bars=[
            Bar(label=label, **drawn(place, len(values), value=value, top=top))
            for place, (label, value) in enumerate(values)
        ],
        lines=lines(top),
        names=names(short),
    )


def scale(most: int) -> int:
    """A round number that is not below `most` and whose half is whole."""
    tops = (lead * 10**power for power in count() for lead in (1, 2, 4, 6, 8))
    return next(top for top in tops if top >= max(most, 2))


def drawn(place: int, number: int, *, value: int, top: int) -> dict[str, Any]:
    """Value and shape of the bar in one of `number` places."""
    y = _y(value, top)
    room = 100 / number
    return {
        "value": value,
        "x": f"{room * (place + _GAP / 2):.3f}%",
        "width": f"{room * (1 - _GAP):.3f}%",
        "y": y,
        "height": TOP + HEIGHT - y,
    }


def lines(top: int) -> list[Mark]:
    """The scale's lines, with their numbers."""
    return [Mark(whole(part), str(_y(part, top))) for part in (top, top // 2, 0)]


def names(periods: Sequence[str]) -> list[Mark]:
    """The first, the middle and the last period below the drawing; one period has one name."""
    if len(periods) == 1:
        return [Mark(periods[0], "50%", "middle")]
    middle, last = len(periods) // 2, len(periods) - 1
    shown = [(0, "0%", "start"), (middle, "", "middle"), (last, "100%", "end")]
    if middle == last:
        del shown[1]
    return [
        Mark(periods[place], at or f"{100 * (place + 0.5) / len(periods):.3f}%", anchor)
        for place, at, anchor in shown
    ]


def _y(value: int, top: int) -> int:
    # What there is can be seen, however little it is.
    height = round(HEIGHT * value / top)
    return TOP + HEIGHT - (max(height, 2) if value else 0)
