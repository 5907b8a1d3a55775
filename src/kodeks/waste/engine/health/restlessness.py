# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Readings that go up and down more than the sensor's noise: echoes off liquid, or heat."""

from __future__ import annotations

import numpy as np

from kodeks.waste.engine.health.emptyings import WHOLE
from kodeks.waste.engine.health.episodes import LIQUID, THERMAL, Episode, between, runs
from kodeks.waste.engine.health.ground import Ground
from kodeks.waste.engine.health.readings import Booleans, Floats, Ints

WINDOWS = ((6, 88.0), (12, 106.0), (24, 130.0))
"""Readings, and the sum over them of squared turns in units of the noise that comes once in a
million windows of normal noise (by drawing four million; a turn counts at most CAP), and some: a
spike is a turn too, and two of them are no fault."""
CAP = 5.0
ODD = ((48, 4), (96, 5))
"""Readings, and turns of CAP in them that are no single spikes any more (of 900 invented sensors
that work none had more than 3 in 96)."""
LARGE = 2.5
APART = 30 * 3600
SPANS, MOST_FALLEN, TALL = (8, 12, 16, 24, 32, 48), (7.8, 5.6), 6.0
"""Readings; how far the sum of squared falls over them may be beyond what noise and emptyings give,
in deviations of noise alone, for the shortest and the others (no working sensor of 1,900 invented
ones went further); and what one fall counts at most, in deviations of the noise."""
ONE_MORE, OFTEN, ROUND = 1.0, 0.7, 65.0
"""Emptyings in any span, and for each ROUND percent that usually come."""
WARMER = 3.0
"""Degrees that the restless hours are warmer than the others around them."""


def restless(
    time: Ints, level: Floats, grown: Floats, ground: Ground, temperature: Floats | None
) -> list[Episode]:
    """Of known readings (n,).

    A turn is the smaller of a rise and the fall beside it: emptyings, bites and steps have none.
    """
    if level.size < WINDOWS[0][0] + 2 or ground.step:
        return []
    turns = _turns(level, grown, ground)
    large = turns >= LARGE
    squares = np.concatenate([[0.0], np.cumsum(np.minimum(turns, CAP) ** 2)])
    shaken = np.zeros(turns.size, dtype=np.bool_)
    for count, limit in WINDOWS:
        if turns.size < count:
            continue
        for at in np.flatnonzero(squares[count:] - squares[:-count] > limit).tolist():
            shaken[at : at + count] = True
    odd = np.concatenate([[0], np.cumsum(turns >= CAP)])
    for count, limit in ODD:
        count = min(count, turns.size)
        for at in np.flatnonzero(odd[count:] - odd[:-count] >= limit).tolist():
            shaken[at : at + count] = True
    found = []
    for first, after in runs(shaken):
        # From the first large turn to the last; turn i is around reading i + 1.
        big = np.flatnonzero(large[first:after]) + first
        if big.size >= 3:
            found.append((int(big[0]) + 1, int(big[-1]) + 2))
    return [_told(time, first, after, large, temperature) for first, after in _joined(found, time)]


def falling(
    time: Ints, level: Floats, grown: Floats, ground: Ground, temperature: Floats | None
) -> list[Episode]:
    """Of known readings (n,) without spikes: the level falls more often than bins are emptied.

    Nothing but emptyings and noise takes a level down, so low echoes in a bin that fills fast show
    here, where each of them alone could be an emptying.
    """
    if ground.step:
        return []
    falls = np.maximum(-np.diff(level), 0.0) / ground.noise
    squares = np.concatenate([[0.0], np.cumsum(np.minimum(falls, TALL) ** 2)])
    shaken = np.zeros(falls.size, dtype=np.bool_)
    for count in SPANS:
        if falls.size < count:
            continue
        emptied = ONE_MORE + OFTEN * (grown[count:] - grown[:-count]) / ROUND
        over = squares[count:] - squares[:-count] - count - emptied * TALL**2
        # A fall of normal noise has mean 1 and variance 5, squared.
        limit = MOST_FALLEN[count > SPANS[0]] * np.sqrt(5.0 * count)
        for at in np.flatnonzero(over > limit).tolist():
            shaken[at : at + count] = True
    large = falls >= LARGE
    found = []
    for first, after in runs(shaken):
        big = np.flatnonzero(large[first:after]) + first
        if big.size >= 3:
            found.append((int(big[0]) + 1, int(big[-1]) + 2))
    return [
        _told(time, first, after, large[1:], temperature) for first, after in _joined(found, time)
    ]


def _turns(level: Floats, grown: Floats, ground: Ground) -> Floats:
    """(n - 2,) in units of the noise. Emptied and filled again is no turn."""
    change = np.diff(level)
    up = np.maximum(change - np.diff(grown), 0.0)
    down = np.maximum(-change, 0.0)
    likely = ground.most(grown)
    low = level[1:] <= WHOLE
    # Down to the bottom, and up by what may well have come.
    valley = np.where(low[:-1] & (up[1:] <= likely[1:]), 0.0, np.minimum(down[:-1], up[1:]))
    # Up by what may well have come, and down to the bottom.
    peak = np.where(low[1:] & (up[:-1] <= likely[:-1]), 0.0, np.minimum(up[:-1], down[1:]))
    turned: Floats = np.maximum(valley, peak) / ground.noise
    # A rise that no bin makes is a turn, whatever is beside it, unless it only comes back: a single
    # low reading is one turn, as a high one is.
    net = change[:-1] - np.concatenate([[0.0], down[:-2]])
    beyond = net > 1.25 * likely[:-1]
    return np.where(beyond, np.maximum(turned, CAP), turned)


def _joined(found: list[tuple[int, int]], time: Ints) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, after in found:
        if joined and time[first] - time[joined[-1][1] - 1] <= APART:
            joined[-1] = (joined[-1][0], max(after, joined[-1][1]))
        else:
            joined.append((first, after))
    return joined


def _told(
    time: Ints, first: int, after: int, large: Booleans, temperature: Floats | None
) -> Episode:
    if temperature is not None:
        around = slice(
            int(np.searchsorted(time, time[first] - 43_200)),
            int(np.searchsorted(time, time[after - 1] + 43_200, side="right")),
        )
        shaken = np.zeros(time.size, dtype=np.bool_)
        shaken[1:-1] = large
        hot, rest = temperature[around][shaken[around]], temperature[around][~shaken[around]]
        hot, rest = hot[np.isfinite(hot)], rest[np.isfinite(rest)]
        long = time[after - 1] - time[first] > 86_400
        if hot.size and rest.size and long and np.median(hot) > np.median(rest) + WARMER:
            reason = "Målingen svinger, når det er varmt. Heden forstyrrer måleren."
            return between(THERMAL, time, first, after, reason)
    reason = "Målingen springer op og ned. Det gør den over væske eller noget, der bevæger sig."
    return between(LIQUID, time, first, after, reason)
