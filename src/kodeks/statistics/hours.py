# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Hours that a robot frees: measured minutes x what was finished, minus review and rework.

Each amount belongs to the moment it happened in and is valued by the study in force at that moment.
So nothing that comes later, neither a new study nor a mistake found afterwards, changes a period
that is over: a mistake takes its minutes back in the period it is found in.
"""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import TypeVar

FEWEST_MEASURED = 20
"""Pieces in a study. Times of work are skewed: where the deviation is three quarters of the mean,
intervals from 10 pieces hold the truth in 91 of 100 worlds, from 20 in 92, from 80 in 93
(benchmarks/statistics/hours.py)."""
_LEVEL = 0.975
"""Of the quantile: intervals hold 95 of 100."""
_Period = TypeVar("_Period", bound=Hashable)


@dataclass(frozen=True, kw_only=True)
class Study:
    """Minutes of a person for one piece of a step: mean and deviation of `measured` pieces, and of
    looking at one act or putting one mistake right. In force from `since`."""

    step: str
    since: dt.datetime
    measured: int
    mean: float
    deviation: float
    review: float
    rework: float


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One matter that the robot worked on. `steps` are those it took; `finished` is None until all
    are taken, `undone` when a person found one of them wrong. Rejected: the person rejected the
    suggestion that the robot's work stands on."""

    steps: tuple[str, ...]
    finished: dt.datetime | None
    undone: dt.datetime | None = None
    rejected: bool = False

    @property
    def counted(self) -> dt.datetime | None:
        """The moment it counts from; None when it never does."""
        if self.rejected or self.finished is None:
            return None
        if self.undone is not None and self.undone <= self.finished:
            return None
        return self.finished


@dataclass(frozen=True, kw_only=True)
class Spent:
    """A moment in which a person had to look at an act, or put something right, of a step; of the
    whole matter when `step` is ""."""

    at: dt.datetime
    step: str = ""


@dataclass(frozen=True, kw_only=True)
class Freed:
    """What a period freed, in minutes; `low` to `high` holds 95 of 100.

    `minutes` = `baseline` - `review` - `rework`. `finished`, `undone` and `rejected` count matters;
    `unmeasured` are finished ones without a study, which free nothing here. Minutes are negative
    where more was put right than finished.
    """

    finished: int
    undone: int
    rejected: int
    unmeasured: int
    reviews: int
    reworks: int
    baseline: float
    review: float
    rework: float
    low: float
    high: float

    @property
    def minutes(self) -> float:
        return self.baseline - self.review - self.rework


@dataclass
class _Sum:
    """What a period is summed up in; `pieces` by study."""

    pieces: Counter[Study] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    review: list[float] = field(default_factory=list)
    rework: list[float] = field(default_factory=list)


class Studies:
    """All studies of a system; finds the one in force at a moment."""

    def __init__(self, studies: Iterable[Study]) -> None:
        self._by_step: dict[str, list[Study]] = {}
        for one in sorted(studies, key=lambda study: study.since):
            self._by_step.setdefault(one.step, []).append(one)
        self._since = {step: [one.since for one in found] for step, found in self._by_step.items()}

    def at(self, moment: dt.datetime, step: str) -> Study | None:
        """The newest of the step that was in force; None before the first."""
        place = bisect_right(self._since.get(step, []), moment)
        return self._by_step[step][place - 1] if place else None

    def of(self, moment: dt.datetime, steps: Iterable[str]) -> list[Study]:
        """Those in force of the steps."""
        found = (self.at(moment, step) for step in steps)
        return [one for one in found if one is not None]

    def spent(self, one: Spent) -> list[Study]:
        """By whose minutes a person's time is counted: the step's own study, else all in force."""
        own = self.at(one.at, one.step)
        return self.of(one.at, self._by_step) if own is None else [own]


def freed(
    *,
    studies: Sequence[Study],
    pieces: Iterable[Piece],
    reviews: Iterable[Spent],
    reworks: Iterable[Spent],
    period_of: Callable[[dt.datetime], _Period],
) -> dict[_Period, Freed]:
    """What each period freed. A period in which nothing happened is left out.

    Where a person's time is of no step with a study, the dearest study in force is taken, so that
    the hours are never counted too high. Before the first study nothing counts, in either way.
    """
    known = Studies(studies)
    sums: dict[_Period, _Sum] = {}

    def at(moment: dt.datetime) -> _Sum:
        return sums.setdefault(period_of(moment), _Sum())

    for piece in pieces:
        _count(piece, known, at)
    for one in reviews:
        into = at(one.at)
        into.counts["reviews"] += 1
        into.review.append(max((study.review for study in known.spent(one)), default=0.0))
    for one in reworks:
        into = at(one.at)
        into.counts["reworks"] += 1
        into.rework.append(max((study.rework for study in known.spent(one)), default=0.0))
    return {period: _freed(found) for period, found in sums.items()}


def _count(piece: Piece, known: Studies, at: Callable[[dt.datetime], _Sum]) -> None:
    """Add a matter to the period it was finished in, and take it back where it was undone."""
    if piece.rejected and piece.finished is not None:
        at(piece.finished).counts["rejected"] += 1
    if piece.counted is None:
        return
    into, found = at(piece.counted), known.of(piece.counted, piece.steps)
    into.counts["finished"] += 1
    into.pieces.update(found)
    if not found:
        into.counts["unmeasured"] += 1
    if piece.undone is not None:
        back = at(piece.undone)
        back.counts["undone"] += 1
        back.pieces.subtract(found)


def _freed(found: _Sum) -> Freed:
    # fsum: the same to the last bit in whichever order the log is read.
    baseline = math.fsum(number * study.mean for study, number in found.pieces.items())
    review, rework = math.fsum(found.review), math.fsum(found.rework)
    margin = _margin(found.pieces)
    middle = baseline - review - rework
    low = middle - margin
    if all(number >= 0 for number in found.pieces.values()):
        # No work takes less than no time.
        low = max(low, -review - rework)
    names = ("finished", "undone", "rejected", "unmeasured", "reviews", "reworks")
    return Freed(
        **{name: found.counts[name] for name in names},
        baseline=baseline,
        review=review,
        rework=rework,
        low=low,
        high=middle + margin,
    )


def _margin(pieces: Mapping[Study, int]) -> float:
    """Half the interval for what a person would have needed for these pieces.

    For N pieces of a study with mean m, deviation s and n measured, the variance is s²(N²/n + N):
    the mean is not known better than s²/n, and the N pieces vary themselves (a prediction
    interval). Studies are independent; the degrees of freedom of their sum are those of Welch
    (1947) and Satterthwaite (1946), as in JCGM 100:2008 (GUM), G.4.
    """
    parts = [
        (study.deviation**2 * (number**2 / study.measured + abs(number)), study.measured - 1)
        for study, number in pieces.items()
    ]
    variance = math.fsum(part for part, _ in parts)
    if variance == 0:
        return 0.0
    freedom = variance**2 / math.fsum(part**2 / degrees for part, degrees in parts)
    return quantile(freedom) * math.sqrt(variance)


def quantile(freedom: float) -> float:
    """The 0.975 quantile of Student's t with at least 19 degrees of freedom.

    Abramowitz & Stegun (1964), 26.7.5, whose error is then below 0.00001.
    """
    z = NormalDist().inv_cdf(_LEVEL)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom ** (power + 1) for power, term in enumerate(terms))
