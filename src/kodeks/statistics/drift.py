# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether what a system meets or answers is as it was when it was taken into use.

A system's first cases are the reference. What comes after is cut into blocks of equal size, and
each is compared with the reference once. A block tells of drift when the difference is both larger
than a limit and beyond chance, so that neither a large system cries wolf over a difference that
matters to nobody nor a small one over noise.

Blocks are looked at for as long as the system runs. Block k may spend 6 / (pi k)^2 of the false
alarm, which adds up to all of it for good (alpha spending: Lan and DeMets, Biometrika 70, 1983).
Measured in docs/measurements.md, "Supervision".
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from kodeks.statistics.shares import FigureError, check_counts, check_fraction

FALSE_ALARM = 0.01
"""For one thing that is watched; five of them share the 5 % of a system."""
LEAST_EXPECTED = 5.0
"""Kinds of cases of which fewer are expected in a block are put together (Cochran, Biometrics 10,
1954)."""

Counts = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Change:
    """How far a block is from the reference (`size`, in the measure's own unit), and the chance of
    so much or more when nothing has changed."""

    size: float
    chance: float

    def is_drift(self, *, most: float, number: int, false_alarm: float = FALSE_ALARM) -> bool:
        """Whether block `number` (from 1) is both beyond `most` and beyond chance."""
        return self.size > most and self.chance <= spent(number=number, false_alarm=false_alarm)


def spent(*, number: int, false_alarm: float = FALSE_ALARM) -> float:
    """The false alarm that block `number` (from 1) may spend. Errors: FigureError."""
    check_fraction(value=false_alarm, name="Risikoen for falsk alarm")
    if number < 1:
        raise FigureError("Blokkene tælles fra 1.")
    return false_alarm * 6 / (math.pi * number) ** 2


def distribution(*, before: Sequence[int], after: Sequence[int]) -> Change:
    """Counts of each kind of case in the reference and in a block, both (k,) in the same order.

    `size` is the population stability index, sum (a - b) ln(a / b) over the shares (0.25 and more
    is commonly called a large change: Siddiqi, Credit Risk Scorecards, 2006), `chance` that of
    Pearson's test of homogeneity. Rare kinds are put together first. Errors: FigureError on counts
    that cannot be.
    """
    merged = _merged(_counts(before), _counts(after))
    # Half a case more of each kind: one that is new must not be infinitely far away.
    shares = (merged + 0.5) / (merged + 0.5).sum(axis=1, keepdims=True)
    size = float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())
    return Change(size=size, chance=_homogeneity(merged))


def share(*, before: tuple[int, int], after: tuple[int, int]) -> Change:
    """A count of a total in the reference and in a block; `size` is the difference of the shares.

    Errors: FigureError on counts that cannot be.
    """
    for count, total in (before, after):
        check_counts(count=count, total=total)
    pairs = np.array([[count, total - count] for count, total in (before, after)], dtype=float)
    size = abs(after[0] / after[1] - before[0] / before[1])
    return Change(size=size, chance=_homogeneity(pairs) if pairs.sum(axis=0).all() else 1.0)


def calibration(*, chance: Sequence[float], right: Sequence[bool], most: float) -> Change:
    """What a system said of its own certainty, and whether it was right, both (n,).

    `size` is the distance of the mean certainty from the share that was right (calibration in the
    large: Cox, Biometrika 45, 1958), `chance` that of so much or more when the true distance is
    `most` (0 to below 1). Errors: FigureError when there is nothing or the lengths differ.
    """
    said, came = np.asarray(chance, dtype=float), np.asarray(right, dtype=float)
    check_counts(count=0, total=len(said))
    if said.shape != came.shape:
        raise FigureError("Der skal være lige mange af sikkerhed og svar.")
    size = abs(float(came.mean() - said.mean()))
    # The larger of what the system promised and what was seen: neither hides the other.
    observed = float(came.mean())
    variance = max(float((said * (1 - said)).mean()), observed * (1 - observed))
    if variance == 0:
        return Change(size=size, chance=0.0 if size > most else 1.0)
    score = (size - most) / math.sqrt(variance / len(said))
    return Change(size=size, chance=min(1.0, 2 * (1 - NormalDist().cdf(score))))


def at_least(*, count: int, total: int, least: float) -> Change:
    """Whether fewer than the share `least` come true: `count` of `total` did.

    `size` is how far below `least` the share lies (negative above it), `chance` the exact binomial
    one of so few or fewer. Errors: FigureError on counts that cannot be or a share that is none.
    """
    check_counts(count=count, total=total)
    check_fraction(value=least, name="Den mindste andel")
    steps = np.arange(count + 1)
    factorials = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, total + 1)))))
    ways = factorials[total] - factorials[steps] - factorials[total - steps]
    terms = ways + steps * math.log(least) + (total - steps) * math.log1p(-least)
    return Change(size=least - count / total, chance=min(1.0, float(np.exp(terms).sum())))


def _counts(given: Sequence[int]) -> Counts:
    found = np.asarray(given, dtype=float)
    if found.ndim != 1 or (found < 0).any() or not found.sum():
        raise FigureError("Der er ingen sager at regne på. Vælg en længere periode.")
    return found


def _merged(before: Counts, after: Counts) -> Counts:
    """(2, kinds), the rarest put together until enough of each are expected in the block."""
    if before.shape != after.shape:
        raise FigureError("Der skal være lige mange slags sager før og nu.")
    table = np.stack((before, after))
    table = table[:, np.argsort(table.sum(axis=0), kind="stable")]
    share = after.sum() / table.sum()
    while table.shape[1] > 1 and table[:, 0].sum() * share < LEAST_EXPECTED:
        table = np.column_stack((table[:, 0] + table[:, 1], table[:, 2:]))
        table = table[:, np.argsort(table.sum(axis=0), kind="stable")]
    return table


def _homogeneity(table: Counts) -> float:
    """The chance of Pearson's statistic for a table (2, kinds) without empty kinds."""
    freedom = table.shape[1] - 1
    if freedom == 0:
        return 1.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return _beyond(float(((table - expected) ** 2 / expected).sum()), freedom)


def _beyond(statistic: float, freedom: int) -> float:
    """The chance that chi-squared with so many degrees of freedom is larger.

    Source: Abramowitz and Stegun 1964, 26.4.4 and 26.4.5 (finite sums for whole degrees).
    """
    half = statistic / 2
    if freedom % 2 == 0:
        found, term, first = math.exp(-half), math.exp(-half), 1.0
    else:
        found = math.erfc(math.sqrt(half))
        term, first = math.exp(-half) * math.sqrt(half / math.pi) * 2, 1.5
        if freedom > 1:
            found += term
    steps = (freedom - 1) // 2 if freedom % 2 == 0 else (freedom - 3) // 2
    for step in range(max(0, steps)):
        term *= half / (first + step)
        found += term
    return min(1.0, found)
