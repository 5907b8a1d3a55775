# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Stretches that begin with a step and stand: what speaks against a bin in them, added up.

A bin may take a large bite, be emptied in part, have a quiet day, and hang still; each of these
happens. That one stretch begins with what seldom comes, takes in nothing of what usually comes, and
ends where it would have been without it, does not. Each of these has a chance by the bin's own
other days; the sum of their negative logarithms (nats) is held against one limit.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.health.emptyings import WHOLE, Step
from kodeks.waste.engine.health.episodes import BLOCKED, BRIDGE, LIQUID, TILT, Episode, between
from kodeks.waste.engine.health.ground import DAY, Ground
from kodeks.waste.engine.health.jumps import ONCE
from kodeks.waste.engine.health.readings import Floats, Ints
from kodeks.waste.engine.health.rises import Rises, rises

LIMIT, FALLEN, SETTLED = 7.5, 9.5, 11.0
"""Nats that have to speak against a stretch that begins with a rise, with a fall, and with a small
fall: with some thirty beginnings in a month, one sensor in a thousand gets there by chance."""
RISE, LAST, QUIET = 14.0, 5.0, 6.0
"""Nats at most for one step, however large, and for a still surface: what nobody has thought of is
likelier than that."""
LEAST_RISE = 8.0
"""Percent: a smaller step does not matter."""
LEAST_LEAN = 10.0
"""Percent: what lies less than that lower for a quiet weekend has most likely settled."""
BEYOND = 1.0
"""Nats that have to come from more than the first step."""
BEGINS = 2.0
"""Nats from which a rise begins or ends a stretch."""
WIDE, HALF = 6, 5 * 3600 + 1800
"""Readings, and seconds, on each side that have to agree that a level has risen."""
KEPT, ANY = 2.0, 2.0
"""Hours that a crew comes earlier or later; emptyings at any hour that are laid beside."""
USUAL_HOUR, ODD_HOUR = -0.5, 2.0
"""Nats at most for the hour."""
ALONE, LARGE = 5.0, 25.0
"""Nats of a rise, and percent, that tell it alone."""
ONWARD, FILLS = 3.0, 0.4
"""Nats at most for a bin that goes on filling after a rise, and the share of what usually comes
from which it does."""
FEWEST, LONGEST = 3, 12 * DAY
HOLIDAY, SHUT = 0.02, 2.2 * DAY
"""How often a stretch has gates shut in it at least, and for how long (s): a weekend."""
DAYS, HOURS = 0.2, 0.8
"""Squared deviation of what comes in a day and in an hour, as shares of what usually does."""
LEAST_PARTIAL, SPREAD = 0.06, 50.0
"""Share of emptyings that are partial, at least; percent over which what they leave is spread."""
HIGH, SELDOM = 0.6, 1.2
"""Crews seldom leave more than this of what there was; nats for it."""
LENGTHS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
"""Days over which it is asked whether a stretch stands."""
HIGHEST = 0.995
"""Share of a bin's readings that are lower than its top, where it may be full."""
FULL = 97.5
"""Percent: what stands here is full, as far as anybody knows."""
GRID = DAY // 4


@dataclass(frozen=True)
class Usual:
    """Of the bin's other days: the share of emptyings that are partial, what came by the grid of
    GRID (pp) beside what usually does, the hours of the day at which it was emptied whole, and how
    high its level goes.
    """

    partial: float
    came: Floats
    owed: Floats
    crew: Floats
    top: float

    def hour(self, time: Ints, step: Step) -> float:
        """Nats against an emptying at this hour: crews keep to theirs, faults do not."""
        hour = _moment(time, step) % DAY / 3600.0
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
    limit: float
    alone: bool

    @property
    def sure(self) -> bool:
        """One sign alone is not enough."""
        if self.alone:
            return True
        return self.nats > self.limit and self.nats - max(self.begin, self.stands) > BEYOND

    @property
    def nats(self) -> float:
        """In sum."""
        return self.begin + self.stands + self.still + self.end


def stretches(
    time: Ints, level: Floats, grown: Floats, ground: Ground, down: list[Step]
) -> list[Episode]:
    """The faults among stretches of known readings (n,) without spikes, with the falls in them."""
    sure = [one for one in found(time, level, grown, ground, down) if one.sure]
    taken: list[Stretch] = []
    for one in sorted(sure, key=lambda each: -each.nats):
        if all(one.after <= other.first or one.first >= other.after for other in taken):
            taken.append(one)
    return [_told(time, level, one) for one in sorted(taken, key=lambda each: each.first)]


def found(
    time: Ints, level: Floats, grown: Floats, ground: Ground, down: list[Step]
) -> list[Stretch]:
    """All stretches that begin with a step."""
    if level.size < 8:
        return []
    at_down = [one.at for one in down]
    rose = rises(time, level, grown, ground, at_down)
    lasting = rose.size
    usual = _usual(time, level, grown, down)
    up = {
        int(at): _rise(time, level, rose, at_down, at)
        for at in np.flatnonzero((lasting > LEAST_RISE) & (rose.nats >= BEGINS)).tolist()
    }
    up = {at: nats for at, nats in up.items() if nats >= BEGINS}
    # Of neighbours the larger is the step.
    up = {
        at: nats
        for at, nats in up.items()
        if all(lasting[at] >= lasting[other] for other in (at - 1, at + 1) if other in up)
    }
    by_place = {one.at: one for one in down}
    edges = sorted({*up, *by_place, level.size})
    made = []
    for at in edges[:-1]:
        after = edges[bisect_right(edges, at)]
        if after - at < FEWEST or time[after - 1] - time[at] > LONGEST:
            continue
        step = by_place.get(at)
        before = float(np.median(level[max(at - 3, 0) : at])) if step is None else step.before
        begin = up[at] if step is None else _partial(time, step, usual)
        third = level[at : at + max((after - at) // 3, 2)]
        if step is None and np.median(third) - before > ONCE * lasting[at] + 3.0 * ground.noise:
            begin = 0.0  # it went on: a busy hour
        limit = LIMIT
        if step is not None:
            is_small = before - float(np.median(level[at:after])) < LEAST_LEAN
            limit = SETTLED if is_small else FALLEN
        else:
            begin = max(begin - _onward(time, level, grown, ground, at, after), 0.0)
        stands = _stands(time, level, grown, ground, usual, at, after)
        still = _still(level[at:after], ground)
        end = _ends(time, level, grown, ground, usual, at, after, before, by_place, up)
        alone = step is None and begin > ALONE and lasting[at] > LARGE
        made.append(
            Stretch(at, after, begin, stands, still, end, step is None, before, limit, alone)
        )
    return made


def _rise(time: Ints, level: Floats, rose: Rises, down: list[int], at: int) -> float:
    """Nats against the rise, less where the readings around agree that less is left of it: two odd
    ones in a row are a spike, and what only comes back has not risen."""
    near = bisect_right(down, at)
    begin = max(at - WIDE, int(np.searchsorted(time, time[at] - HALF)))
    end = min(at + WIDE, int(np.searchsorted(time, time[at] + HALF)))
    end = min(end, down[near] if near < len(down) else level.size)
    fell = down[near - 1] if near else 0
    if fell < at - 1:
        begin = max(begin, fell)
    before = float(np.median(level[min(begin, at - 1) : at]))
    left = float(np.median(level[at:end])) - max(before, float(level[at - 1]))
    share = min(max(left / float(rose.size[at]), 0.0), 1.0)
    return min(float(rose.nats[at]) * share, RISE)


def _usual(time: Ints, level: Floats, grown: Floats, down: list[Step]) -> Usual:
    partial = sum(one.after > WHOLE for one in down)
    change = np.diff(level)
    for one in down:
        change[one.at - 1] = grown[one.at] - grown[one.at - 1]
    grid = np.arange(int(time[0]), int(time[-1]) + 1, GRID)
    total = np.concatenate([[0.0], np.cumsum(change)])
    whole = [one for one in down if one.after <= WHOLE]
    return Usual(
        partial=(partial + 0.5) / (len(down) + 4.0),
        came=np.interp(grid, time, total),
        owed=np.interp(grid, time, grown),
        crew=np.array([_moment(time, one) for one in whole]) % DAY / 3600.0,
        top=float(np.quantile(level, HIGHEST)),
    )


def _moment(time: Ints, step: Step) -> float:
    return 0.5 * float(time[step.at - 1] + time[step.at])


def _partial(time: Ints, step: Step, usual: Usual) -> float:
    """Nats against an emptying that leaves so much, at such an hour."""
    odd = usual.hour(time, step)
    if step.after <= WHOLE:
        return odd
    share = min(max(usual.partial, LEAST_PARTIAL), 1.0)
    return odd - math.log(share) + (SELDOM if step.after > HIGH * step.before else 0.0)


def _stands(
    time: Ints, level: Floats, grown: Floats, ground: Ground, usual: Usual, first: int, after: int
) -> float:
    """Nats against so little in the whole stretch, or in a beginning of it."""
    best, top = 0.0, usual.top
    ends = {after, *np.searchsorted(time[:after], time[first] + DAY * np.array(LENGTHS)).tolist()}
    for end in sorted(ends):
        count = end - first
        here = level[first:end]
        if count < FEWEST + 1:
            continue
        middle = float(np.median(here))
        if middle > FULL or (here >= 100.0).mean() > 0.2:
            continue
        seconds = float(time[end - 1] - time[first])
        owed = float(grown[end - 1] - grown[first])
        last = here[-max(count // 3, 2) :]
        if float(np.median(last)) > top - ground.noise or (last >= 100.0).mean() > 0.2:
            # No more can come than there is room for.
            owed = min(owed, 100.0 - middle)
        if owed < 2.0 * ground.noise:
            continue
        rose, error = _slope(time, level, ground, first, end)
        chance = _chance(max(rose, 0.0) + error, owed, seconds)
        holiday = usual.quiet(seconds, (max(rose, 0.0) + error) / owed)
        left = max(seconds - SHUT, 0.0)
        later = _chance(max(rose, 0.0) + error, owed * left / seconds, left) if left else 1.0
        nats = -math.log(min(chance + holiday * later, 1.0))
        if rose < 0.0:
            nats += min(max(0.5 * (rose / error) ** 2 - 2.0, 0.0), 4.0)
        best = max(best, nats)
    return best


def _onward(
    time: Ints, level: Floats, grown: Floats, ground: Ground, first: int, after: int
) -> float:
    """Nats for a bag: after it the bin fills as ever, which it does not under what lies across."""
    end = min(after, int(np.searchsorted(time, time[first] + DAY)))
    full = np.flatnonzero(level[first:end] >= FULL)
    end = first + int(full[0]) if full.size else end
    owed = float(grown[end - 1] - grown[first]) if end > first else 0.0
    if end - first < FEWEST + 1 or owed < 3.0 * ground.noise:
        return 0.0
    rose, error = _slope(time, level, ground, first, end)
    return ONWARD * min(max((rose - FILLS * owed) / (error + 0.2 * owed), 0.0), 1.0)


def _slope(time: Ints, level: Floats, ground: Ground, first: int, end: int) -> tuple[float, float]:
    """Percent that come from `first` until `end` on a line, and their deviation."""
    here = level[first:end]
    since = (time[first:end] - time[first]).astype(np.float64)
    seconds = float(since[-1])
    since -= since.mean()
    rose = float(since @ (here - here.mean()) / (since @ since)) * seconds
    return rose, ground.noise * math.sqrt(12.0 / here.size)


def _chance(came: float, owed: float, seconds: float) -> float:
    """That at most so much comes where `owed` usually does in so many seconds: gamma distributed,
    by the cube root of Wilson and Hilferty (1931)."""
    if owed <= 0.0 or came >= owed:
        return 1.0
    hours = max(seconds / 3600.0, 1.0)
    squared = DAYS / max(hours / 24.0, 1.0) + HOURS / hours
    off = (came / owed) ** (1 / 3) - 1.0 + squared / 9.0
    return 0.5 * math.erfc(-off / math.sqrt(squared / 9.0) / math.sqrt(2.0))


def _still(here: Floats, ground: Ground) -> float:
    """Nats against a sensor that trembles as little as this."""
    low, high = np.quantile(here, (0.1, 0.9))
    if here.size < 5 or low <= 0.0 or high >= 100.0:
        return 0.0
    spread = math.sqrt(float(np.mean(np.diff(here) ** 2)) / 2.0) / ground.noise
    if spread >= 0.5:
        return 0.0
    spread = max(spread, 0.1)
    return min((here.size - 1) / 2 * (-math.log(spread) - (1.0 - spread**2) / 2.0), QUIET)


def _ends(
    time: Ints,
    level: Floats,
    grown: Floats,
    ground: Ground,
    usual: Usual,
    first: int,
    after: int,
    before: float,
    down: dict[int, Step],
    up: dict[int, float],
) -> float:
    """Nats against such an end; more where it is back at the level before."""
    if after == level.size:
        return 0.0
    came = float(grown[after] - grown[first - 1])
    step = down.get(after)
    if step is None:
        # After a rise another is no return; busy hours have several.
        nats = 0.0 if first in up else min(up[after], LAST)
        reached = float(np.median(level[after : after + 3]))
        width = ground.noise
    elif step.after <= WHOLE:
        return usual.hour(time, step)
    else:
        nats, reached, width = _partial(time, step, usual), step.after, step.width
    margin = 2.5 * width + 0.3 * came
    if abs(reached - before - came) < margin:
        nats -= math.log(min(2.0 * margin / SPREAD, 1.0))
    return nats


def _told(time: Ints, level: Floats, one: Stretch) -> Episode:
    held = level[one.first : one.after]
    middle = float(np.median(held))
    came = f"Niveauet gik fra {one.before:.0f} til {middle:.0f} %"
    if not one.rose:
        reason = f"{came} og stod der, uden at der kom noget. Måleren sidder nok skævt."
        return between(TILT, time, one.first, one.after, reason)
    if middle >= 95.0:
        reason = f"{came} på en gang og blev der. Måleren er nok dækket."
        return between(BLOCKED, time, one.first, one.after, reason)
    if one.still > 2.0:
        reason = f"{came} og står helt stille der. Det gør vand i spanden."
        return between(LIQUID, time, one.first, one.after, reason)
    reason = f"{came} på en gang og stod der. Noget ligger nok på tværs under måleren."
    return between(BRIDGE, time, one.first, one.after, reason)
