# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A bin as it is looked at where a stretch of readings is asked about: what it does otherwise."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.health.emptyings import WHOLE, Step
from kodeks.waste.engine.health.ground import DAY, Ground
from kodeks.waste.engine.health.readings import Floats, Ints
from kodeks.waste.engine.health.rises import Rises

KEPT, ANY = 2.0, 2.0
"""Hours that a crew comes earlier or later; emptyings at any hour that are laid beside."""
USUAL_HOUR, ODD_HOUR = -0.5, 2.0
"""Nats at most for the hour."""
HOLIDAY = 0.02
"""How often a stretch has gates shut in it, at least."""
HIGHEST = 0.995
"""Share of a bin's readings that are lower than its top, where it may be full."""
GRID = DAY // 4


@dataclass(frozen=True)
class Usual:
    """Of the bin's other days: the share of emptyings that are partial, what came by the grid of
    GRID (pp) beside what usually does, how high its level goes, and of each emptying that was whole
    the hour of the day, the moment, and the levels before and after.
    """

    partial: float
    came: Floats
    owed: Floats
    top: float
    crew: Floats
    when: Floats
    met: Floats
    left: Floats

    def hour(self, time: Ints, step: Step) -> float:
        """Nats against an emptying at this hour: crews keep to theirs, faults do not."""
        hour = moment(time, step) % DAY / 3600.0
        far = np.abs(self.crew - hour)
        near = np.maximum(1.0 - np.minimum(far, 24.0 - far) / KEPT, 0.0) / KEPT
        # The step itself is no witness.
        itself = 1.0 / KEPT if step.after <= WHOLE else 0.0
        count = self.crew.size - (itself > 0.0)
        often = (float(near.sum()) - itself + ANY / 24.0) / (count + ANY)
        return min(max(-math.log(24.0 * max(often, 1e-9)), USUAL_HOUR), ODD_HOUR)

    def quiet(self, seconds: float, share: float) -> float:
        """How often a stretch as long takes in as small a share of what usually comes."""
        steps = max(round(seconds / GRID), 1)
        if steps >= self.owed.size:
            return HOLIDAY
        owed = self.owed[steps:] - self.owed[:-steps]
        came = self.came[steps:] - self.came[:-steps]
        # The stretch itself is among them, and those that overlap it.
        low = float((came <= share * owed).sum()) - 2.0 * steps
        return max(low / owed.size, HOLIDAY)


@dataclass(frozen=True)
class Stretch:
    """Readings from `first` until `after`, and the nats against a bin in it, by what gave them."""

    first: int
    after: int
    begin: float
    stands: float
    still: float
    end: float
    rose: bool
    before: float

    @property
    def nats(self) -> float:
        """In sum."""
        return self.begin + self.stands + self.still + self.end


@dataclass(frozen=True)
class Spikes:
    """Single readings (k,) that were taken out."""

    time: Ints
    level: Floats

    def between(self, begin: int, end: int) -> Floats:
        """Their levels after `begin` and before `end`."""
        first, last = np.searchsorted(self.time, (begin + 1, end)).tolist()
        found: Floats = self.level[first:last]
        return found


@dataclass(frozen=True)
class Look:
    """Known readings (n,) without spikes, the falls in them by place, lasting rises by place with
    the nats against them, what is usual, and the spikes."""

    time: Ints
    level: Floats
    grown: Floats
    ground: Ground
    down: list[Step]
    usual: Usual
    rose: Rises
    up: dict[int, float]
    by_place: dict[int, Step]
    spiky: Spikes


def usual_of(time: Ints, level: Floats, grown: Floats, down: list[Step]) -> Usual:
    """Of known readings (n,), with the falls in them."""
    partial = sum(one.after > WHOLE for one in down)
    change = np.diff(level)
    for one in down:
        change[one.at - 1] = grown[one.at] - grown[one.at - 1]
    grid = np.arange(int(time[0]), int(time[-1]) + 1, GRID)
    total = np.concatenate([[0.0], np.cumsum(change)])
    whole = [one for one in down if one.after <= WHOLE]
    when = np.array([moment(time, one) for one in whole])
    return Usual(
        partial=(partial + 0.5) / (len(down) + 4.0),
        came=np.interp(grid, time, total),
        owed=np.interp(grid, time, grown),
        top=float(np.quantile(level, HIGHEST)),
        crew=when % DAY / 3600.0,
        when=when,
        met=np.array([one.before for one in whole]),
        left=np.array([one.after for one in whole]),
    )


def median(values: Floats) -> float:
    """As numpy has it, whose own takes five times as long for the few readings of a stretch."""
    ordered, half = np.sort(values), values.size // 2
    if values.size % 2:
        return float(ordered[half])
    return 0.5 * float(ordered[half - 1] + ordered[half])


def tenths(values: Floats) -> tuple[float, float]:
    """The lower and the upper tenth."""
    ordered = np.sort(values)
    place = 0.1 * (values.size - 1)
    at = int(place)
    low = float(ordered[at] + (place - at) * (ordered[at + 1] - ordered[at]))
    high = float(ordered[-1 - at] - (place - at) * (ordered[-1 - at] - ordered[-2 - at]))
    return low, high


def moment(time: Ints, step: Step) -> float:
    """In the middle between the readings beside it."""
    return 0.5 * float(time[step.at - 1] + time[step.at])


def slope(time: Ints, level: Floats, ground: Ground, first: int, end: int) -> tuple[float, float]:
    """Percent that come from `first` until `end` on a line, and their deviation."""
    here = level[first:end]
    since = (time[first:end] - time[first]).astype(np.float64)
    seconds = float(since[-1])
    since -= since.mean()
    rose = float(since @ (here - here.mean()) / (since @ since)) * seconds
    return rose, ground.noise * math.sqrt(12.0 / here.size)
