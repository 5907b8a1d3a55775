# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0

from __future__ import annotations

import numpy as np
import pytest
from tests.support import town_bins
from tests.support.town_bins import BINS, DAY, FIRST

from kodeks.waste.engine.forecast.answers import Forecast, anchors, answer, quantiles
from kodeks.waste.engine.forecast.calendar import no_days
from kodeks.waste.engine.forecast.hazards import Hazards
from kodeks.waste.engine.forecast.history import History


def at(learned: Hazards, history: History, bins: list[int], day: int) -> Forecast:
    moments = np.full(len(bins), (FIRST + day) * DAY)
    return answer(learned, history, np.array(bins), moments, full=80.0, days=no_days)


def test_a_later_hour_is_never_less_likely_and_every_answer_is_a_chance(learned, town):
    found = at(learned, town_bins.history(town), list(range(BINS)), 95)
    assert ((found.chances >= 0) & (found.chances <= 1)).all()
    assert (np.diff(found.chances, axis=1) >= 0).all()
    assert (np.diff(found.hours, axis=1) >= 0).all()
    assert ((found.hours >= 0) & (found.hours <= 7 * 24)).all()


def test_a_bin_that_speaks_daily_is_full_after_whole_days(learned, town):
    found = at(learned, town_bins.history(town), list(range(BINS)), 95)
    assert (found.hours % 24 == 0).all()


def test_a_full_bin_is_full_now(learned, town):
    day = 90
    full = int(np.argmax(town[:, day] >= 80))
    found = at(learned, town_bins.history(town), [full], day)
    assert found.chances.tolist() == [[1.0] * 7]
    assert found.hours.tolist() == [[0.0] * 9]


def test_a_bin_that_nobody_knows_is_an_ordinary_one_and_not_empty(learned, town):
    found = at(learned, town_bins.history(town), [-1], 95)
    np.testing.assert_allclose(found.chances[0], learned.usual[:7])
    assert learned.usual[6] > 0.5


def test_what_has_not_been_told_since_yesterday_is_older_and_so_fuller(learned, town):
    """A sensor that falls silent is not taken for an empty bin."""
    day = 95
    silent = town[:, : day + 1].copy()
    low = [one for one in range(BINS) if town[one, day - 2] < 40]
    silent[low, day - 1 :] = np.nan
    before = at(learned, town_bins.history(town[:, : day - 1]), low, day - 2)
    after = at(learned, town_bins.history(silent), low, day)
    np.testing.assert_allclose(after.chances[:, :5], before.chances[:, 2:])
    assert (after.chances[:, 0] >= before.chances[:, 0]).all()


def test_after_four_days_of_silence_it_is_unknown(learned, town):
    day = 95
    silent = town[:, : day + 1].copy()
    silent[3, day - 4 :] = np.nan
    found = at(learned, town_bins.history(silent), [3], day)
    np.testing.assert_allclose(found.chances[0], learned.usual[:7])


def test_what_comes_after_the_moment_changes_nothing(learned, town):
    other = np.concatenate([town[:, :91], town_bins.levels(seed=5)[:, 91:]], axis=1)
    one = at(learned, town_bins.history(town), list(range(BINS)), 90)
    another = at(learned, town_bins.history(other), list(range(BINS)), 90)
    np.testing.assert_array_equal(one.chances, another.chances)
    np.testing.assert_array_equal(one.hours, another.hours)


def test_moments_are_answered_each_by_itself(learned, town):
    known = town_bins.history(town)
    moments = (FIRST + np.array([85, 92, 99])) * DAY + np.array([0, 3_600, 0])
    bins = np.array([1, 2, 3])
    together = answer(learned, known, bins, moments, full=80.0, days=no_days)
    for place in range(3):
        one = slice(place, place + 1)
        alone = answer(learned, known, bins[one], moments[one], full=80.0, days=no_days)
        np.testing.assert_allclose(together.chances[one], alone.chances)


def test_many_moments_of_the_day_count_as_their_hour():
    few = np.array([0, 61, DAY + 61])
    assert anchors(few).tolist() == [0, 61, 61]
    many = np.arange(0, DAY, 1_000)
    assert anchors(many).tolist() == (many // 3_600 * 3_600).tolist()


def test_quantiles_of_a_chance_that_is_even_over_the_week():
    even = np.arange(1, 8)[None] / 7
    found = quantiles(even, np.full(24, 1 / 24))
    np.testing.assert_allclose(found[0], 168 * np.arange(1, 10) / 10, atol=1.0)


@pytest.mark.parametrize("into", [np.eye(24)[23], np.full(24, 1 / 24)])
def test_a_bin_that_cannot_get_full_has_hours_all_the_same(into):
    found = quantiles(np.zeros((1, 7)), into)
    assert np.isfinite(found).all()
