# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Answers for bins at given moments: how likely full within so many hours, and when.

The hours are those of a bin that gets full within a week: whether it does is what the chances say.
In them a bin is full when its sensor first says so, so one that speaks daily is full after whole
days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.forecast.calendar import Days
from kodeks.waste.engine.forecast.hazards import Hazards
from kodeks.waste.engine.forecast.history import Floats, History, Integers
from kodeks.waste.engine.forecast.outcomes import outcomes
from kodeks.waste.engine.forecast.signs import LOOKS, signs
from kodeks.waste.engine.forecast.slots import DAY, slots

WEEK = 7
DECILES = np.arange(1, 10) / 10
UNKNOWN = -1
MOST_ANCHORS = 24
"""Moments of the day that are told apart; of more, each counts as the beginning of its hour."""


@dataclass(frozen=True)
class Forecast:
    """chances (n, WEEK): full within 1 to 7 days. hours (n, 9): deciles of the hours until it is
    full, of a bin that gets full within the week; 0 where it may be full already.

    age (n,): whole days since its level was known; UNKNOWN where that is too long ago, or never
    was, so that the answer is the ordinary bin's.
    """

    chances: Floats
    hours: Floats
    age: Integers

    @classmethod
    def empty(cls, count: int) -> Forecast:
        """To be filled in."""
        return cls(
            np.full((count, WEEK), np.nan),
            np.full((count, len(DECILES)), np.nan),
            np.full(count, UNKNOWN),
        )

    def put(self, here: Integers, part: Forecast) -> None:
        """The answers of some of them."""
        self.chances[here], self.hours[here], self.age[here] = part.chances, part.hours, part.age


def anchors(moments: Integers) -> Integers:
    """(n,) seconds after midnight from which the days of each moment are counted."""
    found = moments % DAY
    return found if len(np.unique(found)) <= MOST_ANCHORS else found // 3_600 * 3_600


def answer(
    model: Hazards, history: History, bins: Integers, moments: Integers, *, full: float, days: Days
) -> Forecast:
    """Of bins (n,), -1 for one without readings, at moments (n,), from what was known then."""
    found = Forecast.empty(len(bins))
    starts = anchors(moments)
    for anchor in np.unique(starts):
        group = np.flatnonzero(starts == anchor)
        found.put(
            group,
            _from_one_hour(model, history, bins[group], moments[group], int(anchor), full, days),
        )
    return found


def _from_one_hour(
    model: Hazards,
    history: History,
    bins: Integers,
    moments: Integers,
    anchor: int,
    full: float,
    known: Days,
) -> Forecast:
    grid = slots(history, anchor=anchor, until=int(moments.max()), full=full)
    past = signs(grid, outcomes(grid, horizon=max(LOOKS)))
    within = np.tile(model.usual[:WEEK], (len(bins), 1))
    already = np.zeros(len(bins))
    day = grid.day_of(moments)
    seen = np.flatnonzero((bins >= 0) & (day >= 0))
    at, on = bins[seen], day[seen]
    told = ~np.isnan(past.level[at, on])
    seen, at, on = seen[told], at[told], on[told]
    # A level of two days ago is a forecast that is two days old, and as much less sure.
    age = past.age[at, on]
    for old in np.unique(age):
        those = age == old
        steps = WEEK + int(old)
        unfilled = model.unfilled(grid, past, at[those], on[those] - old, known, steps=steps)
        within[seen[those]] = 1.0 - unfilled[:, old:]
        if old:
            already[seen[those]] = 1.0 - unfilled[:, old - 1]
    full_now = seen[past.level[at, on] >= 1.0]
    within[full_now] = already[full_now] = 1.0
    found = Forecast(within, quantiles(within, model.hours, already), np.full(len(bins), UNKNOWN))
    found.age[seen] = age
    return found


def quantiles(within: Floats, into: Floats, already: Floats | float = 0.0) -> Floats:
    """(n, 9) hours, from chances (n, WEEK), how they fall on a day's hours (24,), and the chance
    (n,) that it is full already."""
    now = np.broadcast_to(already, len(within))[:, None]
    edges = np.concatenate([now, within], axis=1)
    hourly = (np.diff(edges, axis=1)[:, :, None] * into).reshape(len(within), -1)
    reached = np.cumsum(np.concatenate([now, hourly], axis=1), axis=1)
    share = reached / np.maximum(reached[:, -1:], 1e-12)
    return np.stack([(share < one - 1e-9).sum(axis=1) for one in DECILES], axis=1) * 1.0
