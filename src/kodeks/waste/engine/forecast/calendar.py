# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is known of days beforehand, as a model reads it: weather, and events, here and there.

A model keeps what a number meant when it learned (`Scale`), so that a forecast of rain from another
week says the same to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.forecast.history import Floats, Integers

Days = Callable[[Integers, Integers], Floats]
"""Of bins (n,) on days (n,), as days since 1970: what is known of them beforehand (n, K), each 0 to
1. The same K always."""
_SPAN = 1 << 32


@dataclass(frozen=True)
class Calendar:
    """Rows (M,) of what is known of days since 1970, in columns (K,).

    bin (M,): the bin that a row is about, empty for the whole town. value (M, K): NaN where the row
    does not say. Of several rows about the same the last counts.
    """

    columns: tuple[str, ...]
    bin: tuple[str, ...]
    day: Integers
    value: Floats


NOTHING = Calendar((), (), np.zeros(0, np.int64), np.zeros((0, 0)))


def no_days(bins: Integers, days: Integers) -> Floats:
    """Nothing is known of the days."""
    return np.zeros((len(days), 0))


@dataclass(frozen=True)
class Scale:
    """How the columns (K,) are read: low and high (K,) become 0 and 1; absent (K,), from 0 to 1, is
    what counts where nothing is said."""

    columns: tuple[str, ...]
    low: Floats
    high: Floats
    absent: Floats

    @classmethod
    def of(cls, calendar: Calendar, *, before: int) -> Scale:
        """From the rows of days before the moment `before` (seconds).

        Where nothing is said of a day, a column has its mean (weather); or 0, where it is told of
        single bins, or of days always the same: then it tells what happens where and when.
        """
        then = calendar.day < before // 86_400
        value, count = calendar.value[then], len(calendar.columns)
        named = np.array([bool(one) for one in calendar.bin], dtype=bool)[then]
        low, high, absent = np.zeros(count), np.zeros(count), np.zeros(count)
        for column in range(count):
            told = value[:, column][~np.isnan(value[:, column])]
            if not len(told):
                continue
            here = ~np.isnan(value[named][:, column])
            low[column], high[column] = told.min(), told.max()
            if here.any() or low[column] == high[column]:
                low[column], high[column] = min(low[column], 0.0), max(high[column], 0.0)
                usual = 0.0
            else:
                usual = float(told.mean())
            width = high[column] - low[column]
            absent[column] = (usual - low[column]) / width if width else 0.0
        return cls(calendar.columns, low, high, absent)

    def days(self, calendar: Calendar, bins: Sequence[str]) -> Days:
        """What the calendar says, for bins by their places (-1 for one that has none).

        Raises WasteError when it has other columns.
        """
        if calendar.columns != self.columns:
            raise WasteError(
                f"Modellen er lært med {_named(self.columns)}, og der er givet "
                f"{_named(calendar.columns)}. Giv en fil med de samme kolonner, eller lær igen."
            )
        if not self.columns:
            return no_days
        places = {name: place for place, name in enumerate(bins)} | {"": -1}
        kept = [row for row, name in enumerate(calendar.bin) if name in places]
        at = np.array([places[calendar.bin[row]] for row in kept], dtype=np.int64)
        width = np.where(self.high > self.low, self.high - self.low, 1.0)
        share = np.clip((calendar.value[kept] - self.low) / width, 0.0, 1.0)
        book = _Book.of((at + 1) * _SPAN + calendar.day[kept], share)

        def known(bins: Integers, days: Integers) -> Floats:
            found = np.tile(self.absent, (len(days), 1))
            for key in (days, (bins + 1) * _SPAN + days):
                told = book.find(key)
                found = np.where(np.isnan(told), found, told)
            return found

        return known


@dataclass(frozen=True)
class _Book:
    """Values by rising keys."""

    key: Integers
    value: Floats

    @classmethod
    def of(cls, key: Integers, value: Floats) -> _Book:
        order = np.argsort(key, kind="stable")
        key, value = key[order], value[order]
        last = np.append(key[1:] != key[:-1], True)[: len(key)]
        return cls(key[last], value[last])

    def find(self, key: Integers) -> Floats:
        """(n, K): NaN where there is nothing."""
        found = np.full((len(key), self.value.shape[1]), np.nan)
        if len(self.key):
            place = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
            here = self.key[place] == key
            found[here] = self.value[place[here]]
        return found


def _named(columns: Sequence[str]) -> str:
    return f"kolonnerne {', '.join(columns)}" if columns else "ingen oplysninger om dage"
