# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""From one emptying to the next: how full the bin was met, and what its earlier rounds say of it.

For bins of which only the emptyings are known, as in a sheet from the crew's own system. How full a
bin is met depends on when the crew chose to come, so what is learned here holds for visits that are
chosen as these were: it says how full a bin will be found, not how fast it fills if left alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.forecast.history import Booleans, Floats, History, Integers
from kodeks.waste.engine.forecast.slots import DAY

HOUR = 3_600.0
SIGNS = 36
FILLS = (4.0, 12.0)
RATES = ((0.3, 3.0), (0.3, 10.0), (0.6, 3.0), (0.6, 10.0))
"""Power of the time that filling goes with, and rounds after which one counts half. Less than 1,
as bins are met sooner when they fill fast (waste guide, section 4)."""
LEAST_FILL, LEAST_HOURS, MOST = 3.0, 0.5, 200.0
USUAL_FILL, USUAL_HOURS = 75.0, 42.0
"""Percent and hours of a bin with no rounds behind it: the means of Edinburgh's bins in 2016."""


_HALF = np.array([*FILLS, *(half for _, half in RATES), 6.0, 6.0, 6.0, 5.0, 8.0, 8.0])
"""Rounds after which one counts half, of each mean. The last two, of fills and their squares, are
for the spread."""
_PRIOR = np.array(
    [
        *(USUAL_FILL for _ in FILLS),
        *(np.log(USUAL_FILL) - power * np.log(USUAL_HOURS) for power, _ in RATES),
        0.14,
        0.15,
        np.log(USUAL_HOURS),
        USUAL_FILL / USUAL_HOURS,
    ]
)
_WEIGHT = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 1.0, 1.0])
"""What the means are drawn to, and by how many rounds."""
_SPREAD, _SPREAD_WEIGHT = 20.0, 3.0
_OF_FILLS = np.isin(np.arange(len(_HALF)), (0, 1, 6, 7, 10, 11))
"""Means that the first emptying counts in: it ends a round whose beginning nobody saw."""


@dataclass(frozen=True)
class Rounds:
    """signs (n, F) of each round as known at its beginning, its hours included; fill (n,): percent
    met at its end, NaN when that is yet to come."""

    signs: Floats
    fill: Floats
    end: Integers


@dataclass(frozen=True)
class Known:
    """What the rounds of bins say when the next begins, at `begin` (n,) seconds.

    seen (n,): it has been emptied before; else it is an ordinary bin, taken for one that is emptied
    now. told (n, 13): means of fills (2) and of rates (4), the last fill, how often it was full and
    how often less than half, the spread, means of log hours and of percent an hour, and how many.
    """

    begin: Integers
    seen: Booleans
    told: Floats

    def signs(self, end: Integers) -> Floats:
        """(n, F) of rounds that end at (n,) seconds."""
        took = np.maximum((end - self.begin) / HOUR, LEAST_HOURS)
        long = np.log(took)
        usual, later = self.told[:, 0], long - self.told[:, 10]
        spread, expected = self.told[:, 9], self.told[:, 11] * took
        on = np.zeros((len(took), 15))
        place = np.arange(len(took))
        on[place, end % DAY // (3 * 3_600)] = 1.0
        on[place, 8 + (end // DAY + 3) % 7] = 1.0
        return np.column_stack(
            [
                self.told[:, :10],
                long,
                later,
                np.minimum(expected, MOST),
                np.minimum(expected, 100.0),
                np.log1p(self.told[:, 12]),
                np.maximum(long - np.log(48), 0.0),
                np.minimum(long - np.log(24), 0.0),
                later * usual / 50,
                later**2,
                later * spread / 10,
                usual**2 / 100,
                on,
            ]
        )


def past(history: History) -> Rounds:
    """All rounds that are over, in the order of their ends."""
    book = _Book.of(history)
    begins = np.flatnonzero(book.at[:-1] == book.at[1:])
    known = Known(book.time[begins], np.ones(len(begins), bool), book.told[begins])
    ends = book.time[begins + 1]
    order = np.argsort(ends, kind="stable")
    return Rounds(known.signs(ends)[order], book.level[begins + 1][order], ends[order])


def known(history: History, bins: Integers, moments: Integers) -> Known:
    """Of bins (n,) at moments (n,) seconds."""
    book = _Book.of(history)
    place = book.last(bins, moments)
    seen = place >= 0
    begin, told = moments.astype(np.int64), np.repeat(_NOTHING, len(bins), axis=0)
    begin[seen], told[seen] = book.time[place[seen]], book.told[place[seen]]
    return Known(begin, seen, told)


def coming(history: History, bins: Integers, moments: Integers, visits: Integers) -> Floats:
    """(n, F) of bins (n,) that are visited at `visits`, from what is known at moments (seconds)."""
    return known(history, bins, moments).signs(visits)


@dataclass(frozen=True)
class _Book:
    """The emptyings (N,) with their levels, by bin and time; told (N, 13) right after each."""

    at: Integers
    time: Integers
    level: Floats
    told: Floats

    @classmethod
    def of(cls, history: History) -> _Book:
        kept = history.emptied & ~np.isnan(history.level)
        at, time, level = history.at[kept], history.time[kept], history.level[kept]
        return cls(at, time, level, _told(at, time, level))

    def last(self, bins: Integers, moments: Integers) -> Integers:
        """(n,): the last emptying of the bins (n,) until the moments (n,), -1 where none is."""
        if not len(self.at):
            return np.full(len(bins), -1)
        first = int(self.time.min())
        span = int(self.time.max()) - first + 2
        asked = bins * span + np.clip(moments - first, -1, span - 2)
        place = np.searchsorted(self.at * span + self.time - first, asked, side="right") - 1
        return np.where((place >= 0) & (self.at[place] == bins), place, -1)


def _told(at: Integers, time: Integers, level: Floats) -> Floats:
    """(N, 13) as in `Known`, right after each emptying: one pass over the rounds for all bins."""
    keep, values = 0.5 ** (1.0 / _HALF), _values(at, time, level)
    first = np.flatnonzero(np.diff(at, prepend=-1))
    counts = np.diff(first, append=len(at))
    total, among = np.zeros((len(first), len(keep))), np.zeros((len(first), len(keep)))
    found = np.empty((len(at), 13))
    for number in range(int(counts.max(initial=0))):
        bins = np.flatnonzero(counts > number)
        here = first[bins] + number
        counted = _OF_FILLS | (number > 0)
        total[bins] = total[bins] * keep + np.where(counted, values[here], 0.0)
        among[bins] = among[bins] * keep + counted
        found[here] = _row(total[bins], among[bins], level[here], number)
    return found


def _values(at: Integers, time: Integers, level: Floats) -> Floats:
    """(N, 12): what each emptying adds to the means. Of the first round of a bin nobody knows how
    long it was, so there it is as long as the shortest and counts in none."""
    took = np.diff(time, prepend=time[:1]) / HOUR
    took[np.diff(at, prepend=-1) != 0] = LEAST_HOURS
    took = np.maximum(took, LEAST_HOURS)
    fill, long = np.log(np.maximum(level, LEAST_FILL)), np.log(took)
    return np.column_stack(
        [
            *(level for _ in FILLS),
            *(fill - power * long for power, _ in RATES),
            level >= 99,
            level < 50,
            long,
            level / took,
            level,
            level**2,
        ]
    )


def _row(total: Floats, among: Floats, last: Floats, number: int) -> Floats:
    mean = (_PRIOR * _WEIGHT + total[:, :10]) / (_WEIGHT + among[:, :10])
    # The mean square around the usual fill, which is not the mean of these weights.
    usual = mean[:, 0]
    square = total[:, 11] - 2 * usual * total[:, 10] + usual**2 * among[:, 10]
    spread = (_SPREAD**2 * _SPREAD_WEIGHT + np.maximum(square, 0.0)) / (
        _SPREAD_WEIGHT + among[:, 10]
    )
    count = np.full(len(last), float(number))
    return np.column_stack([mean[:, :6], last, mean[:, 6:8], spread**0.5, mean[:, 8:], count])


_NOTHING = _row(np.zeros((1, 12)), np.zeros((1, 12)), np.array([USUAL_FILL]), 0)
