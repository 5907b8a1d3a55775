# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Sensors that speak about once a day, or in steps of a fifth of the bin, as compactors do.

Between two readings anything may have happened, so jumps, turns and floors tell nothing, and a
level that stays is no wonder. What can be told is silence, a lean, a level that stays for weeks,
and falls: there is no noise in such steps, so each is an emptying.
"""

from __future__ import annotations

import numpy as np

from kodeks.waste.engine.health.emptyings import Emptying
from kodeks.waste.engine.health.episodes import STUCK, Episode, between, hours, runs
from kodeks.waste.engine.health.ground import DAY, Ground
from kodeks.waste.engine.health.readings import Floats, Ints

SELDOM = DAY // 2
"""Seconds between readings from which a sensor speaks seldom."""
LEAST_FALL = 15.0
"""Percent: as the forecast's own sign of an emptying."""
LEAST_STUCK = 21 * DAY
OTHERS = 3
"""Times as long as the longest other stay at the level."""


def speaks_seldom(ground: Ground) -> bool:
    """Whether this is such a sensor."""
    return ground.interval >= SELDOM or ground.step > 0.0


def fallen(time: Ints, level: Floats) -> tuple[Emptying, ...]:
    """The emptyings in known readings (n,)."""
    return tuple(
        Emptying(int(time[at]), int(time[at + 1]), float(level[at]), float(level[at + 1]))
        for at in np.flatnonzero(level[:-1] - level[1:] > LEAST_FALL).tolist()
    )


def stays(time: Ints, level: Floats) -> list[Episode]:
    """Levels that stay for weeks, far longer than this bin has stayed there otherwise."""
    alike = np.diff(level) == 0
    stretches = runs(alike)
    lengths = [
        (float(time[after] - time[first]), float(level[first])) for first, after in stretches
    ]
    found = []
    for at, (first, after) in enumerate(stretches):
        length, where = lengths[at]
        others = [
            one for place, (one, there) in enumerate(lengths) if there == where and place != at
        ]
        if length >= LEAST_STUCK and length > OTHERS * max(others, default=0.0):
            span = hours(length)
            reason = f"Målingen har stået på {where:.0f} % i {span}, længere end nogensinde før."
            found.append(between(STUCK, time, first, after + 1, reason))
    return found
