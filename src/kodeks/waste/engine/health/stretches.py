# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Stretches that begin with a step and stand: what speaks against a bin in them, added up.

A bin may take a large bite, be emptied in part, have a quiet day, and hang still; each of these
happens. That one stretch begins with what seldom comes, takes in nothing of what usually comes, and
ends where it would have been without it, does not. Each of these has a chance by the bin's own
other days; the negative logarithms of these (nats) are signs that are weighed with the others.
"""

from __future__ import annotations

import math
from bisect import bisect_right

import numpy as np

from kodeks.waste.engine.health.emptyings import WHOLE, Step
from kodeks.waste.engine.health.episodes import BLOCKED, BRIDGE, LIQUID, TILT, Episode, between
from kodeks.waste.engine.health.ground import DAY, Ground
from kodeks.waste.engine.health.looking import (
    Look,
    Spikes,
    Stretch,
    Usual,
    median,
    slope,
    tenths,
    usual_of,
)
from kodeks.waste.engine.health.readings import Floats, Ints
from kodeks.waste.engine.health.rises import Rises, rises
from kodeks.waste.engine.health.signs import signs
from kodeks.waste.engine.health.weighing import SELDOM, Suspect, sure

LOOK, LONE = 2.0, 1.0
"""Nats in sum from which a stretch is worth a look, and of a large rise alone (see weighing)."""
STANDS, STANDS_ALONE, BUSY = 1.0, 3.5, 2.0
"""Nats of a level that stands beside another sign that has none, and alone; and times as much as
usual that comes on a busy day."""
FILLS_UP, BRIM = 12.0, 92.0
"""Percent of a rise that is large too, as it goes to this or higher."""
LIMIT, FALLEN, SETTLED = 7.5, 9.5, 11.0
"""Nats that have to speak against a stretch that begins with a rise, with a fall, and with a small
fall, for it to be told by them: with some thirty beginnings in a month, one sensor in a thousand
gets there by chance."""
LEAST_LEAN = 10.0
"""Percent: what lies less than that lower for a quiet weekend has most likely settled."""
BEYOND, SURELY_BEYOND = 0.3, 1.0
"""Nats that have to come from more than the largest sign for a look, and for the rule to tell it:
one sign alone is not enough."""
ALONE, LARGE = 5.0, 25.0
"""Nats of a rise, and percent, that tell it alone."""
RISE, LAST, QUIET = 14.0, 5.0, 6.0
"""Nats at most for one step, however large, and for a still surface: what nobody has thought of is
likelier than that."""
AFAR, LOW = 30.0, 45.0
"""Percent from which one low reading may be an emptying, and how low that is."""
LEAST_RISE = 8.0
"""Percent: a smaller step does not matter."""
BEGINS, HINTS = 2.0, 1.0
"""Nats from which a rise begins or ends a stretch, and from which it may."""
WIDE, HALF = 6, 5 * 3600 + 1800
"""Readings, and seconds, on each side that have to agree that a level has risen."""
ONCE = 1.2
"""Times a rise that the level may be up soon after it: a thing that falls across is there at once,
a busy hour goes on."""
ONWARD, FILLS = 3.0, 0.4
"""Nats at most for a bin that goes on filling after a rise, and the share of what usually comes
from which it does."""
FEWEST, LONGEST = 3, 12 * DAY
MOST_SILENT = 0.5
"""Of a stretch: the longest time between readings in it."""
SHUT = 2.2 * DAY
"""Seconds for which gates are shut: a weekend."""
DAYS, HOURS = 0.2, 0.8
"""Squared deviation of what comes in a day and in an hour, as shares of what usually does."""
LEAST_PARTIAL, SPREAD = 0.06, 50.0
"""Share of emptyings that are partial, at least; percent over which what they leave is spread."""
HIGH, RARE = 0.6, 1.2
"""Crews seldom leave more than this of what there was; nats for it."""
LENGTHS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
"""Days over which it is asked whether a stretch stands."""
FULL = 97.5
"""Percent: what stands here is full, as far as anybody knows."""


def stretches(
    time: Ints, level: Floats, grown: Floats, ground: Ground, down: list[Step], spiky: Spikes
) -> list[Episode]:
    """The faults among stretches of known readings (n,) without spikes, with the falls in them."""
    look = _looked(time, level, grown, ground, down, spiky)
    if look is None:
        return []
    made = {(one.first, one.after): one for one in _made(look) if _suspected(look, one)}
    suspects = [
        Suspect(one.first, one.after, signs(look, one), told=one.nats > _limit(look, one))
        for one in made.values()
    ]
    return [
        _told(time, level, made[one.first, one.after]) for one in sure("stretches", time, suspects)
    ]


def _suspected(look: Look, one: Stretch) -> bool:
    if look.ground.interval > SELDOM:
        # Nothing weighs it then, and the rule's own measure stands.
        alone = one.rose and one.begin > ALONE and look.rose.size[one.first] > LARGE
        return bool(alone) or one.nats - max(one.begin, one.stands) > SURELY_BEYOND
    if one.rose:
        size = look.rose.size[one.first]
        usual = look.grown[one.first] - look.grown[one.first - 1]
        if size > LARGE and (one.begin > LONE or size - BUSY * usual > LARGE):
            return True
        # What fills a bin at once may have been larger than there was room for.
        brim = one.begin > LONE and size > FILLS_UP
        if brim and median(look.level[one.first : one.after]) > BRIM:
            return True
        if look.rose.nats[one.first] < HINTS:
            # It only returned: what stands is the second sign.
            return one.stands > STANDS
    if one.nats > STANDS_ALONE:
        return True
    return one.nats > LOOK and one.nats - max(one.begin, one.stands) > BEYOND


def _limit(look: Look, one: Stretch) -> float:
    if one.rose:
        return ALONE if look.rose.size[one.first] > LARGE and one.begin > ALONE else LIMIT
    small = one.before - median(look.level[one.first : one.after]) < LEAST_LEAN
    return SETTLED if small else FALLEN


def _looked(
    time: Ints, level: Floats, grown: Floats, ground: Ground, down: list[Step], spiky: Spikes
) -> Look | None:
    if level.size < 8:
        return None
    at_down = [one.at for one in down]
    rose = rises(time, level, grown, ground, at_down)
    lasting = rose.size
    seldom = ground.interval > SELDOM
    worth = (lasting > LEAST_RISE) & (rose.nats >= HINTS)
    if not seldom:
        # However busy the bin is on other days.
        worth |= lasting - BUSY * np.diff(grown, prepend=grown[0]) > LARGE
    up = {int(at): _rise(time, level, rose, at_down, at) for at in np.flatnonzero(worth).tolist()}
    if seldom:
        up = {at: nats for at, nats in up.items() if nats >= BEGINS}
    # Of neighbours the larger is the step.
    up = {
        at: nats
        for at, nats in up.items()
        if all(lasting[at] >= lasting[other] for other in (at - 1, at + 1) if other in up)
    }
    if not seldom:
        up |= {at: up.get(at, 0.0) for at in _returned(time, level, spiky, at_down)}
    return Look(
        time, level, grown, ground, down, usual_of(time, level, grown, down), rose, up,
        {one.at: one for one in down}, spiky,
    )  # fmt: skip


def _returned(time: Ints, level: Floats, spiky: Spikes, down: list[int]) -> list[int]:
    """Where one low reading was taken out before a level like the one it came from: a spike, or an
    emptying right before paper lies across."""
    places = np.searchsorted(time, spiky.time[spiky.level <= LOW])
    places = places[(places > 0) & (places < time.size)]
    return [at for at in np.unique(places[level[places - 1] > AFAR]).tolist() if at not in down]


def _made(look: Look) -> list[Stretch]:
    """From each step until the next, and from each rise on until a fall and the other way round:
    what lies across may be added to, and what leans may seem to be emptied in part."""
    level, by_place = look.level, look.by_place
    sure = sorted({*(at for at, nats in look.up.items() if nats >= BEGINS), *by_place, level.size})
    edges = sorted({*look.up, *sure})
    made = []
    for place, at in enumerate(edges[:-1]):
        ends = [edges[place + 1], sure[bisect_right(sure, at)]]
        for end in edges[place + 1 :]:
            if end == level.size or (end in look.up) == (at in by_place):
                ends.append(end)
                break
            if end in by_place and by_place[end].after <= WHOLE:
                break
        made += [_stretch(look, at, end) for end in dict.fromkeys(ends) if _lasts(look, at, end)]
    return made


def _lasts(look: Look, at: int, after: int) -> bool:
    """Neither too short nor too long, nor mostly a silence or what was told already."""
    length = int(look.time[after - 1] - look.time[at])
    if after - at < FEWEST or length > LONGEST:
        return False
    return int(np.diff(look.time[at:after]).max()) < MOST_SILENT * length or after - at == FEWEST


def _stretch(look: Look, at: int, after: int) -> Stretch:
    time, level, ground, step = look.time, look.level, look.ground, look.by_place.get(at)
    before = median(level[max(at - 3, 0) : at]) if step is None else step.before
    if step is not None:
        begin = _partial(time, step, look.usual)
    else:
        begin = look.up[at]
        third = level[at : at + max((after - at) // 3, 2)]
        if median(third) - before > ONCE * look.rose.size[at] + 3.0 * ground.noise:
            begin = 0.0  # it went on: a busy hour
        begin = max(begin - _onward(time, level, look.grown, ground, at, after), 0.0)
    stands = _stands(time, level, look.grown, ground, look.usual, at, after)
    still = _still(level[at:after], ground)
    end = _ends(
        time, level, look.grown, ground, look.usual, at, after, before, look.by_place, look.up
    )
    return Stretch(at, after, begin, stands, still, end, step is None, before)


def _rise(time: Ints, level: Floats, rose: Rises, down: list[int], at: int) -> float:
    """Nats against the rise, less where the readings around agree that less is left of it: two odd
    ones in a row are a spike, and what only comes back has not risen."""
    near = bisect_right(down, at)
    begin = max(at - WIDE, int(np.searchsorted(time, time[at] - HALF)))
    end = min(at + WIDE, int(np.searchsorted(time, time[at] + HALF)))
    end = min(end, down[near] if near < len(down) else level.size)
    # Emptied right before it: the one reading since is all there is to rise from.
    begin = max(begin, down[near - 1] if near else 0)
    before = median(level[min(begin, at - 1) : at])
    left = median(level[at:end]) - max(before, float(level[at - 1]))
    share = min(max(left / float(rose.size[at]), 0.0), 1.0)
    return min(float(rose.nats[at]) * share, RISE)


def _partial(time: Ints, step: Step, usual: Usual) -> float:
    """Nats against an emptying that leaves so much, at such an hour."""
    odd = usual.hour(time, step)
    if step.after <= WHOLE:
        return odd
    share = min(max(usual.partial, LEAST_PARTIAL), 1.0)
    return odd - math.log(share) + (RARE if step.after > HIGH * step.before else 0.0)


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
        half = median(here)
        if half > FULL or np.count_nonzero(here >= 100.0) > 0.2 * count:
            continue
        seconds = float(time[end - 1] - time[first])
        owed = float(grown[end - 1] - grown[first])
        last = here[-max(count // 3, 2) :]
        if median(last) > top - ground.noise or np.count_nonzero(last >= 100.0) > 0.2 * last.size:
            # No more can come than there is room for.
            owed = min(owed, 100.0 - half)
        if owed < 2.0 * ground.noise:
            continue
        rose, error = slope(time, level, ground, first, end)
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
    rose, error = slope(time, level, ground, first, end)
    return ONWARD * min(max((rose - FILLS * owed) / (error + 0.2 * owed), 0.0), 1.0)


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
    if here.size < 5:
        return 0.0
    low, high = tenths(here)
    if low <= 0.0 or high >= 100.0:
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
        reached = median(level[after : after + 3])
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
    middle = median(held)
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
