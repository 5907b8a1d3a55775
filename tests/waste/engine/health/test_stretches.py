# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What speaks against a bin, added up: one sign is not enough, several are."""

from __future__ import annotations

import numpy as np
import pytest
from tests.support.sensor_town import DAY, HOUR, START

from kodeks.waste.engine.health.judging import judge
from kodeks.waste.engine.health.readings import Series

DAYS = 24
SEEN = np.random.default_rng(9).normal(0, 2.0, DAYS * 24)


def filling(daily: float = 36.0, *, every: int = 2) -> np.ndarray:
    """A bin by the hour, filled by day and emptied whole at eight on each second day."""
    level, levels = 0.0, []
    for hour in range(DAYS * 24):
        level += daily / 16 if 6 <= hour % 24 < 22 else 0.0
        if hour % (24 * every) == 8:
            level = 1.0
        levels.append(level)
    return np.array(levels)


def told(level: np.ndarray) -> list[tuple[str, float, float]]:
    time = START + np.arange(level.size, dtype=np.int64) * HOUR
    seen = np.clip((level + SEEN[: level.size]).round(1), 0, 100)
    health = judge(Series(time, seen))
    end = START + level.size * HOUR
    return [
        (one.kind, (one.begin - START) / DAY, ((one.end or end) - START) / DAY)
        for one in health.faults
    ]


def test_a_bin_that_does_what_it_does_every_day_is_left_alone():
    assert told(filling()) == []


def test_paper_across_from_an_emptying_on_is_told_by_the_rise_and_by_what_does_not_come():
    level = filling()
    across = slice(10 * 24 + 10, 12 * 24)
    level[across] = np.maximum(level[across], 52.0)
    ((kind, begin, end),) = told(level)
    assert kind == "bridge"
    assert begin == pytest.approx(10 + 10 / 24, abs=2 / 24)
    assert end > 11


def test_a_lean_that_no_sensor_tells_of_is_told_by_its_end_and_by_what_does_not_come():
    level = filling(every=3)
    level[10 * 24 + 15 : 13 * 24 + 12] = 25.0
    found = told(level)
    assert [kind for kind, *_ in found] == ["tilt"]
    assert found[0][1] == pytest.approx(10 + 15 / 24, abs=3 / 24)


def test_a_large_bag_alone_is_no_fault_where_the_bin_goes_on_filling():
    level = filling(every=3)
    bag = slice(10 * 24, 12 * 24 + 8)
    level[bag] += 22.0
    assert told(level) == []


def test_a_quiet_day_alone_is_no_fault():
    level = filling(every=4)
    level[9 * 24 : 12 * 24 + 8] = np.minimum(level[9 * 24 : 12 * 24 + 8], level[9 * 24])
    level[10 * 24 : 12 * 24 + 8] += level[10 * 24 : 12 * 24 + 8] - level[9 * 24]
    assert [kind for kind, *_ in told(level)] == []


def test_low_echoes_are_told_as_no_bin_is_emptied_so_often():
    level = filling(48.0)
    draw = np.random.default_rng(4)
    wild = slice(11 * 24 + 9, 12 * 24 + 9)
    level[wild] = np.clip(12.0 + draw.normal(0, 14.0, 24), 0, 40)
    found = told(level)
    assert [kind for kind, *_ in found] == ["liquid"]
    assert 11 < found[0][1] < 12


def test_a_bottom_that_creeps_is_told_through_a_partial_emptying():
    level = filling()
    days = np.arange(level.size) / 24
    level[10 * 24 + 8 : 12 * 24 + 8] += 28.0
    level += np.clip(days - 12.0, 0, None) * 3.0
    kinds = {kind for kind, *_ in told(level)}
    assert "drift" in kinds
    flat = filling()
    flat[10 * 24 + 8 : 12 * 24 + 8] += 28.0
    assert told(flat) == []


def test_three_single_spikes_in_an_afternoon_are_no_fault():
    level = filling(daily=20.0, every=4)
    for hour, odd in ((9 * 24 + 12, 2.0), (9 * 24 + 15, 95.0), (9 * 24 + 18, 1.0)):
        level[hour] = odd
    assert told(level) == []


def test_paper_that_falls_across_an_hour_after_the_emptying_is_told():
    """One reading at the bottom is all that is seen of the emptying."""
    level = filling()
    across = slice(10 * 24 + 9, 12 * 24)
    level[across] = np.maximum(level[across], 55.0)
    (found,) = told(level)
    assert found[0] == "bridge"
    assert found[1] == pytest.approx(10 + 9 / 24, abs=2 / 24)


def test_echoes_that_reach_the_bottom_each_time_are_told():
    level = filling(60.0)
    wild = slice(11 * 24 + 10, 12 * 24)
    level[wild] = np.resize([56.0, 4, 44, 3, 29, 2, 38, 0, 31, 3], 14)
    found = told(level)
    assert [kind for kind, *_ in found] == ["liquid"]
    assert 11.2 < found[0][1] < 11.8
