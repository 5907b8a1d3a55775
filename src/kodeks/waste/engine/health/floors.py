# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Drift and standing water: what a bin shows right after it was emptied, emptying by emptying.

An emptied bin is near its bottom. A sensor that drifts shows more of it each time, one that drifts
the other way shows nothing for longer and longer, and water stays when the bag goes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kodeks.waste.engine.health.emptyings import Step
from kodeks.waste.engine.health.episodes import DRIFT, LIQUID, Episode, between, runs
from kodeks.waste.engine.health.ground import Ground
from kodeks.waste.engine.health.readings import Booleans, Floats, Ints

RAISED = 8.0
"""Percent above the usual floor: less is rubbish that hung on."""
ALPHA = 0.0006
LEAST_SHARE = 0.06
"""Of emptyings that are partial, where a bin has shown none."""
TOLERANCE, LINED = 5.0, 0.35
"""Percent from the line, and how likely a floor is within it by chance: floors of partial
emptyings are spread over some thirty percent."""
FEWEST = 4
"""Readings at 0 before it is more than a quiet morning."""
OWED = 10.0
"""Percent that usually comes in while a level that was pressed below 0 stays there."""


def drifts(
    time: Ints, level: Floats, grown: Floats, ground: Ground, steps: Sequence[Step]
) -> list[Episode]:
    """Of known readings (n,) and the falls in them.

    Floors in a row that rise from the usual one on a line are a drift, floors that stay raised are
    water, where so many partial emptyings in a row are no chance in this bin.
    """
    if len(steps) < 4:
        return []
    places = np.array([step.at for step in steps])
    floors = np.array([step.after for step in steps])
    widths = np.array([step.width for step in steps])
    usual = min(float(np.quantile(floors, 0.25)), 10.0)
    # What came between the emptying and the first reading after it is on the floor too.
    since = grown[places] - grown[places - 1]
    raised = floors > usual + np.maximum(RAISED, 2.5 * widths) + since
    found = _above(time, places, floors, usual, raised, ground)
    found += _below(time, level, grown, places)
    return found


def _above(
    time: Ints, places: Ints, floors: Floats, usual: float, raised: Booleans, ground: Ground
) -> list[Episode]:
    stretches = runs(raised)
    found = []
    for first, after in stretches:
        count = after - first
        others = raised.size - count
        share = max((raised.sum() - count + 0.5) / (others + 4.0), LEAST_SHARE)
        chance = raised.size * share**count
        when, above = time[places[first:after]], floors[first:after] - usual
        earliest = int(time[places[first - 1]]) if first else int(time[0])
        slope, began, near = _line(when, above, earliest, max(TOLERANCE, 2.0 * ground.noise))
        # Partial emptyings lie on a line by chance; two of its points are free.
        on_line = chance * LINED ** max(near - 1, 0)
        rises = slope * float(when[-1] - when[0]) > RAISED or count == 1
        if count >= 2 and rises and near >= 0.6 * count and on_line < ALPHA:
            begin = int(np.searchsorted(time, began))
            reason = (
                f"Bunden vises højere for hver tømning, nu {floors[after - 1]:.0f} %. "
                "Måleren glider."
            )
            kind = DRIFT
        elif count >= 3 and chance < ALPHA:
            begin = int(places[first - 1]) if first else 0
            reason = f"Efter tømning vises {np.median(floors[first:after]):.0f} %."
            third = max(count // 3, 1)
            climbed = np.median(above[-third:]) > np.median(above[:third]) + RAISED
            kind = DRIFT if climbed else LIQUID
            reason += " Måleren glider." if climbed else " Der står nok vand i den."
        else:
            continue
        end = int(places[after]) if after < places.size else time.size
        found.append(between(kind, time, min(begin, end - 1), end, reason))
    return found


def _line(when: Ints, above: Floats, earliest: int, tolerance: float) -> tuple[float, float, int]:
    """The line up from 0, begun after `earliest`, that most floors are near and none is far below:
    its slope (pp per s), its beginning, and how many are near."""
    best = (0.0, float(earliest), 0)
    first = float(when[0])
    for began in np.linspace(earliest, first - 0.05 * (first - earliest), 9).tolist():
        since = when - began
        for slope in (above / np.maximum(since, 1.0)).tolist():
            off = above - slope * since
            near = int((np.abs(off) <= tolerance).sum())
            if near > best[2] and (off >= -1.5 * tolerance).all():
                best = (slope, began, near)
    return best


def _below(time: Ints, level: Floats, grown: Floats, places: Ints) -> list[Episode]:
    """Rounds that begin with the level pressed to 0 for longer than usual."""
    owed = np.zeros(places.size)
    for at, place in enumerate(places.tolist()):
        until = int(places[at + 1]) if at + 1 < places.size else level.size
        above = np.flatnonzero(level[place:until] > 0.5)
        first = place + (int(above[0]) if above.size else until - place)
        if first - place >= FEWEST:
            owed[at] = grown[min(first, level.size - 1)] - grown[place]
    usual = float(np.quantile(owed, 0.25))
    pressed = owed > max(OWED, 3.0 * usual)
    found = []
    for first, after in runs(pressed):
        if after - first < 2 or (first and owed[first - 1] > OWED):
            continue
        begin = int(places[first - 1]) if first else int(places[first])
        end = int(places[after]) if after < places.size else time.size
        reason = "Efter tømning vises 0 % længe efter, at der er kommet noget. Måleren glider."
        found.append(between(DRIFT, time, begin, end, reason))
    return found
