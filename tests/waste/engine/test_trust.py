# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Forecasts of the past read only what could be trusted then."""

from __future__ import annotations

import numpy as np
from tests.support import town_bins
from tests.support.town_bins import BINS, DAY, FIRST

from kodeks.waste.engine.forecast.answers import UNKNOWN
from kodeks.waste.engine.forecast.history import History
from kodeks.waste.engine.forecast.models import forecast
from kodeks.waste.engine.health.judging import judge
from kodeks.waste.engine.health.readings import Series
from kodeks.waste.engine.training import rolling
from kodeks.waste.engine.training.refitting import refit
from kodeks.waste.engine.trust import UNJUDGED, Judged

HOUR = 3_600
BEGIN, DAYS = FIRST * DAY, 40


def hourly(seed: int, *, stuck: tuple[int, int] | None = None) -> Series:
    """A bin that fills evenly with noise; its sensor stays where it is between two days."""
    draw = np.random.default_rng(seed)
    time = BEGIN + np.arange(DAYS * 24, dtype=np.int64) * HOUR
    true = np.cumsum(draw.gamma(2.0, 0.7, time.size))
    level = np.clip(true % 90 + draw.normal(0, 2.0, time.size), 0, 100).round(1)
    if stuck:
        during = slice(stuck[0] * 24, stuck[1] * 24)
        level[during] = level[stuck[0] * 24]
    return Series(time=time, level=level)


def town() -> tuple[dict[str, Series], History]:
    series = {town_bins.name(one): hourly(one) for one in range(3)}
    series[town_bins.name(3)] = hourly(3, stuck=(30, 36))
    history = History.of(
        bins=[name for name, one in series.items() for _ in one.time],
        time=np.concatenate([one.time for one in series.values()]).tolist(),
        level=np.concatenate([one.level for one in series.values()]).tolist(),
    )
    return series, history


def test_each_moment_reads_what_could_be_trusted_then_and_no_more():
    series, history = town()
    trust = Judged(series)
    days = np.array([29, 31, 34, 35, 38])
    moments = BEGIN + days * DAY
    bins = np.full(len(days), 3)
    met = np.zeros(len(days), bool)
    for here, known in trust.parts(history, bins, moments):
        for place in here.tolist():
            met[place] = True
            moment = int(moments[place])
            whole = series[town_bins.name(3)]
            then = whole.time <= moment
            expected = judge(Series(time=whole.time[then], level=whole.level[then]), now=moment)
            found = known.level[(known.at == 3) & (known.time <= moment)]
            np.testing.assert_array_equal(np.isnan(found), np.isnan(expected.level))
    assert met.all()
    # It is seen while it lasts, from its beginning.
    ((_, known),) = trust.parts(history, bins[2:3], moments[2:3])
    during = (known.at == 3) & (known.time > BEGIN + 30 * DAY)
    assert np.isnan(known.level[during]).all()


def test_without_a_judgement_all_levels_are_read_at_once():
    _, history = town()
    moments = BEGIN + np.array([30, 20]) * DAY
    ((here, known),) = UNJUDGED.parts(history, np.array([0, 1]), moments)
    assert here.tolist() == [0, 1]
    assert known.time.max() == moments[0]
    assert not list(UNJUDGED.parts(history, np.zeros(0, np.int64), np.zeros(0, np.int64)))


def test_what_is_learned_from_is_what_was_trusted_before():
    series, history = town()
    before = Judged(series).before(history, BEGIN + 35 * DAY)
    assert before.time.max() < BEGIN + 35 * DAY
    late = (before.time >= BEGIN + 32 * DAY) & (before.time < BEGIN + 35 * DAY)
    assert np.isnan(before.level[late & (before.at == 3)]).all()
    assert np.isfinite(before.level[late & (before.at == 0)]).all()


def test_rolling_answers_are_those_of_each_moment_by_itself():
    """A town with a sensor that stands for weeks: taken together or alone, the answer is one."""
    levels = town_bins.levels()
    levels[2, 60:] = levels[2, 60]
    history = town_bins.history(levels)
    series = {
        town_bins.name(one): Series(
            time=(FIRST + np.arange(levels.shape[1])) * DAY, level=levels[one]
        )
        for one in range(BINS)
    }
    trust = Judged(series)
    days = np.array([80, 84, 84, 90, 95])
    bins, moments = np.array([2, 2, 5, 2, 2]), (FIRST + days) * DAY
    # Learned once for all of them, so that the answers are of one model.
    found = rolling.forecast(history, bins, moments, trust=trust, refit=28)
    model = refit(trust.before(history, int(moments[0])), until=int(moments[0]), levels=False)
    for place in range(len(days)):
        one = slice(place, place + 1)
        ((_, known),) = trust.parts(history, bins[one], moments[one])
        alone = forecast(model, known, bins[one], moments[one])
        np.testing.assert_allclose(found.chances[one], alone.chances)
        assert found.age[place] == alone.age[0]
    # That it stands is believed for three weeks.
    assert found.age.tolist() == [0, UNKNOWN, 0, UNKNOWN, UNKNOWN]
