# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Stuck sensors: runs of like readings that the sensor's own noise does not allow."""

from __future__ import annotations

import numpy as np

from kodeks.waste.engine.health.episodes import (
    BLOCKED,
    LIQUID,
    STUCK,
    Episode,
    between,
    hours,
    runs,
)
from kodeks.waste.engine.health.ground import Ground
from kodeks.waste.engine.health.readings import Booleans, Floats, Ints

ALPHA = 0.00005
"""Share of series in which so long a run comes by chance."""
LEAST = 3 * 3600
LIKE = (0.0, 0.25, 0.5)
"""Deviations of noise: readings nearer to each other than this are the same, or nearly."""
OWED = 15.0
"""Percent that usually comes in: what stays at 0 for so long is not empty but silent."""
NEAR = 95.0
ENDS = (0.5, 99.5)
LIKELY = ((0.5, 0.75), (0.01, 0.95), (0.7, 0.95))
"""How often neighbours may be alike at 0, between, and at 100, at least and at most."""


def stuck(time: Ints, level: Floats, grown: Floats, ground: Ground) -> list[Episode]:
    """Of known readings (n,). Equal ones, and then nearly equal ones.

    How often two neighbours are alike is counted outside the longest runs, apart for the ends of
    the scale, where a working sensor is held too; a full bin may stay full.
    """
    if level.size < 6:
        return []
    apart = np.abs(np.diff(level))
    found: list[Episode] = []
    beyond = np.append(_beyond(level, grown, ground), False)
    for like in LIKE:
        for first, after in _long(apart <= like * ground.noise + 1e-9, level, beyond):
            span = time[after - 1] - time[first]
            low = bool(np.median(level[first:after]) <= ENDS[0])
            owed = float(grown[after - 1] - grown[first])
            if span < LEAST or (low and owed < OWED and not beyond[after - 1]):
                continue
            full = bool(np.median(level[first:after]) >= 100.0)
            if full and not (first and beyond[first - 1]):
                continue
            if any(one.covers(time[first : first + 1]).any() for one in found):
                continue
            found.append(_told(time, level, first, after, ground))
    return found


def _long(alike: Booleans, level: Floats, beyond: Booleans) -> list[tuple[int, int]]:
    """Runs of readings whose length is no chance."""
    stretches = runs(alike)
    if not stretches:
        return []
    begins = np.array([begin for begin, _ in stretches])
    lengths = np.array([end - begin for begin, end in stretches])
    # Readings of a run are nearly the same, so one of them stands for all.
    middle = level[begins + lengths // 2]
    # At the top a working sensor is held by the scale itself, exactly.
    held = np.concatenate([[0], np.cumsum(level >= 100.0)])
    clipped = held[begins + lengths + 1] - held[begins] > 0.3 * (lengths + 1)
    place = np.where(middle <= ENDS[0], 0, np.where(clipped, 2, 1))
    of_pair = np.where(level[:-1] <= ENDS[0], 0, np.where(level[:-1] >= ENDS[1], 2, 1))
    found = []
    for where in (0, 1, 2):
        mine = np.flatnonzero(place == where)
        if not mine.size:
            continue
        usual = np.sort(lengths[mine])[: max(mine.size - 2, 0)]
        pairs = max(float((of_pair == where).sum()) - np.sort(lengths[mine])[-2:].sum(), 0.0)
        low, high = LIKELY[where]
        chance = float(np.clip((usual.sum() + 1.0) / (pairs + 4.0), low, high))
        needs = np.log(max(alike.size, 10) / ALPHA) / -np.log(chance)
        # From 0 to more than comes at once: it was not empty.
        left = beyond[begins[mine] + lengths[mine]] & (where == 0)
        for at in mine[(lengths[mine] >= max(needs, 4.0)) | (left & (lengths[mine] >= 4))].tolist():
            found.append((int(begins[at]), int(begins[at] + lengths[at] + 1)))
    return found


def _beyond(level: Floats, grown: Floats, ground: Ground) -> Booleans:
    """(n - 1,): the level rises by more than the bin ever takes in at once."""
    rise, most = np.diff(level), ground.most(grown)
    # What only comes back to where it was has not risen.
    rise[1:] = np.minimum(rise[1:], level[2:] - level[:-2])
    rose: Booleans = rise > most
    return rose


def _told(time: Ints, level: Floats, first: int, after: int, ground: Ground) -> Episode:
    """A lens that is covered holds still too, right in front of the sensor and from one reading
    to the next."""
    middle = float(np.median(level[first:after]))
    rose = first > 0 and middle - float(np.median(level[max(first - 3, 0) : first])) > ground.bite
    if middle >= NEAR and rose:
        reason = "Målingen sprang til fuld og står stille der. Måleren er nok dækket."
        return between(BLOCKED, time, first, after, reason)
    if rose and np.unique(level[first:after]).size > 2:
        reason = f"Niveauet sprang til {middle:.0f} % og står helt stille. Det gør vand i spanden."
        return between(LIQUID, time, first, after, reason)
    span = hours(float(time[after - 1] - time[first]))
    reason = f"Målingen har stået på {middle:.0f} % i {span}. Det gør en måler, der virker, ikke."
    return between(STUCK, time, first, after, reason)
