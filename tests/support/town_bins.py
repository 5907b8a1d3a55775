# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A small invented town of litter bins, each with its own rate, emptied when somebody comes."""

from __future__ import annotations

import numpy as np

from kodeks.waste.engine.forecast.history import History

DAY, FIRST, DAYS, BINS = 86_400, 20_000, 110, 16


def levels(seed: int = 1) -> np.ndarray:
    """(BINS, DAYS) percent each midnight. Weekends bring twice as much."""
    draw = np.random.default_rng(seed)
    rate = draw.uniform(8.0, 35.0, BINS)
    level, found = np.zeros(BINS), np.empty((BINS, DAYS))
    for day in range(DAYS):
        busy = 2.0 if (FIRST + day + 2) % 7 >= 5 else 1.0
        level = np.minimum(level + busy * draw.gamma(4.0, rate / 4.0), 100.0)
        found[:, day] = np.round(level)
        gone = (level >= 80.0) & (draw.random(BINS) < 0.8) | (draw.random(BINS) < 0.05)
        level[gone] = 0.0
    return found


def history(levels: np.ndarray) -> History:
    """The levels as readings at midnight; NaN where there is none to be."""
    at, day = np.nonzero(~np.isnan(levels))
    return History.of(
        bins=[name(one) for one in at],
        time=((FIRST + day) * DAY).tolist(),
        level=levels[at, day].tolist(),
    )


def name(bin: int) -> str:
    """What a bin is called."""
    return f"prøvespand-{bin:02d}"


def rounds(seed: int = 2, count: int = 40) -> History:
    """Emptyings only: each bin is met after one to four days."""
    draw = np.random.default_rng(seed)
    bins, times, met = [], [], []
    for one in range(BINS):
        rate, now = draw.uniform(10.0, 45.0), FIRST * DAY
        for _ in range(count):
            took = int(draw.uniform(12, 90) * 3_600)
            now += took
            bins.append(name(one))
            times.append(now)
            met.append(float(np.round(min(rate * took / DAY * draw.gamma(9.0, 1 / 9.0), 100.0))))
    return History.of(bins=bins, time=times, level=met, emptied=[True] * len(bins))
