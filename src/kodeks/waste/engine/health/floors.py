# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Drift and standing water: what a bin shows right after it was emptied, emptying by emptying.

An emptied bin is near its bottom. A sensor that drifts shows more of it each time, one that drifts
the other way shows nothing for longer and longer, and water stays when the bag goes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from kodeks.waste.engine.health import weighing
from kodeks.waste.engine.health.emptyings import SURE, UNSURE, Step
from kodeks.waste.engine.health.episodes import DRIFT, LIQUID, Episode, between, runs
from kodeks.waste.engine.health.ground import DAY, Ground
from kodeks.waste.engine.health.readings import Booleans, Floats, Ints

RAISED = 8.0
"""Percent above the usual floor: less is rubbish that hung on."""
ALPHA = 0.00002
"""Chance that so many floors are raised in a row, from which it is told: of 5,280 invented sensors
that work the least was 0.0001."""
LEAST_SHARE = 0.06
"""Of emptyings that are partial, where a bin has shown none."""
NATS = 9.0
"""Log of how much likelier floors have to be with a drift than without, at the best drift."""
BESIDE, LEFT = 5.0, 60.0
"""Percent: how far a floor is from the bottom when a bin is emptied whole, and over how many what a
partial emptying leaves is spread."""
SLOPES = np.arange(1.5, 8.1, 0.5) / DAY
"""Percent a second: slower does not show in a month, faster is a jump."""
CREPT, ON_LINE = 15.0, 3
"""Percent that the last floor has crept, and floors that have to be near the line."""
LOOK = (4.0, 8.0, 2)
"""NATS, CREPT and ON_LINE from which it is worth a look (see weighing)."""
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
    widths = np.hypot(widths, UNSURE * since)
    found = _rising(time, level, ground, places, floors - SURE * since, widths, raised)
    if not found:
        found += _above(time, places, floors, usual, raised)
    found += _below(time, level, grown, places)
    return found


def _rising(
    time: Ints,
    level: Floats,
    ground: Ground,
    places: Ints,
    floors: Floats,
    widths: Floats,
    raised: Booleans,
) -> list[Episode]:
    """The drift under which the floors are likeliest, if they are so much likelier than without.

    A floor is near the bottom, or what a partial emptying leaves; under a drift the bottom rises on
    a line. All beginnings, slopes and ends are tried.
    """
    when = time[places]
    bottom = float(np.median(np.sort(floors)[: max(floors.size // 2, 1)]))
    partial = float(np.clip((raised.sum() / 2.0 + 0.5) / (floors.size + 2.0), LEAST_SHARE, 0.5))
    spread = np.hypot(BESIDE, widths)

    def likely(off: Floats) -> Floats:
        near = np.exp(-0.5 * (off / spread) ** 2) / (spread * 2.5066)
        found: Floats = np.log((1.0 - partial) * near + partial / LEFT)
        return found

    edges = np.concatenate([time[:1], when])
    begins = np.unique(np.concatenate([edges[:-1], (edges[1:] + edges[:-1]) // 2]))
    crept = SLOPES[None, :, None] * np.maximum(when[None, None, :] - begins[:, None, None], 0.0)
    off = floors - bottom - crept
    more = likely(off) - likely(floors - bottom)
    total = np.cumsum(more, axis=2)
    best = np.unravel_index(int(total.argmax()), total.shape)
    begin, slope, last = (int(one) for one in best)
    line, off = crept[begin, slope], off[begin, slope]
    inside = (line > 0.0) & (np.arange(floors.size) <= last)
    near = inside & (np.abs(off) < 2.0 * spread) & (line > RAISED)
    nats = float(total[begin, slope, last])
    if nats < LOOK[0] or line[last] < LOOK[1] or near.sum() < LOOK[2]:
        return []
    first = min(int(np.searchsorted(time, begins[begin])), time.size - 2)
    after = int(places[last + 1]) if last + 1 < places.size else time.size
    far, most = np.abs(off[inside] / spread[inside]), float(more[begin, slope][inside].max())
    suspect = weighing.Suspect(
        first,
        max(after, first + 1),
        [
            nats,
            nats - most,
            float(line[last]),
            float(near.sum()),
            float(inside.sum()),
            partial,
            float(floors.size),
            float(when[last] - begins[begin]) / DAY,
            bottom,
            float(far.mean()),
            float(np.sqrt(np.mean(np.minimum(far, 5.0) ** 2))),
            float(np.diff(floors[inside], prepend=floors[inside][:1]).min()),
            ground.noise,
            math.log(ground.daily + 1.0),
            ground.interval / 3600.0,
            # It goes on after the last floor, and that one is at the bottom again.
            float(last + 1 < floors.size and floors[min(last + 1, floors.size - 1)] < bottom + 10),
            *_along(time, level, places, floors, off / spread, inside, near, first, after),
            float(SLOPES[slope]) * DAY,
        ],
        told=nats >= NATS and float(line[last]) >= CREPT and int(near.sum()) >= ON_LINE,
    )
    reason = f"Bunden vises højere for hver tømning, nu {floors[last]:.0f} %. Måleren glider."
    return [
        between(DRIFT, time, one.first, one.after, reason)
        for one in weighing.sure("drift", time, [suspect])
    ]


def _along(
    time: Ints,
    level: Floats,
    places: Ints,
    floors: Floats,
    far: Floats,
    inside: Booleans,
    near: Booleans,
    first: int,
    after: int,
) -> list[float]:
    """How the floors inside are spread around the line and climb, what follows them, how much of
    the time it is at the ends of the scale, there and else, and the hours of the crew."""
    some = np.ones(level.size, dtype=np.bool_)
    some[first:after] = False
    high, low = level >= 99.5, level <= 0.5
    within, beyond = ~some, some if some.any() else ~some
    hour = time[places] % DAY / 3600.0
    apart = np.abs(hour[inside][:, None] - hour[~inside][None, :])
    apart = np.minimum(apart, 24.0 - apart)
    follow = floors[places >= after][:3]
    climbs = np.sign(np.diff(floors[inside]))
    return [
        float(near.sum()) / max(float(inside.sum()), 1.0),
        float(np.abs(far[near]).mean()) if near.any() else 9.0,
        float(far[near].mean()) if near.any() else 9.0,
        float(climbs.mean()) if climbs.size else 0.0,
        float(follow.mean()) if follow.size else -9.0,
        float(follow.max()) if follow.size else -9.0,
        float(np.sort(floors[~inside])[-3:].mean()) if (~inside).any() else -9.0,
        float(high[within].mean() - high[beyond].mean()),
        float(low[within].mean() - low[beyond].mean()),
        float(apart.min(axis=1).max()) if apart.size else 6.0,
        float((time[-1] - time[places[inside]][-1]) / DAY) if after >= time.size else -1.0,
    ]


def _above(
    time: Ints, places: Ints, floors: Floats, usual: float, raised: Booleans
) -> list[Episode]:
    found = []
    for first, after in runs(raised):
        count = after - first
        others = raised.size - count
        share = max((raised.sum() - count + 0.5) / (others + 4.0), LEAST_SHARE)
        chance = raised.size * share**count
        if count < 3 or chance >= ALPHA:
            continue
        above = floors[first:after] - usual
        begin = int(places[first - 1]) if first else 0
        reason = f"Efter tømning vises {np.median(floors[first:after]):.0f} %."
        third = max(count // 3, 1)
        climbed = np.median(above[-third:]) > np.median(above[:third]) + RAISED
        reason += " Måleren glider." if climbed else " Der står nok vand i den."
        end = int(places[after]) if after < places.size else time.size
        kind = DRIFT if climbed else LIQUID
        found.append(between(kind, time, min(begin, end - 1), end, reason))
    return found


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
