# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a bin may hold while nobody knows: somebody may have come unseen, or nobody has.

A bin whose sensor cannot be trusted is taken for neither empty nor as it was last. For a day or two
it is some of both, by how often bins with such a level have been emptied since; then it is what it
itself has been over the last months, and a new bin is what all bins are.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kodeks.waste.engine.forecast.calendar import Days
from kodeks.waste.engine.forecast.hazards import Hazards
from kodeks.waste.engine.forecast.history import Floats, Integers
from kodeks.waste.engine.forecast.outcomes import WEEK, exposure, outcomes
from kodeks.waste.engine.forecast.signs import KNOTS, OLDEST, Signs, bands
from kodeks.waste.engine.forecast.slots import Slots

LAST_LEVEL = (1.0, 1.0, 0.5, 0.0)
"""How much the last known level counts beside the bin's own record, by its age in days: chosen on
levels of Wyndham's first three quarters that were hidden."""
HALF_LIFE, LEAN, LOOK_BACK = 60.0, 8.0, 300
"""Days after which a day counts half in a bin's record, days of all bins that it is laid beside,
and days that are looked at."""


def emptied(slots: Slots) -> Floats:
    """(OLDEST, 5): how often bins have been emptied within so many days, by the level before."""
    found = np.zeros((OLDEST, len(KNOTS)))
    told = ~np.isnan(slots.level)
    band = bands(slots.level).argmax(axis=-1)
    gone = np.cumsum(slots.emptied, axis=1)
    for ahead in range(1, OLDEST + 1):
        since = gone[:, ahead:] > gone[:, :-ahead]
        known = told[:, ahead:] & told[:, :-ahead]
        before = band[:, :-ahead]
        for place in range(len(KNOTS)):
            here = known & (before == place)
            # As if five days had been seen before, one of them with a visit.
            found[ahead - 1, place] = (since[here].sum() + 1.0) / (here.sum() + 5.0)
    return found


def standing(slots: Slots) -> float:
    """How often a bin is full at the end of a day."""
    told = slots.level[~np.isnan(slots.level)]
    return float((told >= 1.0).mean()) if len(told) else 0.0


def mixed(
    model: Hazards,
    slots: Slots,
    signs: Signs,
    bins: Integers,
    days: Integers,
    age: Integers,
    stayed: Floats,
    known: Days,
) -> Floats:
    """(n, 8): the chance that bins (n,) are full at the end of days (n,) and within 1 to 7 more.

    age (n,): days since their level was known; stayed (n, 8): the chances if nobody came since.
    """
    told = days - age
    fresh = replace(signs, level=np.zeros_like(signs.level), recent=np.zeros_like(signs.recent))
    left = model.unfilled(slots, fresh, bins, days, known, steps=WEEK, told=told)
    came = np.concatenate([np.zeros((len(bins), 1)), 1.0 - left], axis=1)
    band = bands(signs.level[bins, told]).argmax(axis=-1)
    gone = model.gone[age - 1, band][:, None]
    share = np.array(LAST_LEVEL)[age][:, None]
    own = record(model, slots, bins, days)
    return np.asarray(share * ((1.0 - gone) * stayed + gone * came) + (1.0 - share) * own)


def record(model: Hazards, slots: Slots, bins: Integers, days: Integers) -> Floats:
    """(n, 8) as `mixed`, from what became of the bins' (n,) own days until days (n,); bins and days
    may be less than 0, of which nothing is known."""
    fleet = np.append(model.standing, _hazards(model.usual[:WEEK]))
    found = np.tile(_chances(fleet), (len(bins), 1))
    for day in np.unique(days[(bins >= 0) & (days >= 0)]).tolist():
        here = np.flatnonzero((days == day) & (bins >= 0))
        some, place = np.unique(bins[here], return_inverse=True)
        found[here] = _chances(_own(slots.part(some, max(day - LOOK_BACK, 0), day + 1), fleet))[
            place
        ]
    return found


def _own(past: Slots, fleet: Floats) -> Floats:
    """(B, 8): how often it is full, and the hazards of the next seven days, each leaning on all
    bins'."""
    outcome = outcomes(past, horizon=WEEK)
    weight = 0.5 ** (np.arange(past.days)[::-1] / HALF_LIFE)
    told = ~np.isnan(past.level)
    full = past.level >= 1.0
    bins, days = np.indices(past.level.shape).reshape(2, -1)
    found = np.empty((len(past.level), WEEK + 1))
    found[:, 0] = (full @ weight + LEAN * fleet[0]) / (told @ weight + LEAN)
    for step in range(1, WEEK + 1):
        seen = exposure(past, outcome, bins, days, step).reshape(full.shape)
        seen = np.where(told & ~full, seen, 0.0)
        happened = (outcome[0] == step) & (seen > 0)
        found[:, step] = (happened @ weight + LEAN * fleet[step]) / (seen @ weight + LEAN)
    return found


def _hazards(within: Floats) -> Floats:
    left = 1.0 - within
    before = np.append(1.0, left[:-1])
    return np.asarray(1.0 - left / np.maximum(before, 1e-12))


def _chances(hazards: Floats) -> Floats:
    return np.asarray(1.0 - np.cumprod(1.0 - hazards, axis=-1))
