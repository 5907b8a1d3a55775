# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Emptyings: lasting falls of the level, larger than the sensor's noise explains."""

from __future__ import annotations

from bisect import bisect, insort
from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.health.ground import DAY, LEAST_FALL, Ground
from kodeks.waste.engine.health.readings import Booleans, Floats, Ints

AROUND = 4
"""Readings looked at on each side, while little comes in meanwhile."""
ODDS = 5.0
"""Logarithm of the odds wanted for an emptying against noise."""
WHOLE = 15.0
"""Percent: a level left at or under this is a bin emptied whole."""
UNSURE = 0.6
"""Deviation of what comes in some hours, as a share of what usually does."""
SURE = 0.35
"""Of what usually comes in a silence, so much is counted on: some days bring less."""


@dataclass(frozen=True)
class Emptying:
    """Between ``last_full`` and ``first_empty`` (epoch s), with the levels around it."""

    last_full: int
    first_empty: int
    before: float
    after: float

    @property
    def whole(self) -> bool:
        """Nearly nothing was left."""
        return self.after <= WHOLE


@dataclass(frozen=True)
class Step:
    """Between readings at-1 and at: levels on both sides, and the deviation of their difference."""

    at: int
    before: float
    after: float
    width: float


def spikes(level: Floats, grown: Floats, ground: Ground) -> Booleans:
    """(n,): single readings far from both neighbours, which agree with each other.

    What falls and comes back is one only where the bin seldom fills so fast: else it was emptied.
    """
    odd = np.zeros(level.size, dtype=np.bool_)
    for low in (False, True):
        kept = np.flatnonzero(~odd)
        if kept.size >= 3:
            odd[kept[1:-1]] = _spikes(level[kept], grown[kept], ground, low=low)
    return odd


def _spikes(level: Floats, grown: Floats, ground: Ground, *, low: bool) -> Booleans:
    before, here, after = level[:-2], level[1:-1], level[2:]
    usual = grown[2:] - grown[:-2]
    margin = np.maximum(6.0, 5.0 * ground.noise)
    apart = (after - before > -margin) & (after - before < margin + 2.0 * usual)
    least = max(LEAST_FALL, 5.0 * ground.noise, ground.step)
    bite = ground.bites(grown)
    first, second = (here - before, here - after) if not low else (before - here, after - here)
    # The rise is a bite that seldom comes, the fall as large as an emptying.
    odd: Booleans = apart & (first > (least if low else bite[:-1]))
    return odd & (second > (bite[1:] if low else least))


def needed(ground: Ground) -> float:
    """Deviations that a fall has to exceed, so that ODDS hold: many readings a day need more.

    A bin is emptied about once for each 65 percent that come in.
    """
    chance = np.clip(ground.daily / 65.0 * ground.interval / DAY, 1e-4, 0.4)
    return float(np.sqrt(2.0 * (ODDS - np.log(chance))))


def falls(time: Ints, level: Floats, grown: Floats, ground: Ground) -> list[Step]:
    """The lasting falls of known readings (n,), in time order.

    The largest first, each looked at between those already found. With under two readings after it
    a fall waits for the next: one odd reading is no emptying.
    """
    if level.size < 3:
        return []
    # Rubbish comes meanwhile, and a fall is from what is there by then.
    hidden = SURE * np.diff(grown)
    drop = level[:-1] - level[1:] + hidden
    widths = needed(ground)
    least = max(0.6 * LEAST_FALL, 2.0 * ground.noise, 0.75 * ground.step)
    places = np.flatnonzero((drop[:-1] > least) & (np.diff(level)[:-1] < ground.noise))
    # A bite beyond the usual ends what belongs together as an emptying does.
    bites = np.flatnonzero(np.diff(level) > ground.bites(grown)) + 1
    edges = [0, *bites.tolist(), level.size]
    found: list[Step] = []
    for at in (places[np.argsort(-drop[places], kind="stable")] + 1).tolist():
        place = bisect(edges, at)
        step = step_at(at, edges[place - 1], edges[place], level, grown, ground)
        if step.before - step.after + hidden[at - 1] > max(LEAST_FALL, widths * step.width):
            insort(edges, at)
            found.append(step)
    return sorted(found, key=lambda step: step.at)


def step_at(at: int, begin: int, end: int, level: Floats, grown: Floats, ground: Ground) -> Step:
    """Means of up to AROUND readings on both sides, brought to the moment between.

    What came meanwhile is known by half, so readings further away weigh less.
    """
    low, high = max(begin, at - AROUND), min(end, at + AROUND)
    came = grown[at - 1] - grown[low:at]
    before, width = _mean(level[low:at] + came, came, ground.noise)
    came = grown[at:high] - grown[at]
    after, other = _mean(level[at:high] - came, came, ground.noise)
    return Step(at, before, after, float(np.sqrt(width + other)))


def _mean(values: Floats, came: Floats, noise: float) -> tuple[float, float]:
    weights = 1.0 / (noise**2 + (UNSURE * came) ** 2)
    total = weights.sum()
    return min(max(float(weights @ values / total), 0.0), 100.0), float(1.0 / total)


def emptyings(time: Ints, level: Floats, ground: Ground) -> tuple[Emptying, ...]:
    """The emptyings in known readings (n,) without faults, in time order."""
    grown = ground.grown(time)
    kept = ~spikes(level, grown, ground)
    time, level, grown = time[kept], level[kept], grown[kept]
    return tuple(
        Emptying(int(time[one.at - 1]), int(time[one.at]), one.before, one.after)
        for one in falls(time, level, grown, ground)
    )
