# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Calibration with replay, and emptyings, through the engine's public door."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.health.calibration import Version, replayed
from kodeks.waste.engine.health.emptyings import emptyings
from kodeks.waste.engine.health.readings import Levels

HOUR = 3600


def series(*levels: float) -> Levels:
    return Levels(np.arange(len(levels), dtype=np.int64) * HOUR, np.array(levels, dtype=np.float64))


def test_a_reading_is_read_under_the_version_of_its_own_time():
    time, raw = np.array([0, 99, 100], dtype=np.int64), np.array([600.0, 600.0, 600.0])
    versions = [Version(100, 1200, 0), Version(50, 1000, 200)]
    level = replayed(time=time, raw=raw, versions=versions)
    assert np.isnan(level[0])
    assert level[1:] == pytest.approx([50.0, 50.0])
    assert replayed(time=time, raw=raw, versions=[Version(0, 800, 0)]) == pytest.approx([25.0] * 3)
    assert raw.tolist() == [600.0] * 3


def test_edinburghs_hundred_is_eighty():
    level = replayed(time=np.array([1]), raw=np.array([100.0]), versions=[Version(0, 0, 125)])
    assert level == pytest.approx([80.0])


@given(st.lists(st.floats(0, 2000), min_size=2, max_size=30))
def test_a_longer_distance_never_gives_a_higher_level(distances):
    raw = np.sort(np.array(distances))
    level = replayed(
        time=np.zeros(raw.size, dtype=np.int64), raw=raw, versions=[Version(0, 1200, 150)]
    )
    assert np.all(np.diff(level) <= 0)


def test_versions_that_cannot_be_used_are_refused():
    with pytest.raises(WasteError):
        Version(0, 5, 5)
    with pytest.raises(WasteError):
        replayed(
            time=np.array([1]), raw=np.array([1.0]), versions=[Version(0, 9, 1), Version(0, 8, 1)]
        )


def test_an_emptying_is_found_and_an_odd_reading_is_not():
    found = emptyings(series(40, 50, 60, 70, np.nan, 5, 6, 7, 8))
    assert [(one.last_full, one.first_empty, one.whole) for one in found] == [
        (3 * HOUR, 5 * HOUR, True)
    ]
    assert not emptyings(series(40, 42, 44, 2, 46, 48, 50))


def test_a_partial_emptying_is_told_from_a_whole_one():
    (one,) = emptyings(series(70, 72, 74, 76, 40, 41, 43, 44))
    assert not one.whole


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=40))
def test_no_levels_crash_the_search(levels):
    emptyings(series(*levels))
