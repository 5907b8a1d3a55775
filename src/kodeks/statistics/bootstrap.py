# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Intervals of group measures, and of what is between groups, drawn from the counts.

To draw n rows with replacement and count them gives a multinomial draw of the counts (Efron and
Tibshirani 1993, ch. 6). So the rows are not needed: a draw costs as much as there are groups, and
not as there are cases. Percentile intervals; for a share that is 0 or 1 in the counts they are a
point, where `shares.share` is honest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodeks.statistics.groups import MEASURES, Counts, rates
from kodeks.statistics.inputs import Floats, a_share, draws_of
from kodeks.statistics.shares import FigureError


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A value with its interval; it lies in it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Between:
    """What is between the highest and the lowest group in one measure.

    `difference` is highest - lowest, `ratio` highest / lowest, None when the lowest is zero. Both
    are None when fewer than two groups have the measure.
    """

    difference: Estimate | None
    ratio: Estimate | None


@dataclass(frozen=True, kw_only=True)
class Audit:
    """All measures of one division of the cases; `groups` in the order of the counts' names."""

    names: tuple[str, ...]
    groups: dict[str, tuple[Estimate | None, ...]]
    between: dict[str, Between]


def audit(counts: Counts, *, seed: int, draws: int = 1_000, level: float = 0.95) -> Audit:
    """Every measure of every group with its interval; the same seed gives the same intervals.

    A draw in which a measure has nothing below the line says nothing of it and is left out there.
    Raises FigureError when there are no cases, too few draws or a level outside 0 to 1.
    """
    tail = (1 - a_share(level, what="Sikkerheden")) / 2
    total = int(counts.table.sum())
    if total == 0:
        raise FigureError("Der er ingen sager at måle på.")
    drawn = np.random.default_rng(seed).multinomial(
        total, counts.table.ravel() / total, size=draws_of(draws)
    )
    found, again = rates(counts.table), rates(drawn.reshape(draws, *counts.table.shape))
    low, high = _percentiles(again, tail)
    between, between_low, between_high = _between(found[None]), *_percentiles(_between(again), tail)
    return Audit(
        names=counts.names,
        groups={
            measure: tuple(
                _estimate(found[group, number], low[group, number], high[group, number])
                for group in range(len(counts.names))
            )
            for number, measure in enumerate(MEASURES)
        },
        between={
            measure: Between(
                **{
                    name: _estimate(
                        between[0, number, which],
                        between_low[number, which],
                        between_high[number, which],
                    )
                    for which, name in enumerate(("difference", "ratio"))
                }
            )
            for number, measure in enumerate(MEASURES)
        },
    )


def _between(values: Floats) -> Floats:
    """(draws, groups, measures) -> (draws, measures, 2): difference and ratio; NaN undefined."""
    known = ~np.isnan(values)
    highest = np.where(known, values, -np.inf).max(axis=1)
    lowest = np.where(known, values, np.inf).min(axis=1)
    several = known.sum(axis=1) >= 2
    with np.errstate(invalid="ignore", divide="ignore"):
        difference = np.where(several, highest - lowest, np.nan)
        ratio = np.where(several & (lowest > 0), highest / lowest, np.nan)
    return np.stack([difference, ratio], axis=-1)


def _percentiles(drawn: Floats, tail: float) -> tuple[Floats, Floats]:
    """The two percentiles over the first axis, of the draws that are no NaN.

    As numpy.nanpercentile (linear), which takes a loop in Python over every cell.
    """
    ordered = np.sort(drawn, axis=0)  # NaN comes last
    last = np.maximum((~np.isnan(drawn)).sum(axis=0) - 1, 0)
    low, high = (_at(ordered, last * share) for share in (tail, 1 - tail))
    return low, high


def _at(ordered: Floats, position: Floats) -> Floats:
    below = np.floor(position).astype(np.int64)
    above = np.ceil(position).astype(np.int64)
    left = np.take_along_axis(ordered, below[None], axis=0)[0]
    right = np.take_along_axis(ordered, above[None], axis=0)[0]
    return np.asarray(left + (right - left) * (position - below))


def _estimate(value: float, low: float, high: float) -> Estimate | None:
    if np.isnan(value):
        return None
    if np.isnan(low):
        low = high = value
    # What is between the extremes is larger in draws than in the counts: the interval must still
    # hold what was found.
    return Estimate(value=float(value), low=float(min(low, value)), high=float(max(high, value)))
