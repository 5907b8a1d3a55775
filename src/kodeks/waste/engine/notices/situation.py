# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""All that a proposal about one bin rests on, and its form as text: the data that are read under a
permit and kept with the proposal, so that it can be computed again from them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.health.judging import Health
from kodeks.waste.engine.health.readings import Floats, Ints, Series
from kodeks.waste.engine.notices.ahead import Ahead

_TENTH = 10
"""Levels and degrees are kept to a tenth."""
_HOUR = 3600
ALARMS_OF_FIRE = ("burning", "temperature_alarm")


@dataclass(frozen=True)
class Situation:
    """Of a bin at `now`. Times are seconds since 1970 on the clock at home; `served` and `visit`
    are the planned rounds before and after.

    time (n,), level (n,): readings until now, percent, NaN where it cannot be trusted. faults:
    (kind, begin, Danish reason) of those that last. warm (m, 2): the last hours' times and degrees.
    """

    now: int
    time: Ints
    level: Floats
    trust: float
    reason: str
    faults: tuple[tuple[str, int, str], ...]
    warm: tuple[tuple[int, float], ...]
    alarms: tuple[str, ...]
    emptied: int | None
    visit: int | None
    served: int | None = None
    asked: tuple[str, ...] = ()
    """Labels that stand before people already, or did a short while ago."""
    ahead: Ahead | None = None
    """What is known of the days around now; None where nobody tells."""

    @classmethod
    def of(
        cls,
        series: Series,
        health: Health,
        *,
        now: int,
        since: int,
        alarms: tuple[str, ...] = (),
        visit: int | None = None,
        served: int | None = None,
        asked: tuple[str, ...] = (),
        ahead: Ahead | None = None,
    ) -> Situation:
        """What series and health tell from `since` on."""
        kept = series.time >= since
        warm: tuple[tuple[int, float], ...] = ()
        if series.temperature is not None:
            near = (series.time > now - 3 * _HOUR) & np.isfinite(series.temperature)
            degrees = np.round(series.temperature[near], 1)
            warm = tuple(zip(series.time[near].tolist(), degrees.tolist(), strict=True))
        lasting = (one for one in health.unknown if one.end is None)
        gone = [one.first_empty for one in health.emptyings]
        return cls(
            now=now,
            time=series.time[kept],
            level=np.round(health.level[kept], 1),
            trust=round(health.trust, 2),
            reason=health.reason,
            faults=tuple((one.kind, one.begin, one.reason) for one in lasting),
            warm=warm,
            alarms=alarms,
            emptied=max(gone, default=None),
            visit=visit,
            served=served,
            asked=asked,
            ahead=ahead,
        )

    @property
    def texts(self) -> dict[str, str]:
        """Field -> JSON text; whole numbers only, so that the text is the same everywhere, but for
        those of known days, which are as they were given."""
        levels = [None if np.isnan(one) else round(one * _TENTH) for one in self.level.tolist()]
        gaps = np.diff(self.time, prepend=self.now if not self.time.size else self.time[0])
        first = int(self.time[0]) if self.time.size else self.now
        days = {} if self.ahead is None else {"days": _text(self.ahead.as_json)}
        return days | {
            "levels": _text({"first": first, "after": gaps.tolist(), "tenths": levels}),
            "state": _text(
                {
                    "now": self.now,
                    "trust": round(self.trust * 100),
                    "reason": self.reason,
                    "faults": [list(one) for one in self.faults],
                    "warm": [[at, round(degrees * _TENTH)] for at, degrees in self.warm],
                    "alarms": list(self.alarms),
                    "asked": list(self.asked),
                }
            ),
            "visits": _text({"emptied": self.emptied, "served": self.served, "visit": self.visit}),
        }

    @classmethod
    def of_texts(cls, levels: str, state: str, visits: str, days: str | None = None) -> Situation:
        """The other way. Raises WasteError for what is no such text."""
        try:
            told, about, come = (json.loads(text) for text in (levels, state, visits))
            after = np.array(told["after"], dtype=np.int64)
            tenths = [np.nan if one is None else one / _TENTH for one in told["tenths"]]
            if len(tenths) != after.size:
                raise ValueError
            return cls(
                now=int(about["now"]),
                time=told["first"] + np.cumsum(after),
                level=np.array(tenths, dtype=np.float64),
                trust=about["trust"] / 100,
                reason=str(about["reason"]),
                faults=tuple((str(kind), int(at), str(why)) for kind, at, why in about["faults"]),
                warm=tuple((int(at), degrees / _TENTH) for at, degrees in about["warm"]),
                alarms=tuple(about["alarms"]),
                emptied=come["emptied"],
                visit=come["visit"],
                served=come["served"],
                asked=tuple(about["asked"]),
                ahead=None if days is None else Ahead.of_json(json.loads(days)),
            )
        except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
            raise WasteError("Data om spanden har ikke den rette form.") from error

    @property
    def last(self) -> tuple[int, float] | None:
        """When a level was known last, and which."""
        known = np.flatnonzero(np.isfinite(self.level))
        if not known.size:
            return None
        return int(self.time[known[-1]]), float(self.level[known[-1]])

    @property
    def may_be_emptied(self) -> bool:
        """A round was planned since a level was known last, and nobody can see whether it came:
        what was known then says nothing of now."""
        last = self.last
        return self.served is not None and last is not None and last[0] < self.served

    def risen(self, hours: float) -> tuple[float, float] | None:
        """Percent points that came in within so many hours and were there at the next reading too,
        which is the last known one (an echo is not), and the most of the bin's other such spans;
        None where it cannot be said: the level is older, or too little of the bin is known."""
        known = np.isfinite(self.level)
        time, level = self.time[known], self.level[known]
        if time.size < _LEAST or self.now - time[-1] > hours * _HOUR:
            return None
        begin = np.searchsorted(time, time[:-1] - round(hours * _HOUR))
        grown = np.minimum(level[1:], level[:-1]) - level[begin]
        # A span is one when there is a reading before the two.
        spans = begin < np.arange(time.size - 1)
        others = grown[:-1][spans[:-1]]
        if not spans[-1] or others.size < _LEAST:
            return None
        return float(grown[-1]), float(others.max())

    def warmed(self) -> tuple[float, float, int] | None:
        """The last degrees, how many more than the least of the hour before, and the seconds since
        that; None without. A sensor that speaks more seldom is held against its reading before."""
        if not self.warm:
            return None
        at, degrees = self.warm[-1]
        before = [one for one in self.warm[:-1] if one[0] >= at - _HOUR] or self.warm[-2:-1]
        then, least = min((*before, self.warm[-1]), key=lambda one: one[1])
        return degrees, degrees - least, at - then


_LEAST = 200
"""Spans: of fewer nobody can say what the bin does at most."""


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
