# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import town_bins
from tests.support.town_bins import DAY, FIRST

from kodeks.waste.engine.forecast.history import History
from kodeks.waste.engine.forecast.outcomes import outcomes
from kodeks.waste.engine.forecast.signs import OLDEST, Signs, bands, signs
from kodeks.waste.engine.forecast.slots import Slots, slots


def of(levels: np.ndarray) -> tuple[Slots, Signs]:
    until = (FIRST + levels.shape[1] - 1) * DAY
    grid = slots(town_bins.history(levels), anchor=0, until=until, full=80.0)
    return grid, signs(grid, outcomes(grid))


@pytest.mark.parametrize("day", [0, 1, 40, 70])
def test_no_sign_of_a_day_knows_what_came_later(town, day):
    """The rest of time is replaced by another town's, with holes in it."""
    other = town_bins.levels(seed=9)
    other[np.random.default_rng(3).random(other.shape) < 0.3] = np.nan
    changed = np.concatenate([town[:, : day + 1], other[:, day + 1 :]], axis=1)
    _, before = of(town)
    _, after = of(changed)
    for part in ("level", "age", "plain", "record", "weekday", "recent", "lately"):
        one, another = (getattr(each, part)[:, : day + 1] for each in (before, after))
        np.testing.assert_array_equal(one, another, err_msg=part)


def test_a_level_is_carried_three_days_and_then_unknown(town):
    holed = town[:, :20].copy()
    holed[2, 10:16] = np.nan
    _, found = of(holed)
    assert found.age[2, 9:17].tolist() == [0, 1, 2, 3, *found.age[2, 13:16].tolist(), 0]
    known = ~np.isnan(found.level[2])
    assert known[: 10 + OLDEST].all()
    assert not known[10 + OLDEST : 16].any()
    assert known[16:].all()


@given(st.floats(-1, 2))
def test_the_bands_of_a_level_add_up_to_one(level):
    found = bands(np.array([level]))
    assert found.sum() == pytest.approx(1.0)
    assert (found >= 0).all()


def test_a_day_s_growth_is_what_came_in_and_an_emptying_hides_it():
    hours = [0, 6, 12, 18, 24, 48]
    found = History.of(
        bins=["a"] * 6,
        time=[one * 3_600 for one in hours],
        level=[0.0, 8.0, 16.0, 0.0, 8.0, 40.0],
    )
    grid = slots(found, anchor=0, until=2 * DAY, full=80.0)
    assert np.isnan(grid.growth[0, 0])
    assert grid.growth[0, 1:].tolist() == pytest.approx([0.3, 0.4])
    assert grid.emptied[0].tolist() == [False, True, False]


def test_a_day_that_ends_at_midnight_has_the_weekday_of_what_it_covers():
    grid = slots(town_bins.history(town_bins.levels()[:, :9]), anchor=0, until=FIRST * DAY, full=80)
    day_before = dt.date(1970, 1, 1) + dt.timedelta(FIRST - 1)
    assert grid.weekday(np.array([0])).tolist() == [day_before.weekday()]


def test_what_came_lately_is_beside_what_was_expected_and_a_full_bin_is_not_a_slow_one():
    """The one bin fills as ever, and its last day is cut off as it is full; the other twice as
    quickly since day 40."""
    as_ever = np.tile([0.0, 32.0, 64.0, 80.0], 15)
    quicker = np.concatenate(
        [np.tile([0.0, 16.0, 32.0, 48.0], 10), np.tile([0.0, 32.0, 64.0, 80.0], 5)]
    )
    _, found = of(np.stack([as_ever, quicker]))
    mean = found.plain[0, 39, :4]
    assert (mean < 0.4).all()
    assert (found.lately[0, 39] > 0).all()
    assert np.abs(found.lately[1, 39]).max() < 0.1
    assert (found.lately[1, 59] > found.lately[1, 39] + 0.1).all()
