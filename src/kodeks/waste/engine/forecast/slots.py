# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Readings laid on a grid of days that begin at the hour from which forecasts are made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.forecast.history import Booleans, Floats, History, Integers

DAY = 86_400
LONGEST_PAIR = 36 * 3_600
"""Seconds: between readings further apart the growth belongs to no one day."""


@dataclass(frozen=True)
class Slots:
    """Days of all bins. Day d is what came after `start` + (d - 1) days until `start` + d days.

    level (B, D): the last known, as a share of full, NaN without any. growth (B, D): what came in
    between readings that follow each other, NaN where no two do. emptied (B, D). reached (B, D):
    hours into the day when a reading first said full, before anybody emptied; NaN if none did.
    watched (B, D): of a day on which it was emptied, the share that was seen before that.
    """

    start: int
    level: Floats
    growth: Floats
    emptied: Booleans
    reached: Floats
    watched: Floats

    @property
    def days(self) -> int:
        """How many."""
        return int(self.level.shape[1])

    def part(self, bins: Integers, begin: int, end: int) -> Slots:
        """The days from `begin` until before `end` of some bins."""
        days = slice(begin, end)
        return Slots(
            start=self.start + begin * DAY,
            level=self.level[bins, days],
            growth=self.growth[bins, days],
            emptied=self.emptied[bins, days],
            reached=self.reached[bins, days],
            watched=self.watched[bins, days],
        )

    def day_of(self, moment: Integers) -> Integers:
        """The day that ends at or is under way at the moments (seconds): the last that is known."""
        return (moment - self.start) // DAY

    def weekday(self, day: Integers) -> Integers:
        """Monday is 0. What comes in during a day that ends at noon is counted to its start."""
        # 1970-01-01 was a Thursday.
        return ((self.start + day * DAY - 1) // DAY + 3) % 7


def slots(history: History, *, anchor: int, until: int, full: float) -> Slots:
    """The days up to the moment `until`, beginning `anchor` seconds after midnight.

    `full` is the percentage at which a bin counts as full; levels become shares of it.
    """
    first = int(history.time.min()) if len(history.time) else until
    start = (first - anchor) // DAY * DAY + anchor
    count = max((until - start) // DAY + 1, 1)
    bins = len(history.bins)
    share = np.minimum(history.level / full, 1.0)
    day = -((start - history.time) // DAY)
    inside = (day < count) & ~np.isnan(share)
    at, day, share = history.at[inside], day[inside], share[inside]
    time, gone = history.time[inside], history.emptied[inside]
    fallen = history.is_after_emptying[inside]
    level = np.full((bins, count), np.nan)
    emptied = np.zeros((bins, count), bool)
    level[at, day] = np.where(gone, 0.0, share)
    np.logical_or.at(emptied, (at, day), fallen)
    into = (time - start - (day - 1) * DAY) / 3_600.0
    return Slots(
        start=start,
        level=level,
        growth=_growth(at, day, time, share, fallen, (bins, count)),
        emptied=emptied,
        reached=_reached(at, day, into, share, fallen, (bins, count)),
        watched=_watched(at, day, into, fallen, (bins, count)),
    )


def _growth(
    at: Integers,
    day: Integers,
    time: Integers,
    share: Floats,
    fallen: Booleans,
    shape: tuple[int, int],
) -> Floats:
    sums, known = np.zeros(shape), np.zeros(shape, bool)
    follows = (at[1:] == at[:-1]) & (time[1:] - time[:-1] <= LONGEST_PAIR) & ~fallen[1:]
    where = (at[1:][follows], day[1:][follows])
    np.add.at(sums, where, (share[1:] - share[:-1])[follows])
    known[where] = True
    # Rubbish settles and sensors tremble: less than nothing did not come in.
    return np.where(known, np.maximum(sums, 0.0), np.nan)


def _reached(
    at: Integers,
    day: Integers,
    into: Floats,
    share: Floats,
    fallen: Booleans,
    shape: tuple[int, int],
) -> Floats:
    """Of each day the first full reading that no emptying of the same day comes before."""
    found = np.full(shape, np.inf)
    gone = np.full(shape, np.inf)
    np.minimum.at(gone, (at[fallen], day[fallen]), into[fallen])
    full = share >= 1.0
    np.minimum.at(found, (at[full], day[full]), into[full])
    return np.where(np.isfinite(found) & (found < gone), found, np.nan)


def _watched(
    at: Integers, day: Integers, into: Floats, fallen: Booleans, shape: tuple[int, int]
) -> Floats:
    """The share of the day until the last reading before the first that shows an emptying."""
    found = np.full(shape, np.inf)
    before = np.zeros(len(at))
    same = (at[1:] == at[:-1]) & (day[1:] == day[:-1])
    before[1:][same] = into[:-1][same] / 24.0
    np.minimum.at(found, (at[fallen], day[fallen]), before[fallen])
    return np.where(np.isfinite(found), found, 0.0)
