# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the measures take, looked through before anything is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kodeks.statistics.shares import FigureError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Grouping:
    """Which group each of n cases belongs to: `codes` (n,) are places in `names`, which is sorted.

    The empty name stands for those whose group is not known; it is a group like any other here.
    """

    names: tuple[str, ...]
    codes: Integers

    @classmethod
    def of(cls, values: Sequence[str] | NDArray[np.str_]) -> Grouping:
        """Group names, one for each case. Raises FigureError when one is no text."""
        listed = values.tolist() if isinstance(values, np.ndarray) else list(values)
        seen = set(listed)
        if not all(isinstance(one, str) for one in seen):
            raise FigureError("En gruppe skal have et navn, der er en tekst.")
        names = tuple(sorted(seen))
        place = {name: number for number, name in enumerate(names)}
        codes = np.fromiter(map(place.__getitem__, listed), np.int64, count=len(listed))
        return cls(names=names, codes=codes)

    def __len__(self) -> int:
        return len(self.codes)


def yes_or_no(values: ArrayLike, *, what: str) -> Booleans:
    """(n,) of true and false, or of 1 and 0. Raises FigureError that names `what`."""
    found = np.asarray(values)
    if found.ndim != 1:
        raise FigureError(f"{what} skal være én række af værdier.")
    if found.dtype != np.bool_:
        if found.size and not (found.dtype.kind in "iuf" and np.isin(found, (0, 1)).all()):
            raise FigureError(f"{what} skal være ja eller nej (1 eller 0) i hver sag.")
        found = found.astype(np.bool_)
    return found


def chances(values: ArrayLike, *, what: str) -> Floats:
    """(n,) of numbers from 0 to 1. Raises FigureError that names `what`."""
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1 or not ((found >= 0) & (found <= 1)).all():
        raise FigureError(f"{what} skal være tal fra 0 til 1.")
    return found


def same_length(**found: int) -> int:
    """The number of cases that all have. Raises FigureError when they differ or there are none."""
    if len(set(found.values())) != 1:
        told = ", ".join(f"{name}: {number}" for name, number in found.items())
        raise FigureError(f"Der skal være lige mange af alt. Der er {told}.")
    number = next(iter(found.values()))
    if number == 0:
        raise FigureError("Der er ingen sager at måle på.")
    return number


def a_share(value: float, *, what: str) -> float:
    """A number between 0 and 1, both left out. Raises FigureError that names `what`."""
    if not 0 < value < 1:
        raise FigureError(f"{what} skal ligge mellem 0 og 1.")
    return value


def draws_of(number: int) -> int:
    """How often to draw again. Raises FigureError below 20: no tail can be read off fewer."""
    if number < 20:
        raise FigureError("Der skal trækkes mindst 20 gange for at give et interval.")
    return number
