# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How often people follow suggestions as they are, and what they change them to."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

_Period = TypeVar("_Period", bound=Hashable)
ACCEPT = "accept"
OWN = "own"


@dataclass(frozen=True, kw_only=True)
class Routed:
    """One matter that a person has decided: `choice` is theirs (accept, other, reject, own).

    `suggested` and `chosen` are labels, "" where there is none; `way` is how far the engine went,
    "" where that is not known; `unit` is where the matter went.
    """

    at: dt.datetime
    unit: str
    choice: str
    suggested: str
    chosen: str
    way: str = ""


@dataclass(frozen=True, kw_only=True)
class Routing:
    """Of `decided` matters, `suggested` had a suggestion that the person saw, and `followed` went
    where it said, unchanged. `by_way` has the last two for each way."""

    decided: int
    suggested: int
    followed: int
    by_way: Mapping[str, tuple[int, int]]


def routing(
    *, matters: Iterable[Routed], period_of: Callable[[dt.datetime], _Period]
) -> dict[_Period, Routing]:
    """The counts of each period, by when the person decided."""
    decided: Counter[_Period] = Counter()
    suggested: Counter[tuple[_Period, str]] = Counter()
    followed: Counter[tuple[_Period, str]] = Counter()
    for one in matters:
        period = period_of(one.at)
        decided[period] += 1
        if one.choice != OWN:
            suggested[period, one.way] += 1
            followed[period, one.way] += one.choice == ACCEPT
    found = {}
    for period, number in decided.items():
        by_way = {
            way: (count, followed[when, way])
            for (when, way), count in sorted(suggested.items(), key=lambda item: item[0][1])
            if when == period
        }
        found[period] = Routing(
            decided=number,
            suggested=sum(count for count, _ in by_way.values()),
            followed=sum(count for _, count in by_way.values()),
            by_way=by_way,
        )
    return found


def corrections(matters: Iterable[Routed]) -> list[tuple[str, str, int]]:
    """What was suggested, what a person chose instead, and how often: the most frequent first."""
    found = Counter(
        (one.suggested, one.chosen)
        for one in matters
        if one.choice not in (ACCEPT, OWN) and one.suggested != one.chosen
    )
    return [
        (*pair, count)
        for pair, count in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    ]
