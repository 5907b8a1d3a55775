# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0

from __future__ import annotations

import numpy as np
import pytest
from tests.support import town_bins
from tests.support.town_bins import BINS, DAY, FIRST

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.forecast.answers import UNKNOWN
from kodeks.waste.engine.forecast.forest import LEVELS
from kodeks.waste.engine.forecast.rounds import Rounds, coming, past
from kodeks.waste.engine.forecast.visits import Visits
from kodeks.waste.engine.training.rolling import forecast
from kodeks.waste.engine.training.visits import learn


@pytest.fixture(scope="module")
def rounds() -> Rounds:
    return past(town_bins.rounds())


def part(rounds: Rounds, which: slice) -> Rounds:
    return Rounds(rounds.signs[which], rounds.fill[which], rounds.end[which])


@pytest.fixture(scope="module")
def model(rounds: Rounds) -> Visits:
    return learn(part(rounds, slice(0, 400)))


def test_rounds_to_come_have_the_signs_that_they_have_when_they_are_over(rounds):
    history = town_bins.rounds()
    bins = history.at[1:]
    same = bins == history.at[:-1]
    found = coming(history, bins[same], history.time[:-1][same], history.time[1:][same])
    order = np.argsort(history.time[1:][same], kind="stable")
    np.testing.assert_allclose(found[order], rounds.signs)
    np.testing.assert_array_equal(history.level[1:][same][order], rounds.fill)


def test_answers_are_sharper_than_the_fills_as_they_come(rounds, model):
    new = part(rounds, slice(400, None))
    plain = np.tile(np.quantile(rounds.fill[:400], LEVELS), (len(new.fill), 1))
    assert crps(model.quantiles(new.signs), new.fill) < 0.8 * crps(plain, new.fill)


def crps(answers: np.ndarray, fill: np.ndarray) -> float:
    apart = fill[:, None] - answers
    return float(np.maximum(LEVELS * apart, (LEVELS - 1) * apart).mean())


def test_the_inner_eighty_per_cent_hold_about_eighty(rounds, model):
    new = part(rounds, slice(400, None))
    found = model.quantiles(new.signs)
    inside = (new.fill >= found[:, 1]) & (new.fill <= found[:, 17])
    assert 0.7 < inside.mean() < 0.9


def test_quantiles_rise_and_are_percentages(rounds, model):
    found = model.quantiles(rounds.signs)
    assert (np.diff(found, axis=1) >= 0).all()
    assert ((found >= 0) & (found <= 100)).all()


def test_the_chance_is_that_of_the_quantiles(rounds, model):
    chance = model.chance(rounds.signs, 70.0)
    below = (model.quantiles(rounds.signs) < 70.0).mean(axis=1)
    assert np.abs(1.0 - below - chance).max() < 0.06


def test_chances_rise_with_the_hours_and_a_new_bin_has_an_answer():
    history = town_bins.rounds()
    bins = np.array([0, 1, 2, -1])
    moments = np.full(4, int(np.quantile(history.time, 0.7)))
    found = forecast(history, bins, moments, visits=moments + 2 * DAY, full=80.0)
    assert (np.diff(found.chances, axis=1) >= 0).all()
    assert ((found.hours >= 6) & (found.hours <= 168)).all()
    assert np.isfinite(found.levels).all()
    assert found.age.tolist() == [0, 0, 0, UNKNOWN]


def test_what_comes_after_the_moment_changes_nothing():
    history = town_bins.rounds()
    moment = int(np.quantile(history.time, 0.7))
    bins, moments = np.arange(BINS), np.full(BINS, moment)
    one = forecast(history, bins, moments, visits=moments + DAY)
    another = forecast(history.before(moment + 1), bins, moments, visits=moments + DAY)
    np.testing.assert_array_equal(one.chances, another.chances)
    np.testing.assert_array_equal(one.levels, another.levels)


def test_too_few_rounds_are_said():
    history = town_bins.rounds(count=4)
    moments = np.array([(FIRST + 100) * DAY])
    with pytest.raises(WasteError, match="kun 48 tømninger"):
        forecast(history, np.array([0]), moments, visits=moments)
