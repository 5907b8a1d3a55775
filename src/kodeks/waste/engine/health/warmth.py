# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Levels that follow the temperature: sound is faster in warm air, and a bin fills by no degree."""

from __future__ import annotations

import numpy as np

from kodeks.waste.engine.health.emptyings import UNSURE
from kodeks.waste.engine.health.episodes import THERMAL, Episode, between, runs
from kodeks.waste.engine.health.ground import DAY, Ground
from kodeks.waste.engine.health.readings import Booleans, Floats, Ints

SPAN = 6 * 3600
"""Seconds over which changes are set beside each other: warm and cold are half a day apart."""
WINDOW = 2
"""Days looked at together."""
WIDTHS = 5.0
EXPLAINED = 0.5
"""Of the squared changes of the level, so much has to be the temperature's."""
SWING = 8.0
"""Percent that a day's warmth has to move the level for it to matter."""


def thermal(
    time: Ints,
    level: Floats,
    grown: Floats,
    ground: Ground,
    temperature: Floats,
    broken: Booleans,
) -> list[Episode]:
    """Of known readings (n,); broken (n - 1,): an emptying or a fault lies between two readings.

    On each day the change of the level beyond what usually comes is set beside the change of the
    temperature (least squares through 0). What is usual for the bin on its other days is taken
    off, as bins fill by day, when it is warm.
    """
    finite = np.isfinite(temperature)
    if finite.sum() < 24 or time[-1] - time[0] < 6 * DAY:
        return []
    later = np.searchsorted(time, time + SPAN)
    pairs = np.flatnonzero(later < time.size)
    after = later[pairs]
    cuts = np.concatenate([[0], np.cumsum(broken)])
    fits = (
        (cuts[after] == cuts[pairs])
        & (time[after] - time[pairs] <= 1.5 * SPAN)
        & finite[pairs]
        & finite[after]
    )
    pairs, after = pairs[fits], after[fits]
    if pairs.size < 24:
        return []
    warmer = temperature[after] - temperature[pairs]
    came = level[after] - level[pairs] - (grown[after] - grown[pairs])
    day = ((time[pairs] - time[0]) // DAY).astype(np.int64)
    count = int(day[-1]) + 1
    # By night little comes that nobody knows of.
    weight = 1.0 / (2.0 * ground.noise**2 + (UNSURE * (grown[after] - grown[pairs])) ** 2)
    cross = np.bincount(day, weight * warmer * came, count)
    square = np.bincount(day, weight * warmer**2, count)
    kernel = np.ones(WINDOW)
    cross, square = np.convolve(cross, kernel)[: count], np.convolve(square, kernel)[: count]
    told = square > 0.25 * np.median(square[square > 0])
    slope = np.where(told, cross / np.maximum(square, 1e-9), np.nan)
    usual = float(np.nanmedian(slope))
    spread = 1.4826 * float(np.nanmedian(np.abs(slope - usual)))
    degrees = _swings(time, temperature, count)
    off = slope - usual
    odd = told & (np.abs(off) > WIDTHS * max(spread, 0.05)) & (np.abs(off) * degrees > SWING)
    found = []
    for first, last in runs(odd):
        inside = (day >= first + 1 - WINDOW) & (day < last)
        off_here = float(np.nanmedian(off[first:last]))
        left = came[inside] - usual * warmer[inside]
        over = left - off_here * warmer[inside]
        kept = float((weight[inside] * over**2).sum() / (weight[inside] * left**2).sum())
        if last - first < 2 or kept > 1.0 - EXPLAINED:
            continue
        begin = int(np.searchsorted(time, time[0] + max(first + 1 - WINDOW, 0) * DAY))
        end = int(np.searchsorted(time, time[0] + last * DAY))
        amount = float(np.nanmedian(off[first:last]))
        word = "stiger" if amount > 0 else "falder"
        reason = f"Niveauet {word} {abs(amount):.1f} % for hver grad, det bliver varmere."
        found.append(between(THERMAL, time, begin, min(end, time.size), reason))
    return found


def _swings(time: Ints, temperature: Floats, count: int) -> Floats:
    """(count,): how many degrees each day and the one before it had between warm and cold."""
    finite = np.isfinite(temperature)
    day = ((time[finite] - time[0]) // DAY).astype(np.int64)
    high, low = np.full(count, -np.inf), np.full(count, np.inf)
    inside = day < count
    np.maximum.at(high, day[inside], temperature[finite][inside])
    np.minimum.at(low, day[inside], temperature[finite][inside])
    range_ = np.where(np.isfinite(high), high - low, 0.0)
    return np.maximum(range_, np.concatenate([[0.0], range_[:-1]]))
