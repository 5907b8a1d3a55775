# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Stuck sensors: runs of like readings that the sensor's own noise does not allow."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.health.emptyings import WHOLE
from kodeks.waste.engine.health.episodes import (
    BLOCKED,
    LIQUID,
    STUCK,
    Episode,
    between,
    hours,
    runs,
)
from kodeks.waste.engine.health.ground import DAY, Ground
from kodeks.waste.engine.health.looking import median
from kodeks.waste.engine.health.readings import Booleans, Floats, Ints
from kodeks.waste.engine.health.weighing import SELDOM, Suspect, sure

ALPHA = 0.00005
"""Share of series in which so long a run comes by chance."""
LEAST = 3 * 3600
LIKE = (0.0, 0.25, 0.5)
"""Deviations of noise: readings nearer to each other than this are the same, or nearly."""
OWED = 15.0
"""Percent that usually comes in: what stays at 0 for so long is not empty but silent."""
NEAR = 95.0
ENDS = (0.5, 99.5)
SUSPECT, MOST_FULL = 0.3, 2
"""Of the length that is no chance, from which the time that a bin was full is worth a look (see
weighing), and how many of its times."""
EMPTIED, ROUND = 25.0, 3.0 * DAY
"""Percent of a fall to the bottom that is an emptying here, and seconds between them where there
were too few to tell."""
LIKELY = ((0.5, 0.75), (0.01, 0.95), (0.7, 0.95))
"""How often neighbours may be alike at 0, between, and at 100, at least and at most."""


def stuck(time: Ints, level: Floats, grown: Floats, ground: Ground) -> list[Episode]:
    """Of known readings (n,). Equal ones, and then nearly equal ones.

    How often two neighbours are alike is counted outside the longest runs, apart for the ends of
    the scale, where a working sensor is held too. A full bin may stay full, so its longest times
    are only weighed.
    """
    if level.size < 6:
        return []
    apart = np.abs(np.diff(level))
    suspects: dict[tuple[int, int], Suspect] = {}
    beyond = np.append(_beyond(level, grown, ground), False)
    emptied = np.flatnonzero((np.diff(level) < -EMPTIED) & (level[1:] <= WHOLE)) + 1
    for like in LIKE:
        for first, after, much in _long(apart <= like * ground.noise + 1e-9, level, beyond):
            span = time[after - 1] - time[first]
            middle = median(level[first:after])
            low = middle <= ENDS[0]
            owed = float(grown[after - 1] - grown[first])
            if span < LEAST or (low and owed < OWED and not beyond[after - 1]):
                continue
            full = middle >= 100.0
            told = much >= 1.0 and (not full or bool(first and beyond[first - 1]))
            if (first, after) not in suspects and (told or ground.interval <= SELDOM):
                look = _Run(time, level, grown, ground, first, after)
                signs = [much, like, *look.signs(beyond, emptied)]
                suspects[first, after] = Suspect(first, after, signs, told)
    return [
        _told(time, level, one.first, one.after, ground)
        for one in sure("still", time, list(suspects.values()))
    ]


@dataclass(frozen=True)
class _Run:
    """Readings from `first` until `after` among all that are known."""

    time: Ints
    level: Floats
    grown: Floats
    ground: Ground
    first: int
    after: int

    def signs(self, beyond: Booleans, emptied: Ints) -> list[float]:
        """How long and how still it is, what usually comes meanwhile, how it begins and ends, and
        the rounds of the crew that went by."""
        time, level, grown, first, after = self.time, self.level, self.grown, self.first, self.after
        here, size, noise = level[first:after], level.size, self.ground.noise
        middle = median(here)
        came = float(grown[min(after, size - 1)] - grown[first])
        before = median(level[max(first - 3, 0) : first]) if first else middle
        behind = median(level[after : after + 3]) if after < size else middle
        begin, last = float(time[first]), float(time[after - 1])
        when = time[emptied].astype(np.float64)
        turns = np.diff(when)
        turn = max(median(turns) if turns.size > 1 else ROUND, 0.3 * DAY)
        ago = begin - float(when[when <= begin].max(initial=float(time[0])))
        hour, ends = when % DAY / 3600.0, float(time[min(after, size - 1)]) % DAY / 3600.0
        far = np.abs(hour[when != time[min(after, size - 1)]] - ends)
        far = np.minimum(far, 24.0 - far)
        held = level >= 100.0
        edges = np.flatnonzero(np.diff(held.astype(np.int8), prepend=0, append=0))
        full = np.sort(edges[1::2] - edges[::2])[::-1].tolist() if middle >= ENDS[1] else []
        return [
            float(here.size),
            math.log((last - begin) / 3600.0),
            middle,
            float((here <= 0.0).mean()),
            float((here >= 100.0).mean()),
            float(here.std()) / noise,
            float(np.unique(here).size) / here.size,
            float(grown[after - 1] - grown[first]),
            float(first > 0 and beyond[first - 1]),
            float(beyond[after - 1]),
            middle - before,
            behind - middle,
            behind - middle - came,
            float(after == size),
            noise,
            self.ground.interval / 3600.0,
            math.log(self.ground.daily + 1.0),
            float(np.diff(time[first:after]).max()) / (last - begin),
            ago / turn,
            (last - begin + ago) / turn,
            float((last - begin + ago) // turn - ago // turn),
            float(far.min(initial=12.0)),
            float(emptied.size),
            float(here.size) / (full[1] if len(full) > 1 else 1.0),
            float(here.size) / (full[2] if len(full) > 2 else 1.0),
        ]


def _long(alike: Booleans, level: Floats, beyond: Booleans) -> list[tuple[int, int, float]]:
    """Runs of readings whose length is no chance, or nearly, and how much longer they are."""
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
        needs = max(np.log(max(alike.size, 10) / ALPHA) / -np.log(chance), 4.0)
        # From 0 to more than comes at once: it was not empty.
        left = beyond[begins[mine] + lengths[mine]] & (where == 0)
        much = lengths[mine] / needs
        much = np.where(left & (lengths[mine] >= 4), np.maximum(much, 1.0), much)
        # Of full times only the longest are asked about.
        least = 1.0 if where < 2 else min(max(np.sort(much)[-MOST_FULL:][0], SUSPECT), 1.0)
        for at, times in zip(mine.tolist(), much.tolist(), strict=True):
            if times >= least:
                found.append((int(begins[at]), int(begins[at] + lengths[at] + 1), times))
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
