# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How full a sensor's bin will be at a planned visit, if nobody comes before.

A level of at least some height at the visit is that the height was reached by then, so the chances
of several heights, each learned as »full« is, make the whole distribution.
"""

from __future__ import annotations

import numpy as np

from kodeks.waste.engine.forecast.forest import LEVELS
from kodeks.waste.engine.forecast.history import Floats, History

MOST_STEPS = 12
"""A sensor that has said no more levels than these says steps, and nothing lies between."""
EVEN = np.arange(10.0, 101.0, 10.0)


def heights(history: History) -> tuple[Floats, bool]:
    """Percentages (H,) to ask about, rising, and whether they are the sensors' own steps."""
    said = np.unique(history.level[~np.isnan(history.level)])
    said = said[said > 0]
    steps = 0 < len(said) <= MOST_STEPS
    return (said if steps else EVEN), steps


def by_hour(within: Floats, into: Floats, hours: Floats) -> Floats:
    """(n,): the chance by so many hours (n,), from chances (n, 7) of days and how they fall on a
    day's hours (24,)."""
    edges = np.concatenate([np.zeros((len(within), 1)), within], axis=1)
    share = np.concatenate([[0.0], np.cumsum(into)])
    day = np.minimum(hours // 24, within.shape[1] - 1).astype(np.int64)
    place = np.arange(len(within))
    here = np.interp(np.minimum(hours - 24 * day, 24.0), np.arange(25.0), share)
    before, after = edges[place, day], edges[place, day + 1]
    return np.asarray(before + (after - before) * here, dtype=np.float64)


def quantiles(chances: Floats, asked: Floats, now: Floats, *, steps: bool) -> Floats:
    """(n, 19) percent at 5, 10 .. 95 %, from the chances (n, H) that the heights (H,) are reached.

    `now` (n,) is the level that is known, NaN where none is: what is in a bin stays.
    """
    below = 1.0 - np.minimum.accumulate(chances, axis=1)
    if steps:
        edges = np.concatenate([[0.0], asked])
        # The lowest step whose next one is not reached with the chance asked for.
        found: Floats = edges[(below[:, None, :] < LEVELS[:, None] - 1e-12).sum(axis=2)]
    else:
        edges = np.concatenate([[0.0], asked])
        rising = np.concatenate([np.zeros((len(below), 1)), below], axis=1)
        rising = rising + np.arange(rising.shape[1]) * 1e-9
        found = np.stack([np.interp(LEVELS, row, edges) for row in rising])
    return np.asarray(np.maximum(found, np.nan_to_num(now)[:, None]), dtype=np.float64)
