# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Which levels a forecast may read: those that the health of their sensor stands by.

What is unknown does not count as a level. It is left out of what is learned, and makes an answer
older and wider; it never means empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from kodeks.waste.engine.forecast.history import Booleans, History, Integers
from kodeks.waste.engine.health.episodes import Episode
from kodeks.waste.engine.health.judging import UNKNOWN, judge
from kodeks.waste.engine.health.readings import Series


def trusted(history: History, faults: Mapping[str, Sequence[Episode]]) -> History:
    """The history without the levels that lie in a fault of their sensor, by names of bins."""
    unknown = np.zeros(len(history.time), bool)
    edges = np.searchsorted(history.at, np.arange(len(history.bins) + 1))
    for name, episodes in faults.items():
        place = history.index(name)
        here = slice(edges[place], edges[place + 1]) if place >= 0 else slice(0, 0)
        for one in episodes:
            if one.kind in UNKNOWN:
                unknown[here] |= one.covers(history.time[here])
    return history.without(unknown)


class Trust(Protocol):
    """Says what of a history could be trusted when."""

    def before(self, history: History, moment: int) -> History:
        """What was known before the moment (seconds)."""

    def parts(
        self, history: History, bins: Integers, moments: Integers
    ) -> Iterator[tuple[Integers, History]]:
        """What bins (n,) are answered from at moments (n,): some of them at a time, by their
        places, and the history as it was trusted at each of these."""


class Unjudged:
    """Reads all levels."""

    def before(self, history: History, moment: int) -> History:
        """As in `Trust`."""
        return history.before(moment)

    def parts(
        self, history: History, bins: Integers, moments: Integers
    ) -> Iterator[tuple[Integers, History]]:
        """As in `Trust`."""
        if len(moments):
            yield np.arange(len(moments)), history.before(int(moments.max()) + 1)


UNJUDGED = Unjudged()


@dataclass(frozen=True)
class Judged:
    """Reads what `health.judging.judge` could stand by at each moment, from series by bins' names:
    what it tells of a fault only later was not known then.

    The series are those of the history, with what else their sensors told.
    """

    series: Mapping[str, Series]

    def before(self, history: History, moment: int) -> History:
        """As in `Trust`."""
        unknown = np.zeros(len(history.time), bool)
        for place in range(len(history.bins)):
            here, found = self._judged(history, place, moment - 1)
            unknown[here] = found
        return history.without(unknown).before(moment)

    def parts(
        self, history: History, bins: Integers, moments: Integers
    ) -> Iterator[tuple[Integers, History]]:
        """As in `Trust`. All bins are judged at the first moment, as each leans on the others, and
        then those that are asked about.

        Moments are taken together as long as nothing that an earlier one has read becomes unknown:
        answers do not look at what comes after their own.
        """
        unknown = np.zeros(len(history.time), bool)
        together: list[Integers] = []
        last = 0
        for moment in np.unique(moments).tolist():
            here = np.flatnonzero(moments == moment)
            places = np.unique(bins[here]) if last else np.arange(len(history.bins))
            judged = [self._judged(history, one, moment) for one in places.tolist() if one >= 0]
            if together and any(
                (found != unknown[where])[history.time[where] <= last].any()
                for where, found in judged
            ):
                yield np.concatenate(together), history.without(unknown).before(last + 1)
                together = []
            for where, found in judged:
                unknown[where] = found
            together.append(here)
            last = moment
        if together:
            yield np.concatenate(together), history.without(unknown).before(last + 1)

    def _judged(self, history: History, place: int, moment: int) -> tuple[slice, Booleans]:
        """A bin's readings until the moment, and which of them are unknown then."""
        edges = np.searchsorted(history.at, [place, place + 1])
        time = history.time[edges[0] : edges[1]]
        here = slice(int(edges[0]), int(edges[0] + np.searchsorted(time, moment, side="right")))
        whole = self.series[history.bins[place]]
        known = _until(whole, moment)
        unknown = np.zeros(here.stop - here.start, bool)
        # Of several readings at one time the last counts, here as in a history.
        at = np.searchsorted(time, known.time)
        unknown[at] = np.isnan(judge(known, now=moment).level)
        return here, unknown


def _until(series: Series, moment: int) -> Series:
    count = int(np.searchsorted(series.time, moment, side="right"))
    return Series(
        **{
            name: value[:count]
            for name, value in vars(series).items()
            if isinstance(value, np.ndarray)
        }
    )
