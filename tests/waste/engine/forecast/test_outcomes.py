# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What became of each day, held against a slow reckoning by the readings themselves."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kodeks.waste.engine.forecast.history import History
from kodeks.waste.engine.forecast.outcomes import hours_into, outcomes
from kodeks.waste.engine.forecast.slots import slots

DAY = 86_400
LEVELS = st.lists(
    st.one_of(st.just(math.nan), st.sampled_from([0.0, 20.0, 40.0, 60.0, 80.0, 100.0])),
    min_size=1,
    max_size=30,
)


def daily(levels: list[float]) -> History:
    return History.of(bins=["a"] * len(levels), time=np.arange(len(levels)) * DAY, level=levels)


def slowly(levels: list[float], day: int, horizon: int) -> tuple[int, int]:
    before = next((one for one in reversed(levels[: day + 1]) if not math.isnan(one)), None)
    sure = 1
    for ahead, level in enumerate(levels[day + 1 : day + 1 + horizon], start=1):
        if math.isnan(level):
            continue
        if before is not None and level < before - 15:
            return 0, sure
        if level >= 80:
            return ahead, ahead
        before, sure = level, ahead + 1
    return 0, sure


@given(LEVELS)
def test_each_day_is_as_a_person_would_reckon_it(levels):
    grid = slots(daily(levels), anchor=0, until=(len(levels) - 1) * DAY, full=80.0)
    filled, until = outcomes(grid, horizon=5)
    found = list(zip(filled[0].tolist(), until[0].tolist(), strict=True))
    assert found == [slowly(levels, day, 5) for day in range(len(levels))]


def test_full_and_emptied_on_one_day_counts_by_what_came_first():
    hours = [0, 20, 22, 30, 40, 46]
    said = [10.0, 90.0, 5.0, 6.0, 0.0, 85.0]
    found = History.of(bins=["a"] * 6, time=[one * 3_600 for one in hours], level=said)
    grid = slots(found, anchor=0, until=2 * DAY, full=80.0)
    filled, _ = outcomes(grid)
    assert filled[0].tolist() == [1, 1, 0]
    found = History.of(bins=["a"] * 3, time=[0, 3_600, 7_200], level=[50.0, 10.0, 95.0])
    grid = slots(found, anchor=0, until=DAY, full=80.0)
    assert outcomes(grid)[0].tolist() == [[0, 0]]


def test_a_bin_that_speaks_daily_gets_full_at_the_day_s_end():
    grid = slots(daily([0.0, 90.0, 0.0, 85.0]), anchor=0, until=3 * DAY, full=80.0)
    assert hours_into(grid).tolist() == [0.0] * 23 + [1.0]
    assert hours_into(slots(daily([0.0]), anchor=0, until=0, full=80.0)).sum() == 1.0
