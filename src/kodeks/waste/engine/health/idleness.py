# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Levels that do not move for days in which much usually comes: the sensor looks past the rubbish.

It trembles as ever, so it is not stuck. A weekend with the gates shut is no fault, nor is an
emptied bin that nobody uses, nor a full one that can hold no more.
"""

from __future__ import annotations

import numpy as np

from kodeks.waste.engine.health.emptyings import Step
from kodeks.waste.engine.health.episodes import TILT, Episode, between, hours
from kodeks.waste.engine.health.ground import Ground
from kodeks.waste.engine.health.readings import Floats, Ints

SPAN = 96 * 3600
"""Seconds: a long weekend."""
STRIDE = 12 * 3600
OWED = 75.0
"""Percent that usually comes meanwhile."""
BETWEEN = (12.0, 95.0)
SPREAD = 3.4
"""Deviations between the lowest and the highest tenth: noise alone has 2.6."""


def idle(
    time: Ints, level: Floats, grown: Floats, ground: Ground, down: list[Step]
) -> list[Episode]:
    """Of known readings (n,) without faults, with the falls in them."""
    if float(grown[-1] - grown[0]) < OWED:
        return []
    begins = np.arange(int(time[0]), int(time[-1]) - SPAN + 1, STRIDE)
    first = np.searchsorted(time, begins)
    after = np.searchsorted(time, begins + SPAN)
    owed = grown[np.minimum(after, time.size) - 1] - grown[first]
    # Nobody empties a bin that has stood still; a small bin emptied daily looks much like it.
    gone = np.zeros(time.size + 1, dtype=np.int64)
    gone[[step.at for step in down]] = 1
    sums = np.cumsum(gone)
    untouched = sums[np.maximum(after - 1, 0)] == sums[first]
    enough = (owed >= OWED) & (after - first >= 8) & untouched
    found: list[tuple[int, int]] = []
    for low, high in zip(first[enough].tolist(), after[enough].tolist(), strict=True):
        tenth, middle, most = np.quantile(level[low:high], (0.1, 0.5, 0.9))
        still = most - tenth < SPREAD * ground.noise + 2.0
        if still and BETWEEN[0] < middle < BETWEEN[1]:
            if found and low < found[-1][1]:
                found[-1] = (found[-1][0], high)
            else:
                found.append((low, high))
    return [_told(time, level, grown, low, high) for low, high in found]


def _told(time: Ints, level: Floats, grown: Floats, low: int, high: int) -> Episode:
    span = hours(float(time[high - 1] - time[low]))
    owed = min(float(grown[high - 1] - grown[low]), 999.0)
    reason = (
        f"Niveauet har stået ved {np.median(level[low:high]):.0f} % i {span}, hvor der plejer at "
        f"komme {owed:.0f} %. Måleren ser nok ikke ned i spanden."
    )
    return between(TILT, time, low, high, reason)
