# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Emptyings: lasting falls of the level, larger than the bin's own noise explains."""

from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.health.readings import Floats, Levels

AROUND = 2  # readings looked at on each side: more would take the refilling of a busy bin along
LEAST = 10.0  # percent: a smaller fall is no emptying, however quiet the sensor is
MOST = 20.0  # percent: a larger lasting fall is an emptying, however noisy the sensor is
WIDTHS = 4.0  # deviations of the sensor's noise that a fall has to exceed
WHOLE = 15.0  # percent: a level left at or under this is a bin emptied whole


@dataclass(frozen=True)
class Emptying:
    """Between ``last_full`` and ``first_empty`` (epoch s), with the levels around it."""

    last_full: int
    first_empty: int
    before: float
    after: float
    whole: bool


def noise(level: Floats) -> float:
    """The deviation in percent, by the median of second differences (0 for under three)."""
    second = np.diff(level[np.isfinite(level)], n=2)
    return float(1.4826 * np.median(np.abs(second)) / np.sqrt(6.0)) if second.size else 0.0


def emptyings(series: Levels) -> tuple[Emptying, ...]:
    """The emptyings of a bin in time order; unknown readings are passed over, never empty.

    A fall counts where the medians differ and half is still gone after, so one odd reading in the
    middle of a series is no emptying; with under two readings after it a fall waits for the next.
    """
    known = np.isfinite(series.level)
    time, level = series.time[known], series.level[known]
    limit = min(MOST, max(LEAST, WIDTHS * noise(level)))
    found: list[Emptying] = []
    begin = 0
    for at in np.flatnonzero(level[:-1] - level[1:] > limit) + 1:
        earlier, later = level[max(begin, at - AROUND) : at], level[at : at + AROUND]
        if earlier.size == 0 or later.size < 2:
            continue
        before, after = float(np.median(earlier)), float(np.median(later))
        if before - after > limit and before - later[1] > limit / 2:
            found.append(Emptying(int(time[at - 1]), int(time[at]), before, after, after <= WHOLE))
            begin = int(at)
    return tuple(found)
