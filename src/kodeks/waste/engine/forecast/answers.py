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
from kodeks.waste.engine.forecast.outcomes import WEEK, outcomes
from kodeks.waste.engine.forecast.signs import LOOKS, signs
from kodeks.waste.engine.forecast.slots import DAY, slots
from kodeks.waste.engine.forecast.unseen import mixed, record

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
    model: Hazards,
    history: History,
    bins: Integers,
    moments: Integers,
    *,
    full: float,
    days: Days,
    unseen: bool = False,
) -> Forecast:
    """Of bins (n,), -1 for one without readings, at moments (n,), from what was known then.

    `unseen`: somebody may have come since a level was known (`unseen`); else nobody has, and a bin
    that is unknown for longer is an ordinary one that is not full.
    """
    found = Forecast.empty(len(bins))
    starts = anchors(moments)
    for anchor in np.unique(starts):
        group = np.flatnonzero(starts == anchor)
        found.put(
            group,
            _from_one_hour(
                model, history, bins[group], moments[group], int(anchor), full, days, unseen
            ),
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
    unseen: bool,
) -> Forecast:
    grid = slots(history, anchor=anchor, until=int(moments.max()), full=full)
    past = signs(grid, outcomes(grid, horizon=max(LOOKS)))
    day = grid.day_of(moments)
    # The chance that it is full already, and within each number of days.
    chances = np.tile(np.append(0.0, model.usual[:WEEK]), (len(bins), 1))
    age = np.full(len(bins), UNKNOWN)
    seen = np.flatnonzero((bins >= 0) & (day >= 0))
    seen = seen[~np.isnan(past.level[bins[seen], day[seen]])]
    age[seen] = past.age[bins[seen], day[seen]]
    # A level of two days ago is a forecast that is two days old, and as much less sure.
    for old in np.unique(age[seen]).tolist():
        those = np.flatnonzero(age == old)
        at, on = bins[those], day[those]
        left = model.unfilled(grid, past, at, on - old, known, steps=WEEK + old)
        if old:
            chances[those] = 1.0 - left[:, old - 1 :]
        else:
            chances[those, 1:] = 1.0 - left
    chances[seen[past.level[bins[seen], day[seen]] >= 1.0]] = 1.0
    if unseen:
        those = np.flatnonzero(age > 0)
        if len(those):
            chances[those] = mixed(
                model, grid, past, bins[those], day[those], age[those], chances[those], known
            )
        lost = np.flatnonzero(age == UNKNOWN)
        chances[lost] = record(model, grid, bins[lost], day[lost])
    within = chances[:, 1:]
    return Forecast(within, quantiles(within, model.hours, chances[:, 0]), age)


def quantiles(within: Floats, into: Floats, already: Floats | float = 0.0) -> Floats:
    """(n, 9) hours, from chances (n, WEEK), how they fall on a day's hours (24,), and the chance
    (n,) that it is full already."""
    now = np.broadcast_to(already, len(within))[:, None]
    edges = np.concatenate([now, within], axis=1)
    hourly = (np.diff(edges, axis=1)[:, :, None] * into).reshape(len(within), -1)
    reached = np.cumsum(np.concatenate([now, hourly], axis=1), axis=1)
    share = reached / np.maximum(reached[:, -1:], 1e-12)
    return np.stack([(share < one - 1e-9).sum(axis=1) for one in DECILES], axis=1) * 1.0
