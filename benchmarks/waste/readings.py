# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The public readings as the engine takes them, and what became of each day in them."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kodeks.waste.engine.forecast.history import Booleans, Floats, History, Integers
from kodeks.waste.engine.health.readings import Series

DAY = 86_400
FULL_LEVEL, STEP = 8, 10
_EPOCH = dt.datetime(1970, 1, 1)


@dataclass(frozen=True)
class Daily:
    """levels (B, D): 0, 2 .. 10, NaN for a day without; `first` is day 0, in days since 1970."""

    levels: Floats
    first: int
    bins: tuple[str, ...]

    def history(self) -> History:
        """As readings at midnight, in percent."""
        at, day = np.nonzero(~np.isnan(self.levels))
        return History.of(
            bins=[self.bins[one] for one in at],
            time=((self.first + day) * DAY).tolist(),
            level=(self.levels[at, day] * STEP).tolist(),
        )

    def series(self) -> dict[str, Series]:
        """The same for the health of each bin's sensor."""
        found = {}
        for bin, levels in zip(self.bins, self.levels, strict=True):
            days = np.flatnonzero(~np.isnan(levels))
            found[bin] = Series(time=(self.first + days) * DAY, level=levels[days] * STEP)
        return found


@dataclass(frozen=True)
class Asked:
    """Days (n,) on which a bin (n,) was not full; filled (n,): days until it was, 0 if not seen
    within a week; until (n,): days until it was emptied before that, 8 if not."""

    bins: Integers
    days: Integers
    filled: Integers
    until: Integers

    def part(self, those: Booleans) -> Asked:
        """Some of them."""
        return Asked(self.bins[those], self.days[those], self.filled[those], self.until[those])

    def within(self, days: int) -> tuple[Booleans, Booleans]:
        """Which of them are known to be full within so many days or not, and which are."""
        full = (self.filled > 0) & (self.filled <= days)
        return full | (self.filled > days) | (self.until > days), full


def wyndham(folder: Path) -> Daily:
    """The Bigbelly bins' daily levels."""
    with (folder / "wyndham/fill_levels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    bins = sorted({row["serialNumber"] for row in rows})
    days = [dt.date.fromisoformat(row["timestamp"]).toordinal() for row in rows]
    begin = min(days)
    levels = np.full((len(bins), max(days) - begin + 1), np.nan)
    for row, day in zip(rows, days, strict=True):
        levels[bins.index(row["serialNumber"]), day - begin] = float(row["latestFullness"])
    return Daily(levels, begin - _EPOCH.toordinal(), tuple(bins))


def asked(data: Daily, *, since: float, until: float) -> Asked:
    """The days from one share of the time to another, each seen a week ahead.

    Written apart from the engine's own reckoning, so that an error there shows.
    """
    count = data.levels.shape[1]
    found = []
    for at, levels in enumerate(data.levels):
        for day in range(int(count * since), min(int(count * until), count - 7)):
            if levels[day] < FULL_LEVEL:
                found.append((at, day, *_became(levels[day : day + 8])))
    return Asked(*(np.array(column, dtype=np.int64) for column in zip(*found, strict=True)))


def _became(levels: Floats) -> tuple[int, int]:
    highest = levels[0]
    for ahead in range(1, len(levels)):
        level = levels[ahead]
        if np.isnan(level):
            continue
        if level >= FULL_LEVEL:
            return ahead, ahead
        if level < highest:
            return 0, ahead
        highest = level
    return 0, 8


def edinburgh(folder: Path) -> History:
    """The emptyings, with the level that was met."""
    with (folder / "edinburgh/emptyings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    times = [dt.datetime.fromisoformat(row["emptied_at"]) for row in rows]
    return History.of(
        bins=[row["site"] for row in rows],
        time=[int((one - _EPOCH).total_seconds()) for one in times],
        level=[float(row["fill_before_pct"]) for row in rows],
        emptied=[True] * len(rows),
    )


def moment(text: str) -> int:
    """Seconds since 1970 of a date."""
    return int((dt.datetime.fromisoformat(text) - _EPOCH).total_seconds())
