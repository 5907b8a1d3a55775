# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a sensor is worth, and what each kind of sensor did."""

from __future__ import annotations

import numpy as np
import pytest
from tests.support.sensor_town import START

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.forecast.history import History
from kodeks.waste.engine.forecast.slots import DAY, Slots, slots
from kodeks.waste.engine.health.judging import judge
from kodeks.waste.engine.health.lessons import lessons
from kodeks.waste.engine.health.readings import Series
from kodeks.waste.engine.health.worth import worth

DAYS = 240


def two_bins() -> Slots:
    """One fills in three days and is emptied on the fourth, always; one as it pleases."""
    draw = np.random.default_rng(3)
    even = np.tile([0.0, 30.0, 60.0, 90.0], DAYS // 4)
    level, odd = 0.0, []
    for _ in range(DAYS):
        level = (
            0.0 if level >= 80 and draw.random() < 0.7 else min(level + draw.choice([0, 50]), 100)
        )
        odd.append(level)
    names = ["even"] * DAYS + ["odd"] * DAYS
    time = [START + day * DAY for day in range(DAYS)] * 2
    history = History.of(bins=names, time=time, level=[*even, *odd])
    return slots(history, anchor=0, until=max(time), full=80.0)


def test_a_bin_that_fills_evenly_needs_no_sensor_and_one_that_does_not_does():
    grid = two_bins()
    sure = np.full(grid.level.shape, np.nan)
    full = np.nan_to_num(grid.level) >= 1.0
    # A sensor that knows all: a forecast can be no better.
    sure[:, :-1] = full[:, :-1] | full[:, 1:]
    found = worth(grid, chances=sure, since=120)
    even, odd = 0, 1
    assert found.gain[even] < 0.02 < found.gain[odd]
    assert found.needed.tolist() == [False, True]
    assert "næsten lige så god" in found.reason(even)
    assert found.reason(odd) == "Måleren gør prognosen klart bedre."
    # With forecasts that know nothing it is not needed either.
    assert not worth(grid, chances=np.full(sure.shape, 0.5), since=120).needed.any()


def test_what_comes_after_changes_nothing_of_what_was_known_before():
    grid = two_bins()
    chances = np.full(grid.level.shape, 0.5)
    part = chances.copy()
    part[:, 150:] = np.nan
    other = Slots(**(vars(grid) | {"level": np.where(np.arange(grid.days) > 160, 1.0, grid.level)}))
    first, second = (worth(one, chances=part, since=120) for one in (grid, other))
    assert first.without.tolist() == second.without.tolist()


def test_too_few_days_say_nothing():
    grid = two_bins()
    found = worth(grid, chances=np.full(grid.level.shape, 0.5), since=grid.days - 10)
    assert not found.needed.any()
    assert "for få dage" in found.reason(0)
    with pytest.raises(WasteError):
        worth(grid, chances=np.zeros((1, 1)), since=3)


def test_lessons_of_a_kind_of_sensor():
    hours = np.arange(240, dtype=np.int64)
    draw = np.random.default_rng(4)
    level = np.clip(30 + draw.normal(0, 3, 240), 0, 100)
    level[100:148] = np.nan
    counter = hours.copy()
    counter[200:] += 10
    series = Series(
        START + hours * 3600,
        level,
        battery=100 - hours / 24.0,
        session=np.ones(240, dtype=np.int64),
        counter=counter,
    )
    plain = Series(series.time, np.clip(30 + draw.normal(0, 3, 240), 0, 100))
    told = [("x", series, judge(series)), ("x", plain, judge(plain)), ("y", plain, judge(plain))]
    one, other = lessons(told)
    assert (one.sensor, one.bins, one.kept, one.lost) == ("x", 2, 240, 10)
    assert one.days == pytest.approx(2 * 239 / 24)
    assert dict(one.faults) == {"drop-out": 1}
    assert one.unknown == pytest.approx(49 / 478, abs=0.003)
    assert one.share_lost == 10 / 250
    assert one.yearly == pytest.approx(365, rel=0.02)
    assert one.battery == pytest.approx(90, abs=0.1)
    assert (other.share_lost, other.battery, other.faults_a_year) == (None, None, 0.0)
