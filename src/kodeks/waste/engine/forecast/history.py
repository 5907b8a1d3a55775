# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The readings of many bins, in the order they were taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kodeks.waste.engine.errors import WasteError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

LEAST_DROP = 15.0
"""Percent: a fall of less is noise or rubbish that settles. The coarsest sensor we know has steps
of 20, the noise of an ultrasonic one is 1 to 5 (waste guide, sections 1 and 7)."""


@dataclass(frozen=True)
class History:
    """Readings of bins, by bin and then by time, each time once.

    bins (B,): names, sorted; at (N,): which bin; time (N,): seconds; level (N,): percent of what
    the bin holds, NaN where nobody knows; emptied (N,): the bin was empty right after the reading.
    """

    bins: tuple[str, ...]
    at: Integers
    time: Integers
    level: Floats
    emptied: Booleans
    doubted: Booleans | None = None
    """(N,): levels that may be right or not, as of a sensor that has stood for weeks."""

    @classmethod
    def of(
        cls,
        *,
        bins: Sequence[str],
        time: Sequence[int],
        level: Sequence[float],
        emptied: Sequence[bool] | None = None,
    ) -> History:
        """In whatever order they come. Of several readings of a bin at one time the last counts.

        Raises WasteError for levels that are no percentages.
        """
        names, at = np.unique(np.array(bins, dtype=str), return_inverse=True)
        return cls.of_arrays(
            names=names.tolist(),
            at=at.astype(np.int64),
            time=np.array(time, dtype=np.int64),
            level=np.array(level, dtype=np.float64),
            emptied=None if emptied is None else np.array(emptied, dtype=bool),
        )

    @classmethod
    def of_arrays(
        cls,
        *,
        names: Sequence[str],
        at: Integers,
        time: Integers,
        level: Floats,
        emptied: Booleans | None = None,
    ) -> History:
        """As `of`, for readings (N,) of the bins names (B,), each once, in whatever order: at (N,)
        says which. A bin may have none.

        Raises WasteError for levels that are no percentages.
        """
        gone = np.zeros(len(at), bool) if emptied is None else emptied
        if ((level < 0) | (level > 100)).any():
            raise WasteError(
                "Et niveau skal være fra 0 til 100. Lad det stå tomt, når det mangler."
            )
        rank = np.argsort(np.array(names, dtype=str), kind="stable")
        place = np.empty(len(rank), np.int64)
        place[rank] = np.arange(len(rank))
        at = place[at] if len(rank) else at
        order = np.lexsort((np.arange(len(at)), time, at))
        at, time, level, gone = at[order], time[order], level[order], gone[order]
        last = np.ones(len(at), bool)
        last[:-1] = (at[1:] != at[:-1]) | (time[1:] != time[:-1])
        return cls(
            bins=tuple(names[one] for one in rank),
            at=at[last].astype(np.int64),
            time=time[last].astype(np.int64),
            level=level[last].astype(np.float64),
            emptied=gone[last],
        )

    def index(self, name: str) -> int:
        """Which bin has the name; -1 for one that nothing is known of."""
        return self._places.get(name, -1)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.bins)}

    def before(self, moment: int) -> History:
        """What was known before the moment (seconds). All bins stay."""
        kept = self.time < moment
        doubted = None if self.doubted is None else self.doubted[kept]
        return History(
            self.bins, self.at[kept], self.time[kept], self.level[kept], self.emptied[kept], doubted
        )

    def without(self, unknown: Booleans) -> History:
        """The same, with nobody knowing the levels of these readings (N,)."""
        level = np.where(unknown, np.nan, self.level)
        return replace(self, level=level)

    def is_doubted(self, bins: Integers, moments: Integers) -> Booleans:
        """(n,): the last reading of bins (n,) until moments (n,) is doubted."""
        found = np.zeros(len(bins), bool)
        if self.doubted is None or not self.doubted.any():
            return found
        edges = np.searchsorted(self.at, np.arange(len(self.bins) + 1))
        for place, (one, moment) in enumerate(zip(bins.tolist(), moments.tolist(), strict=True)):
            if one >= 0:
                begin, end = edges[one], edges[one + 1]
                last = begin + np.searchsorted(self.time[begin:end], moment, side="right") - 1
                found[place] = last >= begin and self.doubted[last]
        return found

    def level_at(self, bins: Integers, moments: Integers) -> Floats:
        """(n,): the last known level of bins (n,) at moments (n,), NaN where there is none; 0 after
        an emptying that was told of."""
        found = np.full(len(bins), np.nan)
        known = ~np.isnan(self.level)
        at, time = self.at[known], self.time[known]
        level = np.where(self.emptied[known], 0.0, self.level[known])
        edges = np.searchsorted(at, np.arange(len(self.bins) + 1))
        for place, (one, moment) in enumerate(zip(bins.tolist(), moments.tolist(), strict=True)):
            if one >= 0:
                begin, end = edges[one], edges[one + 1]
                last = begin + np.searchsorted(time[begin:end], moment, side="right") - 1
                found[place] = level[last] if last >= begin else np.nan
        return found

    @cached_property
    def is_after_emptying(self) -> Booleans:
        """(N,): somebody emptied the bin between the known reading before and this one.

        Seen where that reading says so, and where the level fell by more than noise.
        """
        known = np.flatnonzero(~np.isnan(self.level))
        found = np.zeros(len(self.level), bool)
        same = self.at[known[1:]] == self.at[known[:-1]]
        fell = self.level[known[1:]] < self.level[known[:-1]] - LEAST_DROP
        found[known[1:]] = same & (fell | self.emptied[known[:-1]])
        return found
