# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Which levels a forecast may read: those that the health of their sensor stands by.

What is unknown does not count as a level. It is left out of what is learned, and makes an answer
older and wider; it never means empty. What is doubted counts half.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kodeks.waste.engine.forecast.history import History, Integers
from kodeks.waste.engine.health.episodes import STUCK, Episode
from kodeks.waste.engine.health.ground import ground
from kodeks.waste.engine.health.judging import UNKNOWN, judge
from kodeks.waste.engine.health.readings import Series
from kodeks.waste.engine.health.seldom import speaks_seldom

States = NDArray[np.int8]
KNOWN, DOUBTED, LOST = 0, 1, 2


def trusted(history: History, faults: Mapping[str, Sequence[Episode]]) -> History:
    """The history without the levels that lie in a fault of their sensor, by names of bins.

    A sensor that speaks seldom and stands may be right, as nobody may use the bin: its levels are
    doubted.
    """
    state = np.zeros(len(history.time), np.int8)
    edges = np.searchsorted(history.at, np.arange(len(history.bins) + 1))
    for name, episodes in faults.items():
        place = history.index(name)
        if place >= 0 and episodes:
            here = slice(edges[place], edges[place + 1])
            time, level = history.time[here], history.level[here]
            told = np.isfinite(level)
            seldom = bool(told.any()) and speaks_seldom(ground(time[told], level[told]))
            state[here] = _state(time, episodes, seldom=seldom)
    return _read(history, state)


def _state(time: Integers, faults: Sequence[Episode], *, seldom: bool) -> States:
    """(n,): what is known of readings at the times."""
    state = np.zeros(len(time), np.int8)
    for one in faults:
        if one.kind in UNKNOWN:
            doubted = seldom and one.kind == STUCK
            state = np.maximum(state, one.covers(time) * (DOUBTED if doubted else LOST))
    return state.astype(np.int8)


def _read(history: History, state: States) -> History:
    return replace(history.without(state == LOST), doubted=state == DOUBTED)


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
        state = np.zeros(len(history.time), np.int8)
        for place in range(len(history.bins)):
            here, found = self._judged(history, place, moment - 1)
            state[here] = found
        return _read(history, state).before(moment)

    def parts(
        self, history: History, bins: Integers, moments: Integers
    ) -> Iterator[tuple[Integers, History]]:
        """As in `Trust`. All bins are judged at the first moment, as each leans on the others, and
        then those that are asked about.

        Moments are taken together as long as nothing that an earlier one has read is seen anew:
        answers do not look at what comes after their own.
        """
        state = np.zeros(len(history.time), np.int8)
        together: list[Integers] = []
        last = 0
        for moment in np.unique(moments).tolist():
            here = np.flatnonzero(moments == moment)
            places = np.unique(bins[here]) if last else np.arange(len(history.bins))
            judged = [self._judged(history, one, moment) for one in places.tolist() if one >= 0]
            if together and any(
                (found != state[where])[history.time[where] <= last].any()
                for where, found in judged
            ):
                yield np.concatenate(together), _read(history, state).before(last + 1)
                together = []
            for where, found in judged:
                state[where] = found
            together.append(here)
            last = moment
        if together:
            yield np.concatenate(together), _read(history, state).before(last + 1)

    def _judged(self, history: History, place: int, moment: int) -> tuple[slice, States]:
        """A bin's readings until the moment, and what is known of them then."""
        edges = np.searchsorted(history.at, [place, place + 1])
        time = history.time[edges[0] : edges[1]]
        here = slice(int(edges[0]), int(edges[0] + np.searchsorted(time, moment, side="right")))
        known = _until(self.series[history.bins[place]], moment)
        health = judge(known, now=moment)
        state = _state(known.time, health.faults, seldom=speaks_seldom(health.ground))
        # What is unknown without a fault, as a single spike.
        state[np.isnan(health.level) & (state == KNOWN)] = LOST
        found = np.zeros(here.stop - here.start, np.int8)
        # Of several readings at one time the last counts, here as in a history.
        found[np.searchsorted(time, known.time)] = state
        return here, found


def _until(series: Series, moment: int) -> Series:
    count = int(np.searchsorted(series.time, moment, side="right"))
    return Series(
        **{
            name: value[:count]
            for name, value in vars(series).items()
            if isinstance(value, np.ndarray)
        }
    )
