# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Readings that go up and down more than the sensor's noise: echoes off liquid, or heat."""

from __future__ import annotations

import math

import numpy as np

from kodeks.waste.engine.health import weighing
from kodeks.waste.engine.health.emptyings import WHOLE
from kodeks.waste.engine.health.episodes import LIQUID, THERMAL, Episode, between, runs
from kodeks.waste.engine.health.ground import DAY, Ground
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
SUSPECT, UNWEIGHED = 0.5, 0.75
"""Of these limits, from which it is worth a look (see weighing), and where nothing weighs it."""
FALLS = 8.0
"""Percent: a fall of this or more is counted among the signs."""
AROUND = 6
"""Readings before and after that are laid beside."""
WARMER = 3.0
"""Degrees that the restless hours are warmer than the others around them."""


def restless(
    time: Ints, level: Floats, grown: Floats, ground: Ground, temperature: Floats | None
) -> list[Episode]:
    """Of known readings (n,).

    A turn is the smaller of a rise and the fall beside it: emptyings, bites and steps have none.
    Nothing but emptyings and noise takes a level down, so low echoes in a bin that fills fast show
    in falls, where each of them alone could be an emptying.
    """
    if level.size < WINDOWS[0][0] + 2 or ground.step:
        return []
    turns = _turns(level, grown, ground)
    large = turns >= LARGE
    tall = np.diff(level)[1:] < -max(TALL * ground.noise, FALLS)
    beyond = _beyond(turns, level, grown, ground)
    seldom = ground.interval > weighing.SELDOM
    shaken = _shaken(beyond, turns.size, UNWEIGHED if seldom else SUSPECT)
    places = _stretches(shaken, large)
    if not seldom:
        # Nothing weighs it else, and each fall may be an emptying.
        places += _fallen(beyond, shaken, large, tall)
    suspects = [
        _suspect(time, level, grown, ground, temperature, turns, beyond, first, after)
        for first, after in _joined(sorted(places), time)
    ]
    told = [(one.first, one.after) for one in weighing.sure("restless", time, suspects)]
    told += _joined(_stretches(_odd(turns), large), time)
    return [_told(time, first, after, large, temperature) for first, after in told]


def _beyond(
    turns: Floats, level: Floats, grown: Floats, ground: Ground
) -> list[tuple[str, int, Floats]]:
    """Windows, and for each place the sum over them beside its limit: of turns, and of falls."""
    found = []
    squares = np.concatenate([[0.0], np.cumsum(np.minimum(turns, CAP) ** 2)])
    for count, limit in WINDOWS:
        if turns.size >= count:
            found.append(("turns", count, (squares[count:] - squares[:-count]) / limit))
    falls = np.maximum(-np.diff(level), 0.0) / ground.noise
    squares = np.concatenate([[0.0], np.cumsum(np.minimum(falls, TALL) ** 2)])
    for count in SPANS:
        if falls.size > count:
            emptied = ONE_MORE + OFTEN * (grown[count:] - grown[:-count]) / ROUND
            over = squares[count:] - squares[:-count] - count - emptied * TALL**2
            # A fall of normal noise has mean 1 and variance 5, squared.
            limit = MOST_FALLEN[count > SPANS[0]] * np.sqrt(5.0 * count)
            found.append(("falls", count, over[:-1] / limit))
    return found


def _shaken(beyond: list[tuple[str, int, Floats]], size: int, least: float) -> Booleans:
    shaken = np.zeros(size, dtype=np.bool_)
    for _, count, over in beyond:
        for at in np.flatnonzero(over > least).tolist():
            shaken[at : at + count] = True
    return shaken


def _odd(turns: Floats) -> Booleans:
    """(n - 2,): many single readings, each of which would be taken out as a spike."""
    shaken = np.zeros(turns.size, dtype=np.bool_)
    sums = np.concatenate([[0], np.cumsum(turns >= CAP)])
    for count, limit in ODD:
        count = min(count, turns.size)
        for at in np.flatnonzero(sums[count:] - sums[:-count] >= limit).tolist():
            shaken[at : at + count] = True
    return shaken


def _stretches(shaken: Booleans, large: Booleans) -> list[tuple[int, int]]:
    """From the first large turn to the last; turn i is around reading i + 1."""
    found = []
    for first, after in runs(shaken):
        big = np.flatnonzero(large[first:after]) + first
        if big.size >= 3:
            found.append((int(big[0]) + 1, int(big[-1]) + 2))
    return found


def _fallen(
    beyond: list[tuple[str, int, Floats]], shaken: Booleans, large: Booleans, tall: Booleans
) -> list[tuple[int, int]]:
    """Where echoes reach the bottom each turn may be an emptying: from the first to the last tall
    fall of the span with most of them."""
    found = []
    for first, after in runs(shaken):
        if np.count_nonzero(large[first:after]) >= 3:
            continue
        best, at, end = SUSPECT, 0, 0
        for which, count, over in beyond:
            some = over[first : max(after - count + 1, first)]
            if which == "falls" and some.size and some.max() > best:
                best, at = float(some.max()), first + int(some.argmax())
                end = at + count
        falls = np.flatnonzero(tall[at:end]) + at
        if falls.size >= 3:
            found.append((int(falls[0]) + 1, int(falls[-1]) + 2))
    return found


def _suspect(
    time: Ints,
    level: Floats,
    grown: Floats,
    ground: Ground,
    temperature: Floats | None,
    turns: Floats,
    beyond: list[tuple[str, int, Floats]],
    first: int,
    after: int,
) -> weighing.Suspect:
    some = slice(first - 1, after - 1)
    turned, fallen = (
        [
            float(over[max(first - count, 0) : after - 1].max(initial=0.0))
            for which, count, over in beyond
            if which == whose
        ]
        for whose in ("turns", "falls")
    )
    capped = np.minimum(turns, CAP) ** 2
    rest = np.concatenate([capped[: first - 1], capped[after - 1 :]])
    change = np.diff(level[max(first - 1, 0) : after + 1])
    falls = -change[change < -FALLS]
    large = turns[some] >= LARGE
    return weighing.Suspect(
        first,
        after,
        [
            *turned,
            *[0.0] * (len(WINDOWS) - len(turned)),
            max(fallen, default=0.0),
            float(large.sum()),
            float(large.mean()),
            float(np.sort(turns[some])[-3:].mean()),
            math.log(float(time[after - 1] - time[first]) / 3600.0 + 1.0),
            _warmer(time, first, after, turns >= LARGE, temperature),
            ground.noise,
            math.log(ground.daily + 1.0),
            float(grown[after - 1] - grown[first]),
            falls.size / change.size,
            float(falls.mean()) if falls.size else 0.0,
            float(rest.mean()) if rest.size else 0.0,
            float(np.abs(change).mean()) / ground.noise,
            float(capped[some].sum()),
            ground.interval / 3600.0,
            float(after - first),
            *_inside(time, level, grown, ground, first, after),
        ],
        told=max(*turned, *fallen, 0.0, 0.0) > 1.0,
    )


def _inside(
    time: Ints, level: Floats, grown: Floats, ground: Ground, first: int, after: int
) -> list[float]:
    """Where its readings lie, how far they are from a line of what comes, and whether each of them
    is nearer to the next than to any other; the falls that no crew's hours explain."""
    here, came = level[first:after], grown[first:after]
    left = here - came - (here - came).mean()
    spread = float(left.std())
    along = float(left[1:] @ left[:-1]) / max(float(left @ left), 1e-9)
    change = np.diff(level)
    low = np.flatnonzero((change < -3.0 * FALLS) & (level[1:] <= WHOLE))
    inside = (low >= first - 1) & (low < after)
    hour = 0.5 * (time[low] + time[low + 1]) % DAY / 3600.0
    crew = hour[~inside]
    far = np.abs(hour[inside][:, None] - crew[None, :])
    far = np.minimum(far, 24.0 - far)
    odd = far.min(axis=1) > 1.0 if crew.size else np.ones(int(inside.sum()), dtype=np.bool_)
    around = level[max(first - AROUND, 0) : first], level[after : after + AROUND]
    before, behind = (float(one.mean()) if one.size else float(here.mean()) for one in around)
    return [
        float(np.median(here)),
        float((here <= 0.0).mean()),
        float((here >= 100.0).mean()),
        spread / ground.noise,
        along,
        float(np.abs(left).max()) / max(spread, 1e-9),
        float(inside.sum()),
        float(odd.sum()),
        float(here.mean()) - before,
        behind - float(here.mean()),
    ]


def _warmer(
    time: Ints, first: int, after: int, large: Booleans, temperature: Floats | None
) -> float:
    """Degrees that it is warmer at the large turns than between and around them."""
    if temperature is None:
        return 0.0
    around = slice(
        int(np.searchsorted(time, time[first] - 43_200)),
        int(np.searchsorted(time, time[after - 1] + 43_200, side="right")),
    )
    shaken = np.zeros(time.size, dtype=np.bool_)
    shaken[1:-1] = large
    hot, rest = temperature[around][shaken[around]], temperature[around][~shaken[around]]
    hot, rest = hot[np.isfinite(hot)], rest[np.isfinite(rest)]
    return float(np.median(hot) - np.median(rest)) if hot.size and rest.size else 0.0


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
    long = time[after - 1] - time[first] > 86_400
    if long and _warmer(time, first, after, large, temperature) > WARMER:
        reason = "Målingen svinger, når det er varmt. Heden forstyrrer måleren."
        return between(THERMAL, time, first, after, reason)
    reason = "Målingen springer op og ned. Det gør den over væske eller noget, der bevæger sig."
    return between(LIQUID, time, first, after, reason)
