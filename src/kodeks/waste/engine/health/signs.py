# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What there is to see in a stretch between two steps: the signs that are weighed."""

from __future__ import annotations

import math

import numpy as np

from kodeks.waste.engine.health.emptyings import WHOLE
from kodeks.waste.engine.health.ground import DAY
from kodeks.waste.engine.health.looking import Look, Stretch, slope

FAR = 9.0
"""Days until the next emptying, where there is none."""
ROUND = 3.0
"""Days between emptyings, where there were too few to tell."""


def signs(look: Look, one: Stretch) -> list[float]:
    """The nats, how long and how full it is, how it begins and ends, beside what the bin does on
    other days and when it is emptied."""
    time, level, ground, first, after = look.time, look.level, look.ground, one.first, one.after
    here, size = level[first:after], level.size
    third = max((after - first) // 3, 2)
    middle, began = float(np.median(here)), float(np.median(here[:third]))
    owed = float(look.grown[after - 1] - look.grown[first])
    came = float(look.grown[min(after, size - 1)] - look.grown[first - 1])
    rose, _ = slope(time, level, ground, first, after)
    day = max(min(after, int(np.searchsorted(time, time[first] + DAY))), first + 2)
    in_day, _ = slope(time, level, ground, first, day)
    owed_day = float(look.grown[day - 1] - look.grown[first])
    low, high = np.quantile(here, (0.1, 0.9))
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
        *_end(look, one, float(np.median(here[-third:])), came),
        *_crew(look, one),
    ]


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
        kind, reached = 1.0, float(np.median(look.level[one.after : one.after + 3]))
    else:
        kind, reached = 2.0 + (step.after > WHOLE), step.after
    off = reached - one.before - came
    fell = reached - last if step is None else step.before - step.after
    rose = float(look.rose.nats[one.after]) if kind == 1.0 else 0.0
    odd = look.usual.hour(look.time, step) if step is not None else 0.0
    return [kind, off, abs(off) / (2.5 * look.ground.noise + 0.3 * came + 1.0), fell, rose, odd]


def _crew(look: Look, one: Stretch) -> list[float]:
    """When it was emptied before and after, and how full it usually is then."""
    whole = [each for each in look.down if each.after <= WHOLE]
    when = look.time[[each.at for each in whole]]
    now = float(look.time[one.first])
    usual = float(np.median(np.diff(when))) if len(whole) > 2 else ROUND * DAY
    usual = max(usual, 0.3 * DAY)
    ago = now - float(when[when < now].max(initial=look.time[0]))
    ahead = float(when[when > now].min(initial=look.time[one.first] + int(FAR * DAY))) - now
    met = [each.before for each in whole if each.at not in (one.first, one.after)]
    low = float(np.quantile(met, 0.1)) if met else 50.0
    return [
        ago / usual,
        min(ahead, FAR * DAY) / usual,
        look.usual.partial,
        float(len(look.down)),
        one.before - low,
    ]
