# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Lasting rises beside what the bin takes in at that hour: how much speaks against each of them.

What comes between two readings is what usually comes there, more on a busy day, and by hours more
or less: the large ones fall off like e^-x, and the sensor's noise is added. How busy the hours
around are tells how busy this one may be; a bin with bags or bites of its own has them on many
days, so the nats are held against the bin's own largest of each day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.health.ground import DAY, Ground
from kodeks.waste.engine.health.readings import Floats, Ints

AROUND, NEAR = 4, 6 * 3600
"""Readings on each side that are taken together, and the seconds they may be away."""
HOURS, LONGER, LEAST_SCALE = 1.4, 0.25, 1.0
"""How far the tail of what comes in an hour goes, as a share of what usually does, and percent."""
BUSY, LEAN, MOST_BUSY = 6 * 3600, 6.0, 2.5
"""Seconds on both sides in which it is asked how busy it is; percent of a usual time laid beside;
and how busy at most."""
SPAN, MOST_KEPT, SURELY, BITES = 7200, 0.985, 1.05, 1.5
"""Seconds over which the size of bites is asked, the share of them that is, how much larger than
told the noise may be, and how many bites a rise is held against."""
FULL = 97.0
TREMBLES = 1.2
"""Deviations that the lowest reading after may be under the highest before, beside the means."""
UNSURE = 0.7


@dataclass(frozen=True)
class Rises:
    """nats (n,): against a rise between the readings before and each, on a day; size (n,) pp,
    -inf where it does not last."""

    nats: Floats
    size: Floats


def rises(time: Ints, level: Floats, grown: Floats, ground: Ground, down: list[int]) -> Rises:
    """Of known readings (n,) without spikes; `down` are the places of the falls."""
    at = np.arange(level.size)
    came = np.diff(grown, prepend=grown[0])
    before, width, _, highest = _side(time, level, grown, ground, down, after=False)
    behind, other, lowest, _ = _side(time, level, grown, ground, down, after=True)
    size = np.minimum(behind - before, lowest - highest + TREMBLES * ground.noise)
    size = np.where(np.isfinite(size), size, -np.inf)
    usual = came * _busy(time, level, came, down, at)
    hours = np.maximum(np.diff(time, prepend=time[0]) / 3600.0, 1.0)
    scale = HOURS * usual / hours**LONGER + LEAST_SCALE
    scale = np.maximum(scale, BITES * _bite(time, level, grown, ground, down))
    nats = _tail(np.maximum(size - usual, 0.0), scale, np.sqrt(width + other))
    return Rises(_by_day(time, nats), size)


def _bite(time: Ints, level: Floats, grown: Floats, ground: Ground, down: list[int]) -> float:
    """Percent of one bite, were all of what comes made of them: the variance of what comes beside
    its mean (compound Poisson), without noise, and without the largest few, which may be faults."""
    fell = np.zeros(level.size, dtype=np.int64)
    fell[down] = 1
    part = np.cumsum(fell)
    later = np.searchsorted(time, time + SPAN)
    first = np.flatnonzero(later < level.size)
    last = later[first]
    fits = (part[first] == part[last]) & (time[last] - time[first] <= 2 * SPAN)
    fits &= level[last] < FULL
    first, last = first[fits], last[fits]
    if first.size < 24:
        return 0.0
    came = level[last] - level[first]
    left = came - (grown[last] - grown[first])
    kept = left <= np.quantile(left, MOST_KEPT)
    spread = float(np.mean(left[kept] ** 2)) - 2.0 * (SURELY * ground.noise) ** 2
    return max(spread, 0.0) / max(float(came[kept].mean()), 1.0)


def _tail(over: Floats, scale: Floats, width: Floats) -> Floats:
    """Nats of noise of the width and e^-x of the scale together."""
    edge = width**2 / scale
    noise = 0.5 * (over / width) ** 2
    found: Floats = np.where(over <= edge, noise, over / scale - edge / (2.0 * scale))
    return found


def _side(
    time: Ints, level: Floats, grown: Floats, ground: Ground, down: list[int], *, after: bool
) -> tuple[Floats, Floats, Floats, Floats]:
    """Means (n,), their squared deviations, and the lowest of three and highest of two readings on
    one side of the step to each place; NaN where under two are there (one before is enough)."""
    count = level.size
    fell = np.zeros(count, dtype=np.int64)
    fell[down] = 1
    part = np.cumsum(fell)
    here = np.arange(count) if after else np.arange(count) - 1
    start = np.clip(here, 0, count - 1)
    total, sums = np.zeros(count), np.zeros(count)
    lowest, highest = np.full(count, np.inf), np.full(count, -np.inf)
    enough = np.zeros(count, dtype=np.bool_)
    for step in range(AROUND):
        place = here + step if after else here - step
        ok = (place >= 0) & (place < count)
        place = np.clip(place, 0, count - 1)
        # An emptying within reach cuts off what is behind it.
        ok &= (part[place] == part[start]) & (np.abs(time[place] - time[start]) <= NEAR)
        came = grown[place] - grown[start]
        weight = ok / (ground.noise**2 + (UNSURE * came) ** 2)
        total += weight
        sums += weight * (level[place] - 0.5 * came)
        if step < 3:
            lowest = np.where(ok, np.minimum(lowest, level[place]), lowest)
        if step < 2:
            highest = np.where(ok, np.maximum(highest, level[place]), highest)
        if step == int(after):
            enough = ok
    total = np.where(enough, total, np.nan)
    return sums / total, 1.0 / total, lowest, highest


def _busy(time: Ints, level: Floats, came: Floats, down: list[int], at: Ints) -> Floats:
    """(n,): times as much as usual that comes around each place, itself left out, 1 at least."""
    change = np.diff(level, prepend=level[0])
    # A full bin shows nothing of what comes.
    out = level >= FULL
    out[down] = True
    change, owed = np.where(out, 0.0, change), np.where(out, 0.0, came)
    changes = np.concatenate([[0.0], np.cumsum(change)])
    owes = np.concatenate([[0.0], np.cumsum(owed)])
    low = np.maximum(np.searchsorted(time, time - BUSY), 1)
    high = np.minimum(np.searchsorted(time, time + BUSY), level.size - 1) + 1
    until, since = np.maximum(at - 1, low), np.minimum(at + 2, high)

    def around(sums: Floats) -> Floats:
        before = np.maximum(sums[np.minimum(until, at)] - sums[np.minimum(low, at)], 0.0)
        found: Floats = before + np.maximum(sums[high] - sums[since], 0.0)
        return found

    found: Floats = np.clip((around(changes) + LEAN) / (around(owes) + LEAN), 1.0, MOST_BUSY)
    return found


def _by_day(time: Ints, nats: Floats) -> Floats:
    """Nats against such a rise on a day, by Gumbel's distribution of each day's largest."""
    nats = np.nan_to_num(nats)
    day = time // DAY
    edges = np.flatnonzero(np.diff(day, prepend=day[0] - 1))
    quarter, half, high = np.quantile(np.maximum.reduceat(nats, edges), (0.25, 0.5, 0.8))
    # ln(-ln p) of these is 0.327, -0.367 and -1.5. The tail is no thinner than e^-x.
    scale = max(float(half - quarter) / 0.693, float(high - half) / 1.133, 1.0)
    middle = max(float(half) - 0.367 * scale, 0.0)
    found: Floats = np.maximum((nats - middle) / scale, 0.0)
    return found
