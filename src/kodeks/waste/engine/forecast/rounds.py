# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""From one emptying to the next: how full the bin was met, and what its earlier rounds say of it.

For bins of which only the emptyings are known, as in a sheet from the crew's own system. How full a
bin is met depends on when the crew chose to come, so what is learned here holds for visits that are
chosen as these were: it says how full a bin will be found, not how fast it fills if left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from kodeks.waste.engine.forecast.history import Floats, History, Integers
from kodeks.waste.engine.forecast.slots import DAY

HOUR = 3_600.0
FILLS = (4.0, 12.0)
RATES = ((0.3, 3.0), (0.3, 10.0), (0.6, 3.0), (0.6, 10.0))
"""Power of the time that filling goes with, and rounds after which one counts half. Less than 1,
as bins are met sooner when they fill fast (waste guide, section 4)."""
LEAST_FILL, LEAST_HOURS, MOST = 3.0, 0.5, 200.0
USUAL_FILL, USUAL_HOURS = 75.0, 42.0
"""Percent and hours of a bin with no rounds behind it: the means of Edinburgh's bins in 2016."""


@dataclass
class _Past:
    """A bin's rounds until now."""

    fills: list[float] = field(default_factory=list)
    hours: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Rounds:
    """signs (n, F) of each round as known at its beginning, its hours included; fill (n,): percent
    met at its end, NaN when that is yet to come."""

    signs: Floats
    fill: Floats
    end: Integers


def past(history: History) -> Rounds:
    """All rounds that are over, in the order of their ends."""
    found, fills, ends = [], [], []
    for _, times, levels in _by_bin(history):
        before = _Past()
        before.fills.append(float(levels[0]))
        for begin, end, fill in zip(times[:-1], times[1:], levels[1:], strict=True):
            found.append(_signs(before, int(begin), int(end)))
            fills.append(float(fill))
            ends.append(int(end))
            before.fills.append(float(fill))
            before.hours.append((end - begin) / HOUR)
    order = np.argsort(np.array(ends, dtype=np.int64), kind="stable")
    signs = np.array(found).reshape(len(found), -1)
    return Rounds(signs[order], np.array(fills)[order], np.array(ends, dtype=np.int64)[order])


def coming(history: History, bins: Integers, moments: Integers, visits: Integers) -> Floats:
    """(n, F) of bins (n,) that are visited at `visits`, from what is known at `moments` (seconds).

    A bin of which nothing is known is taken for one that was emptied at its moment.
    """
    of = {at: (times, levels) for at, times, levels in _by_bin(history)}
    found = []
    for at, moment, visit in zip(bins.tolist(), moments.tolist(), visits.tolist(), strict=True):
        before, begin = _Past(), moment
        if at in of:
            times, levels = of[at]
            known = int(np.searchsorted(times, moment, side="right"))
            before.fills.extend(levels[:known].tolist())
            before.hours.extend((np.diff(times[:known]) / HOUR).tolist())
            begin = int(times[known - 1]) if known else moment
        found.append(_signs(before, begin, visit))
    return np.array(found).reshape(len(found), -1)


def _by_bin(history: History) -> list[tuple[int, Integers, Floats]]:
    kept = history.emptied & ~np.isnan(history.level)
    at, time, level = history.at[kept], history.time[kept], history.level[kept]
    edges = np.flatnonzero(np.diff(at, prepend=-1, append=-2))
    return [
        (int(at[begin]), time[begin:end], level[begin:end])
        for begin, end in pairwise(edges.tolist())
    ]


def _signs(past: _Past, begin: int, end: int) -> list[float]:
    took = max((end - begin) / HOUR, LEAST_HOURS)
    long = float(np.log(took))
    fills, hours = np.array(past.fills), np.maximum(np.array(past.hours), LEAST_HOURS)
    # The first emptying ends a round whose beginning nobody saw.
    whole = fills[len(fills) - len(hours) :]
    usual = [_mean(fills, half, USUAL_FILL) for half in FILLS]
    rates = [
        _mean(
            np.log(np.maximum(whole, LEAST_FILL)) - power * np.log(hours),
            half,
            np.log(USUAL_FILL) - power * np.log(USUAL_HOURS),
        )
        for power, half in RATES
    ]
    spread = _mean((fills - usual[0]) ** 2, 8.0, 20.0**2, weight=3.0) ** 0.5
    later = long - _mean(np.log(hours), 6.0, float(np.log(USUAL_HOURS)))
    rate = _mean(whole / hours, 5.0, USUAL_FILL / USUAL_HOURS)
    hour, weekday = end % DAY // (3 * 3_600), (end // DAY + 3) % 7
    on = [0.0] * 15
    on[hour] = on[8 + weekday] = 1.0
    return [
        *usual,
        *rates,
        float(fills[-1]) if len(fills) else USUAL_FILL,
        _mean((fills >= 99).astype(float), 6.0, 0.14, weight=2.0),
        _mean((fills < 50).astype(float), 6.0, 0.15, weight=2.0),
        spread,
        long,
        later,
        min(rate * took, MOST),
        min(rate * took, 100.0),
        float(np.log1p(len(hours))),
        max(long - float(np.log(48)), 0.0),
        min(long - float(np.log(24)), 0.0),
        later * usual[0] / 50,
        later**2,
        later * spread / 10,
        usual[0] ** 2 / 100,
        *on,
    ]


def _mean(values: Floats, half: float, prior: float, weight: float = 1.0) -> float:
    """Newest last; with so many rounds' weight of the prior."""
    shares = 0.5 ** (np.arange(len(values))[::-1] / half)
    return float((prior * weight + shares @ values) / (weight + shares.sum()))
