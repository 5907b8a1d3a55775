# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Matrices and rectangles of PDF (ISO 32000-1, 8.3): points are rows, so the first one is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


def product(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does `first`, then `then`."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def moved(matrix: Matrix, point: Point) -> Point:
    """Where the matrix takes the point."""
    a, b, c, d, e, f = matrix
    x, y = point
    return a * x + c * y + e, b * x + d * y + f


@dataclass(frozen=True)
class Rect:
    """In points of the page's own space; left <= right and bottom <= top."""

    left: float
    bottom: float
    right: float
    top: float

    def holds(self, point: Point) -> bool:
        return self.left <= point[0] <= self.right and self.bottom <= point[1] <= self.top

    def meets(self, other: Rect) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def joined(self, other: Rect) -> Rect:
        return around(
            point
            for one in (self, other)
            for point in ((one.left, one.bottom), (one.right, one.top))
        )


def around(points: Iterable[Point]) -> Rect:
    """The smallest rectangle around the points, of which there is one at least."""
    xs, ys = zip(*points, strict=True)
    return Rect(min(xs), min(ys), max(xs), max(ys))
