# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What there is to see in a stretch between two steps: the signs that are weighed."""

from __future__ import annotations

import math

import numpy as np

from kodeks.waste.engine.health.emptyings import WHOLE
from kodeks.waste.engine.health.ground import DAY
from kodeks.waste.engine.health.looking import Look, Stretch, median, moment, slope, tenths

FAR = 9.0
"""Days until the next emptying, where there is none."""
ROUND = 3.0
"""Days between emptyings, where there were too few to tell."""
FULL, LEAN = 97.0, 8.0
"""Percent: a bin this full shows nothing of what comes; and how much of a usual day is laid beside
what came on one."""
BESIDE, HOUR_BESIDE = DAY // 2, 3 * 3600
"""Seconds before and after in which it is asked what came, and of the day on other days."""


def signs(look: Look, one: Stretch) -> list[float]:
    """The nats, how long and how full it is, how it begins and ends, beside what the bin does on
    other days and when it is emptied."""
    time, level, ground, first, after = look.time, look.level, look.ground, one.first, one.after
    here, size = level[first:after], level.size
    third = max((after - first) // 3, 2)
    middle, began = median(here), median(here[:third])
    owed = float(look.grown[after - 1] - look.grown[first])
    came = float(look.grown[min(after, size - 1)] - look.grown[first - 1])
    rose, _ = slope(time, level, ground, first, after)
    day = max(min(after, int(np.searchsorted(time, time[first] + DAY))), first + 2)
    in_day, _ = slope(time, level, ground, first, day)
    owed_day = float(look.grown[day - 1] - look.grown[first])
    low, high = tenths(here)
    return [
        one.begin,
        one.stands,
        one.still,
        one.end,
        math.log(float(time[after - 1] - time[first]) / 3600.0 + 1.0),
        float(after - first),
        ground.interval / 3600.0,
        ground.noise,
        math.log(ground.daily + 1.0),
        float(time[first] - time[first - 1]) / 3600.0,
        owed,
        rose / (owed + 2.0 * ground.noise),
        in_day - owed_day,
        in_day / (owed_day + 2.0 * ground.noise),
        one.before,
        middle,
        began - one.before,
        look.usual.top - middle,
        float(high - low) / ground.noise,
        *_beginning(look, one),
        *_end(look, one, median(here[-third:]), came),
        *_crew(look, one),
        *_hours(look, one),
        *_inside(look, one),
        *_edges(look, one),
        *_same_day(look, one),
        *_around(look, one),
    ]


def _inside(look: Look, one: Stretch) -> list[float]:
    """How the readings tremble beside the sensor's noise, how they follow what usually comes by the
    hour, and how many are at the ends of the scale."""
    level, grown = look.level[one.first : one.after], look.grown[one.first : one.after]
    change = np.diff(level)
    noise = look.ground.noise
    rough = math.sqrt(float(np.mean(change**2)) / 2.0) / noise
    off = grown - grown.mean()
    square = float(off @ off)
    follows = float(off @ (level - level.mean())) / (square + noise**2)
    sure = (follows - 1.0) * math.sqrt(square) / noise
    left = level - level.mean() - follows * off
    silent = float(np.diff(look.time[one.first : one.after]).max())
    return [
        math.log(max(rough, 0.02)),
        min(max(follows, -5.0), 5.0),
        min(max(sure, -30.0), 30.0),
        math.log(max(float(left.std()) / noise, 0.02)),
        float((level >= 100.0).mean()),
        float((level <= 0.0).mean()),
        float((np.abs(change) < 1e-9).mean()),
        float(np.sort(change)[0]) / noise,
        float(np.sort(change)[-1]) / noise,
        silent / float(look.time[one.after - 1] - look.time[one.first]),
    ]


def _edges(look: Look, one: Stretch) -> list[float]:
    """How sharp its first step is, beside the readings right before and after and what comes at
    that hour; and the single readings that were taken out there and in it: an emptying may have
    been no more than that."""
    time, level, first, after = look.time, look.level, one.first, one.after
    left = level - look.grown
    pause = max(float(time[first] - time[first - 1]), 60.0)
    rate = float(look.grown[first] - look.grown[first - 1]) / pause * DAY
    low = look.spiky.between(int(time[first - 1]), int(time[first]))
    inside = look.spiky.between(int(time[first]), int(time[after - 1]))
    return [
        float(left[first] - left[first - 1]),
        float(left[first - 1]) - median(left[max(first - 4, 0) : first]),
        median(left[first + 1 : min(first + 4, after)]) - float(left[first]),
        rate / max(look.ground.daily, 1.0),
        median(left[first : min(first + 3, after)])
        - median(left[max(first - 4, 0) : max(first - 1, 1)]),
        float(low.min()) if low.size else 100.0,
        float(inside.size),
    ]


def _same_day(look: Look, one: Stretch) -> list[float]:
    """How busy the day is apart from it, and the first step beside what comes on such a day: the
    hours of a busy one are gamma distributed."""
    time, level, grown, first = look.time, look.level, look.grown, one.first
    noise = look.ground.noise
    start = int(time[first]) // DAY * DAY
    begin, end = np.searchsorted(time, (start, start + DAY)).tolist()
    change, usual = np.diff(level[begin:end]), np.diff(grown[begin:end])
    out = level[begin:end][1:] >= FULL
    out[max(first - begin - 1, 0) : max(one.after - begin, 0)] = True
    for step in look.down:
        if begin < step.at < end:
            out[step.at - begin - 1] = True
    came, owed = float(change[~out].sum()), float(usual[~out].sum())
    busy = min(max((came + LEAN) / (owed + LEAN), 0.3), 4.0)
    size = max(float(look.rose.size[first]), 0.0) if one.rose else 0.0
    pause = max(float(time[first] - time[first - 1]) / 3600.0, 1.0)
    means = max(float(grown[first] - grown[first - 1]) * busy, 0.3)
    squared = 0.5 / pause / 9.0
    over = (max(size - 1.5 * noise, 0.0) / means) ** (1 / 3) - 1.0 + squared
    return [busy, size / (means + noise), max(over, 0.0) ** 2 / (2.0 * squared)]


def _beginning(look: Look, one: Stretch) -> list[float]:
    """Its step, beside the largest of the bin's other days."""
    day = look.time // DAY
    others = (day < day[one.first]) | (day > day[one.first])
    lasting = np.where(np.isfinite(look.rose.size), look.rose.size, 0.0)
    most = float(lasting[others].max(initial=0.0))
    if one.rose:
        size, nats = float(lasting[one.first]), float(look.rose.nats[one.first])
    else:
        step = look.by_place[one.first]
        size, nats = step.after - step.before, 0.0
    odd = float(look.rose.nats[others].max(initial=0.0))
    return [size, nats, most, odd, size - most]


def _end(look: Look, one: Stretch, last: float, came: float) -> list[float]:
    """The kind of its end, how large it is, and how far it ends from where it would have been."""
    size, step = look.level.size, look.by_place.get(one.after)
    if one.after == size:
        kind, reached = 0.0, last
    elif step is None:
        kind, reached = 1.0, median(look.level[one.after : one.after + 3])
    else:
        kind, reached = 2.0 + (step.after > WHOLE), step.after
    off = reached - one.before - came
    fell = reached - last if step is None else step.before - step.after
    rose = float(look.rose.nats[one.after]) if kind == 1.0 else 0.0
    odd = look.usual.hour(look.time, step) if step is not None else 0.0
    return [kind, off, abs(off) / (2.5 * look.ground.noise + 0.3 * came + 1.0), fell, rose, odd]


def _crew(look: Look, one: Stretch) -> list[float]:
    """When it was emptied before and after, and how full it usually is then; how long it stood as
    full as that in the crew's hours, and how many rounds of theirs went by; what it shows when it
    is emptied after, beside what it usually shows then."""
    usual, time, level = look.usual, look.time, look.level
    begin, now = float(time[one.first - 1]), float(time[one.first])
    last, after = float(time[one.after - 1]), float(time[min(one.after, time.size - 1)])
    other = (usual.when < begin) | (usual.when > after) | ((usual.when > now) & (usual.when < last))
    when, met = usual.when, usual.met[other]
    turns = np.diff(when)
    turn = median(turns) if turns.size > 1 else ROUND * DAY
    turn = max(turn, 0.3 * DAY)
    uneven = median(np.abs(turns - turn)) / turn if turns.size > 1 else 1.0
    ago = now - float(when[when < begin].max(initial=float(time[0])))
    ahead = float(when[when > now].min(initial=now + FAR * DAY)) - now
    low, high = tenths(met) if met.size > 1 else (50.0, 90.0)
    half = median(met) if met.size else 70.0
    here = level[one.first : one.after]
    hour = time[one.first : one.after] % DAY / 3600.0
    comes = tenths(usual.crew) if usual.crew.size > 1 else (7.0, 14.0)
    open_ = (hour >= comes[0] - 0.5) & (hour <= comes[1] + 0.5)
    pause = look.ground.interval / 3600.0
    # Rounds that would have come in it, were they even.
    past = math.floor((last - now + ago) / turn) - math.floor(ago / turn)
    step = look.by_place.get(one.after)
    floor = median(usual.left[other]) if other.any() else 3.0
    spread = float(usual.crew.std()) if usual.crew.size else 4.0
    return [
        ago / turn,
        min(ahead, FAR * DAY) / turn,
        usual.partial,
        float(len(look.down)),
        one.before - low,
        uneven,
        spread,
        float(past),
        pause * float((open_ & (here > half)).sum()),
        pause * float((open_ & (here > high)).sum()),
        float(here.max()) - high,
        (step.before - half) if step is not None else -50.0,
        (step.after - floor) if step is not None else -50.0,
    ]


def _hours(look: Look, one: Stretch) -> list[float]:
    """Hours from its first and its last step, where they are falls, to the hours of the day of the
    nearest and the third nearest other emptying."""
    found = []
    for step in (look.by_place.get(one.first), look.by_place.get(one.after)):
        if step is None:
            found += [-1.0, -1.0]
            continue
        when = moment(look.time, step)
        other = look.usual.when != when
        far = np.abs(look.usual.crew[other] - when % DAY / 3600.0)
        far = np.sort(np.minimum(far, 24.0 - far))
        found += [float(far[0]) if far.size else 6.0, float(far[2]) if far.size > 2 else 6.0]
    return found


def _around(look: Look, one: Stretch) -> list[float]:
    """What came in the hours before and after it beside what usually does then, and how many rises
    as large, or half as large, there are on other days and at that hour of the day."""
    time, grown, level = look.time, look.grown, look.level
    noise = look.ground.noise
    found = []
    for begin, end in (
        (int(np.searchsorted(time, time[one.first - 1] - BESIDE)), one.first),
        (one.after, int(np.searchsorted(time, time[one.after - 1] + BESIDE, side="right"))),
    ):
        came, owed = 0.0, 0.0
        if end - begin > 2:
            change, usual = np.diff(level[begin:end]), np.diff(grown[begin:end])
            kept = np.ones(change.size, dtype=np.bool_)
            kept[[at - begin - 1 for at in look.by_place if begin < at < end]] = False
            came, owed = float(change[kept].sum()), float(usual[kept].sum())
        found += [(came + LEAN) / (owed + LEAN), (came - owed) / noise]
    size = np.where(np.isfinite(look.rose.size), look.rose.size, 0.0)
    here = float(size[one.first])
    other = np.abs(time - time[one.first]) > DAY // 2
    away = np.abs(time % DAY - time[one.first] % DAY)
    near = other & (np.minimum(away, DAY - away) <= HOUR_BESIDE)
    return [
        *found,
        float((size[other] > 0.8 * here).sum()) if one.rose else -1.0,
        float((size[other] > 0.5 * here).sum()) if one.rose else -1.0,
        here - float(size[near].max(initial=0.0)) if one.rose else 0.0,
    ]
