# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A rise is held against what comes at its hour, on such a day, in such bites."""

from __future__ import annotations

import numpy as np
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


def kinds(level: np.ndarray, temperature: np.ndarray | None = None) -> set[str]:
    time = START + np.arange(level.size, dtype=np.int64) * HOUR
    seen = np.clip((level + SEEN[: level.size]).round(1), 0, 100)
    return {one.kind for one in judge(Series(time, seen, temperature)).faults}


def test_paper_across_in_a_bin_that_is_full_and_then_emptied_is_told_by_its_rise_alone():
    level = filling()
    across = slice(10 * 24 + 20, 12 * 24 + 8)
    level[across] = np.maximum(level[across], 96.0)
    assert kinds(level) & {"bridge", "blocked"}


def test_a_bin_that_takes_bags_is_not_told_of_one_more():
    draw, level = np.random.default_rng(3), 0.0
    levels = []
    for hour in range(DAYS * 24):
        if 6 <= hour % 24 < 22 and draw.random() < 0.12:
            level += draw.uniform(12, 32)
        if hour % 24 == 8:
            level = 1.0
        levels.append(min(level, 98.0))
    assert kinds(np.array(levels)) == set()


def test_two_odd_readings_in_a_row_are_no_rise():
    level = filling(daily=20.0, every=4)
    level[9 * 24 + 12 : 9 * 24 + 14] += 30.0
    assert kinds(level) == set()


def test_a_small_swing_is_told_on_days_on_which_the_sun_is_on_the_lid():
    level = filling(daily=20.0, every=4) + 20.0
    time = START + np.arange(level.size, dtype=np.int64) * HOUR
    noon = np.cos((time % DAY / HOUR - 14) / 12 * np.pi)
    days = slice(12 * 24, 17 * 24)
    cool = 14 + 4 * noon
    hot = cool.copy()
    hot[days] += 14 * np.clip(noon[days], 0, None)
    seen = level.copy()
    seen[days] += 0.5 * (hot[days] - 14)
    assert "thermal" in kinds(seen, hot)
