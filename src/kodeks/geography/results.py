# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Points, named places, and what was found in a text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

NamedKind = Literal["street", "place", "district"]
Kind = Literal["address", "street", "crossing", "place", "district"]
"""How precise a place in a text is: a house number that the list has, a street, where two streets
meet, a named place, or a district."""


class GeographyError(ValueError):
    """A list of places cannot be used; the text is a Danish sentence."""


@dataclass(frozen=True, order=True)
class Point:
    """WGS 84, degrees."""

    latitude: float
    longitude: float


Ring = tuple[Point, ...]


@dataclass(frozen=True, kw_only=True)
class Named:
    """A street, a place or a district by its name.

    `district` tells several streets of the same name apart; "" where the name is the only one.
    `points` are of the street's line or what else is known of where it is, at least one; `numbers`
    gives house numbers ("14", "14B") their points; `rings` are a district's outer borders.
    """

    name: str
    kind: NamedKind
    points: tuple[Point, ...]
    district: str = ""
    numbers: Mapping[str, Point] = field(default_factory=dict)
    rings: tuple[Ring, ...] = ()

    @property
    def is_numbers(self) -> bool:
        """Whether all that is known of where it is are its house numbers."""
        return bool(self.numbers) and set(self.points) <= set(self.numbers.values())

    @property
    def sides(self) -> tuple[tuple[Point, ...], ...]:
        """The points in lines that can be drawn: of house numbers, each side of the street, the
        even ones first."""
        if not self.is_numbers:
            return (self.points,)
        sides: tuple[list[Point], list[Point]] = ([], [])
        for number, at in sorted(self.numbers.items(), key=lambda one: _leading(one[0])):
            sides[_leading(number) % 2].append(at)
        return tuple(tuple(side) for side in sides)

    @property
    def middle(self) -> Point:
        """The point of it that is nearest to the mean of all: it lies on the street."""
        mean = centre(self.points)
        return min(self.points, key=lambda point: (squared(point, mean), point))


@dataclass(frozen=True, kw_only=True)
class Found:
    """A place that a text names: `title` as the list writes it, `matched` as the text does, at the
    characters `start` to `end`. `exact` is whether it was written as the list has it."""

    title: str
    kind: Kind
    point: Point
    district: str
    matched: str
    start: int
    end: int
    exact: bool


def _leading(number: str) -> int:
    """14 of "14B"."""
    digits = re.match(r"\d+", number)
    return int(digits[0]) if digits else 0


def centre(points: tuple[Point, ...]) -> Point:
    """The mean of the points. Errors: ZeroDivisionError without points."""
    count = len(points)
    return Point(
        sum(point.latitude for point in points) / count,
        sum(point.longitude for point in points) / count,
    )


def squared(one: Point, other: Point) -> float:
    """Squared distance in degrees of latitude, good enough within a municipality in Denmark: a
    degree of longitude is there a little more than half as long (cos 56° = 0.56)."""
    across = (one.longitude - other.longitude) * 0.56
    return (one.latitude - other.latitude) ** 2 + across**2


def holds(ring: Ring, point: Point) -> bool:
    """Whether the point is inside the closed ring (even-odd rule)."""
    inside = False
    for here, there in zip(ring, (*ring[1:], *ring[:1]), strict=True):
        if (here.latitude > point.latitude) == (there.latitude > point.latitude):
            continue
        slope = (there.longitude - here.longitude) / (there.latitude - here.latitude)
        inside ^= point.longitude < here.longitude + slope * (point.latitude - here.latitude)
    return inside
