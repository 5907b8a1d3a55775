# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the past of each bin says at the end of each day. Nothing of a day looks at later days.

Where a bin has told little, its averages lean on those of all bins, so a new bin begins as an
ordinary one. Crews empty at their own will: when they came is told by the levels alone, and no
sign says when they will come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.forecast.history import Booleans, Floats, Integers
from kodeks.waste.engine.forecast.slots import Slots

HALF_LIVES = (3.0, 10.0, 30.0, 120.0)
SHARES = (20.0, 90.0)
"""Days after which a day counts half in the averages of growth, and in the shares of levels."""
LATELY, STEADY = (2.0, 5.0, 10.0, 30.0), 2
"""Days after which a day counts half in how a bin has done lately beside what was expected of it;
and the place of the one by which what is expected of the coming days is corrected."""
LAGS = 4
OLDEST = 3
"""Days after which a level that was known is known no more."""
KNOTS = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
LOOKS = (1, 2, 3)
"""Days ahead for which each bin's own record is kept."""
PLAIN_GROWTH = 0.15
"""Of full a day: what is assumed before any bin has told anything (waste guide, section 7)."""


@dataclass(frozen=True)
class Signs:
    """level (B, D): the last known of at most three days; age (B, D): its days, 0 for today's.

    plain (B, D, F): averages and the like. record (B, D, 3): log odds that the bin gets full in
    one, two and three days from a level like this. weekday (B, D, 7): growth to expect on each
    weekday. recent (B, D, LAGS + 1): levels of the days before, and what came today. lately (B, D,
    4): log of what came lately over what was expected.
    """

    level: Floats
    age: Integers
    plain: Floats
    record: Floats
    weekday: Floats
    recent: Floats
    lately: Floats


def bands(level: Floats) -> Floats:
    """(..., 5): how near a level is to each of the knots; the five add up to 1."""
    place = np.clip(np.nan_to_num(level), 0.0, 1.0)[..., None]
    near: Floats = np.clip(1.0 - np.abs(place - KNOTS) / KNOTS[1], 0.0, None)
    return near


def signs(slots: Slots, outcome: tuple[Integers, Integers]) -> Signs:
    """Of all days. `outcome` as `outcomes.outcomes` gives it, for each bin's own record."""
    level, age = _carried(slots.level)
    weekday = slots.weekday(np.arange(slots.days))
    averages = [_average(slots.growth, half) for half in HALF_LIVES]
    shares = [part for half in SHARES for part in _shares(slots.level, half)]
    plain = np.stack([*averages, *shares, *_cycles(slots, level)], axis=-1)
    expected = _by_weekday(slots.growth, weekday)
    lags = [_lagged(level, days) for days in range(1, LAGS + 1)]
    today = np.nan_to_num(level - lags[0])
    return Signs(
        level=level,
        age=age,
        plain=plain,
        record=_record(slots.level, outcome),
        weekday=expected,
        recent=np.stack([*(np.nan_to_num(one) for one in lags), today], axis=-1),
        lately=_lately(slots, expected, weekday),
    )


def _carried(level: Floats, most: int = OLDEST) -> tuple[Floats, Integers]:
    found, age = level.copy(), np.zeros(level.shape, np.int64)
    for day in range(1, level.shape[1]):
        gap = np.isnan(found[:, day]) & (age[:, day - 1] < most)
        found[gap, day] = found[gap, day - 1]
        age[gap, day] = age[gap, day - 1] + 1
    return found, age


def _lagged(values: Floats, days: int) -> Floats:
    blank = np.full((len(values), min(days, values.shape[1])), np.nan)
    return np.concatenate([blank, values[:, : values.shape[1] - blank.shape[1]]], axis=1)


def _running(
    values: Floats, known: Booleans, half: float, prior: Callable[[int], Floats | float]
) -> Floats:
    """(B, D): the mean of what is known until each day, with one day's weight of the prior."""
    # A day's values lie together in memory: the loop is over days.
    added = np.ascontiguousarray(np.where(known, values, 0.0).T)
    counted = np.ascontiguousarray(known.T.astype(np.float64))
    keep = 0.5 ** (1.0 / half)
    total, weight = np.zeros(len(values)), np.zeros(len(values))
    found = np.empty(added.shape)
    for day in range(len(added)):
        total = total * keep + added[day]
        weight = weight * keep + counted[day]
        found[day] = (total + prior(day)) / (weight + 1.0)
    return found.T


def _average(growth: Floats, half: float) -> Floats:
    known = ~np.isnan(growth)
    count = np.cumsum(known.sum(axis=0))
    total = np.cumsum(np.where(known, growth, 0.0).sum(axis=0))
    # As if twenty days of a plain bin had been seen first.
    fleet = (total + 20 * PLAIN_GROWTH) / (count + 20)
    return _running(growth, known, half, lambda day: float(fleet[day]))


def _shares(level: Floats, half: float) -> tuple[Floats, Floats, Floats]:
    """How often it was full, empty, and between."""
    known = ~np.isnan(level)
    full = _running((level >= 1.0).astype(float), known, half, lambda day: 0.1)
    empty = _running((level < KNOTS[1] / 2).astype(float), known, half, lambda day: 0.4)
    return full, empty, 1.0 - full - empty


def _cycles(slots: Slots, level: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Days since it fell, days of the last round and of the last ones, height when it fell."""
    bins, days = level.shape
    since, last, mean, height = (np.full((bins, days), np.nan) for _ in range(4))
    fell = np.full(bins, np.nan)
    round_, rounds, high = (np.full(bins, np.nan) for _ in range(3))
    for day in range(days):
        gone = slots.emptied[:, day]
        if gone.any():
            took = day - fell[gone]
            round_[gone] = np.where(np.isnan(took), round_[gone], took)
            rounds[gone] = np.where(np.isnan(rounds[gone]), took, 0.7 * rounds[gone] + 0.3 * took)
            top = level[gone, day - 1] if day else np.full(int(gone.sum()), np.nan)
            known = np.where(np.isnan(high[gone]), top, 0.7 * high[gone] + 0.3 * top)
            high[gone] = np.where(np.isnan(known), high[gone], known)
            fell[gone] = day
        since[:, day], last[:, day], mean[:, day], height[:, day] = day - fell, round_, rounds, high
    cap = 14.0
    return (
        np.minimum(np.nan_to_num(since, nan=3.0), cap) / cap,
        np.minimum(np.nan_to_num(last, nan=3.0), cap) / cap,
        np.minimum(np.nan_to_num(mean, nan=3.0), cap) / cap,
        np.nan_to_num(height, nan=0.7),
    )


def _by_weekday(growth: Floats, weekday: Integers) -> Floats:
    bins, days = growth.shape
    known = np.ascontiguousarray(~np.isnan(growth.T))
    added = np.where(known, growth.T, 0.0)
    total, count = np.zeros((7, bins)), np.zeros((7, bins))
    found = np.empty((days, 7, bins))
    for day in range(days):
        total[weekday[day]] += added[day]
        count[weekday[day]] += known[day]
        base = (total.sum(axis=0) + 3 * PLAIN_GROWTH) / (count.sum(axis=0) + 3)
        found[day] = (total + 5 * base) / (count + 5)
    return found.transpose(2, 0, 1)


def _lately(slots: Slots, expected: Floats, weekday: Integers) -> Floats:
    """Both counted up to what there was room for: of a bin that gets full nobody sees how much came
    in, so its mean growth alone is too small."""
    bins, days = slots.level.shape
    came, awaited = np.zeros((days, bins)), np.zeros((days, bins))
    for day in range(1, days):
        room = 1.0 - slots.level[:, day - 1]
        growth = slots.growth[:, day]
        seen = ~np.isnan(growth) & (room > 0) & ~slots.emptied[:, day]
        came[day, seen] = np.minimum(growth, room)[seen]
        awaited[day, seen] = np.minimum(expected[:, day - 1, weekday[day]], room)[seen]
    found = np.empty((days, bins, len(LATELY)))
    for place, half in enumerate(LATELY):
        keep = 0.5 ** (1.0 / half)
        one, other = np.zeros(bins), np.zeros(bins)
        for day in range(days):
            one, other = one * keep + came[day], other * keep + awaited[day]
            # As if half of a full bin had come as expected.
            found[day, :, place] = np.log((one + 0.5) / (other + 0.5))
    return found.transpose(1, 0, 2)


def _record(level: Floats, outcome: tuple[Integers, Integers]) -> Floats:
    """Each bin's own odds, by the band of its level, leaning on all bins' with eight days."""
    filled, until = (np.ascontiguousarray(part.T) for part in outcome)
    days, bins = filled.shape
    # Where each bin's band of each day stands in a table of bands and bins.
    place = np.ascontiguousarray(bands(level).argmax(axis=-1).T) * bins + np.arange(bins)
    open_, told = np.ascontiguousarray(level.T) < 1.0, ~np.isnan(np.ascontiguousarray(level.T))
    found = np.empty((len(LOOKS), days, bins))
    for at, ahead in enumerate(LOOKS):
        total, count = np.zeros(len(KNOTS) * bins), np.zeros(len(KNOTS) * bins)
        for day in range(days):
            if day >= ahead:
                then = day - ahead
                within = (filled[then] > 0) & (filled[then] <= ahead)
                # Only what this day itself has told: a gap may be explained later.
                known = open_[then] & (within | (told[day] & (until[then] > ahead)))
                total[place[then]] += within & known
                count[place[then]] += known
            fleet = (total.reshape(-1, bins).sum(axis=1) + 0.5) / (
                count.reshape(-1, bins).sum(axis=1) + 2.0
            )
            leaning = 8 * fleet[place[day] // bins]
            chance = (total[place[day]] + leaning) / (count[place[day]] + 8)
            found[at, day] = np.clip(chance, 0.01, 0.99)
    odds: Floats = np.log(found / (1.0 - found))
    return odds.transpose(2, 1, 0)
