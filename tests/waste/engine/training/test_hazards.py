# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0

from __future__ import annotations

import numpy as np
import pytest
from tests.support import town_bins
from tests.support.town_bins import BINS, DAY, DAYS, FIRST

from kodeks.statistics.calibration import expected_error
from kodeks.waste.engine.errors import TooLittle, WasteError
from kodeks.waste.engine.forecast.calendar import no_days
from kodeks.waste.engine.forecast.hazards import Hazards
from kodeks.waste.engine.forecast.history import History
from kodeks.waste.engine.forecast.outcomes import outcomes
from kodeks.waste.engine.forecast.signs import signs
from kodeks.waste.engine.forecast.slots import slots
from kodeks.waste.engine.training.hazards import exposure, learn
from kodeks.waste.engine.training.rolling import forecast


def asked(levels: np.ndarray, since: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bins and days that are not full, and whether they are full on the day after."""
    bins, days = np.nonzero(levels[:, since : DAYS - 1] < 80)
    days = days + since
    return bins, days, levels[bins, days + 1] >= 80


def test_forecasts_are_better_than_the_share_and_calibrated(town):
    bins, days, full = asked(town, 80)
    # Emptied before it is told: nobody knows whether it would have been full.
    known = full | (town[bins, days + 1] >= town[bins, days] - 15)
    moments = (FIRST + days) * DAY
    found = forecast(town_bins.history(town), bins, moments, full=80.0)
    chance, happened = found.chances[known, 0], full[known]
    share = happened.mean()
    assert ((chance - happened) ** 2).mean() < 0.75 * share * (1 - share)
    assert expected_error(chance, happened) < 0.08


def test_nothing_learned_or_answered_knows_what_came_after_the_moment(town):
    """The readings after the last moment are another town's."""
    last = 95
    other = np.concatenate([town[:, : last + 1], town_bins.levels(seed=7)[:, last + 1 :]], axis=1)
    bins = np.tile(np.arange(BINS), 2)
    moments = (FIRST + np.repeat([85, last], BINS)) * DAY
    one = forecast(town_bins.history(town), bins, moments, full=80.0, refit=7)
    another = forecast(town_bins.history(other), bins, moments, full=80.0, refit=7)
    np.testing.assert_array_equal(one.chances, another.chances)
    np.testing.assert_array_equal(one.hours, another.hours)


@pytest.mark.parametrize("each", [1, 24])
def test_an_emptying_is_neither_slow_nor_quick_filling(each):
    """Crews that look at nothing leave the chance where it is, with one reading a day or many."""
    draw = np.random.default_rng(4)
    count, hazard, visits = 3_000, 0.2, 0.3
    # Hours until full and until somebody comes, each as likely at any time.
    filled = np.ceil(-24 * np.log(draw.random(count)) / -np.log(1 - hazard) * each / 24)
    gone = np.ceil(-24 * np.log(draw.random(count)) / -np.log(1 - visits) * each / 24)
    readings = np.arange(4 * each + 1)
    levels = np.where(readings[None] < filled[:, None], 50.0, 100.0)
    levels[readings[None] >= gone[:, None]] = 0.0
    at, when = np.nonzero(levels >= 0)
    history = History.of(
        bins=[f"b{one:04d}" for one in at],
        time=(when * (DAY // each)).tolist(),
        level=levels[at, when].tolist(),
    )
    grid = slots(history, anchor=0, until=4 * DAY, full=80.0)
    found = outcomes(grid)
    bins, days = np.arange(count), np.zeros(count, np.int64)
    for step in (1, 2):
        seen = exposure(grid, found, bins, days, step)
        share = (found[0][bins, days] == step).sum() / seen.sum()
        assert share == pytest.approx(hazard, abs=0.02)


def test_a_holiday_that_is_known_beforehand_is_learned(town):
    """On days that are told of, twice as much comes in."""
    draw = np.random.default_rng(6)
    busy = draw.random(DAYS + 20) < 0.25
    level, found = np.zeros(BINS), np.empty((BINS, DAYS))
    for day in range(DAYS):
        level = np.minimum(level + (3.0 if busy[day] else 1.0) * draw.gamma(6.0, 2.0, BINS), 100.0)
        found[:, day] = np.round(level)
        level[level >= 80] = 0.0

    def known(bins: np.ndarray, days: np.ndarray) -> np.ndarray:
        # Rubbish of the day before midnight is told at midnight.
        place = np.clip(days + 1 - FIRST, 0, len(busy) - 1)
        return busy[place][:, None].astype(float)

    until = (FIRST + DAYS - 1) * DAY
    grid = slots(town_bins.history(found), anchor=0, until=until, full=80.0)
    model = learn(grid, known)
    place = 7 + 8 + 7 + 4 + 14 + 3 + 5
    assert model.coefficients[place] > 0.1
    assert learn(grid, no_days).coefficients.shape == (len(model.coefficients) - 1,)


def test_what_all_bins_do_lately_moves_the_odds(learned, town):
    """In the last weeks no bin got full: the days to come are slower too."""
    until = (FIRST + 80) * DAY
    slow = town.copy()
    for day in range(58, 80):
        # None gets full any more.
        slow[:, day] = np.where(town[:, day] >= 80, 70.0, town[:, day])
    model = learn(
        slots(town_bins.history(slow).before(until), anchor=0, until=until, full=80.0), no_days
    )

    def first_day(which: Hazards) -> float:
        grid = slots(town_bins.history(town).before(until), anchor=0, until=until, full=80.0)
        past = signs(grid, outcomes(grid))
        bins = np.flatnonzero(grid.level[:, 60] < 1.0)
        days = np.full(len(bins), 60)
        return float(1 - which.unfilled(grid, past, bins, days, no_days, steps=1).mean())

    assert first_day(model) < first_day(learned) - 0.03


def test_the_same_readings_give_the_same_model(town, learned):
    until = (FIRST + 80) * DAY
    known = town_bins.history(town).before(until)
    again = learn(slots(known, anchor=0, until=until, full=80.0), no_days)
    np.testing.assert_array_equal(learned.coefficients, again.coefficients)


def test_too_little_is_said(town):
    until = (FIRST + 15) * DAY
    known = town_bins.history(town).before(until)
    with pytest.raises(WasteError, match="for få målinger"):
        learn(slots(known, anchor=0, until=until, full=80.0), no_days)


def test_bins_that_are_all_full_the_next_day_teach_too_little():
    """Nothing tells one day's chance from another's."""
    levels = np.tile([30.0, 90.0], (BINS, DAYS // 2))
    known = slots(town_bins.history(levels), anchor=0, until=(FIRST + DAYS) * DAY, full=80.0)
    with pytest.raises(TooLittle, match="ikke alle på et døgn"):
        learn(known, no_days)
