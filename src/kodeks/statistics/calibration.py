# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether a chance of 0.8 comes true eight times in ten, in each group.

Expected calibration error over bins of equal width (Naeini, Cooper and Hauskrecht 2015).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kodeks.statistics.bootstrap import Estimate
from kodeks.statistics.inputs import (
    Booleans,
    Floats,
    Grouping,
    Integers,
    a_share,
    chances,
    draws_of,
    same_length,
    yes_or_no,
)
from kodeks.statistics.shares import FigureError

BINS = 15


@dataclass(frozen=True, kw_only=True)
class Bin:
    """The cases of one group whose chance lies from `low` to `high`: how often it came true."""

    low: float
    high: float
    count: int
    expected: float
    """Mean chance of the cases."""
    observed: float
    """Share of them that came true."""


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """One group's bins that hold cases, and the error with its interval."""

    group: str
    count: int
    error: Estimate
    bins: tuple[Bin, ...]


def expected_error(chance: Floats, positive: Booleans, bins: int = BINS) -> float:
    """Mean distance of chance and outcome, both (n,), over `bins` bins of equal width (0 to 1)."""
    gaps = np.bincount(_bin_of(chance, bins), weights=chance - positive, minlength=bins)
    return float(np.abs(gaps).sum() / max(len(chance), 1))


def by_group(
    *,
    chance: ArrayLike,
    positive: ArrayLike,
    groups: Sequence[str],
    seed: int,
    bins: int = BINS,
    draws: int = 1_000,
    level: float = 0.95,
) -> tuple[Calibration, ...]:
    """Calibration of each group, in the order of their names; all three are (n,).

    The error is never below zero and so is larger in draws than in truth. The interval is the basic
    one, 2 * found - drawn (Davison and Hinkley 1997, 5.2), which takes that off, cut at 0 and 1.

    Raises FigureError when the lengths differ, a chance is not from 0 to 1, or there is nothing.
    """
    expected, right = chances(chance, what="Sikkerheden"), yes_or_no(positive, what="Svaret")
    grouping = Grouping.of(groups)
    same_length(sikkerhed=len(expected), svar=len(right), grupper=len(grouping))
    if bins < 1:
        raise FigureError("Der skal være mindst ét interval at fordele sikkerheden på.")
    tail = (1 - a_share(level, what="Niveauet")) / 2
    draws_of(draws)
    shape = (len(grouping.names), bins, 2)
    place = np.ravel_multi_index(
        (grouping.codes, _bin_of(expected, bins), right.astype(np.int64)), shape
    )
    size = int(np.prod(shape))
    counts = np.bincount(place, minlength=size).reshape(shape)
    sums = np.bincount(place, weights=expected, minlength=size).reshape(shape)
    rng = np.random.default_rng(seed)
    return tuple(
        Calibration(
            group=name,
            count=int(counts[number].sum()),
            error=_error(counts[number], sums[number], rng, draws, tail),
            bins=_bins(counts[number], sums[number]),
        )
        for number, name in enumerate(grouping.names)
    )


def _bin_of(chance: Floats, bins: int) -> Integers:
    return np.asarray(np.minimum((chance * bins).astype(np.int64), bins - 1))


def _error(
    counts: Integers, sums: Floats, rng: np.random.Generator, draws: int, tail: float
) -> Estimate:
    """From the counts (bins, 2) of what did not and did come true, and the sums of their chances.

    A draw keeps the mean chance of each cell and draws how many cases fall in it.
    """
    total = int(counts.sum())
    means = sums / np.maximum(counts, 1)
    value = float(_gap(counts[None], means)[0])
    drawn = rng.multinomial(total, counts.ravel() / total, size=draws).reshape(-1, *counts.shape)
    low, high = np.quantile(_gap(drawn, means), (tail, 1 - tail)).tolist()
    return Estimate(
        value=value,
        low=min(value, max(0.0, 2 * value - high)),
        high=max(value, min(1.0, 2 * value - low)),
    )


def _gap(counts: NDArray[np.int64], means: Floats) -> Floats:
    """(draws, bins, 2) -> (draws,): sum over bins of |sum of chances - those that came true|."""
    gaps = (counts * means).sum(axis=-1) - counts[..., 1]
    return np.asarray(np.abs(gaps).sum(axis=-1) / counts.sum(axis=(-2, -1)))


def _bins(counts: Integers, sums: Floats) -> tuple[Bin, ...]:
    width = 1 / len(counts)
    return tuple(
        Bin(
            low=number * width,
            high=(number + 1) * width,
            count=int(row.sum()),
            expected=float(sums[number].sum() / row.sum()),
            observed=float(row[1] / row.sum()),
        )
        for number, row in enumerate(counts)
        if row.sum()
    )
