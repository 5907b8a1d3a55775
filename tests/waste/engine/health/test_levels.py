# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Calibration in versions, with replay."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.health.calibration import Version, replayed


def test_a_reading_is_read_under_the_version_of_its_own_time():
    time, raw = np.array([0, 99, 100], dtype=np.int64), np.array([600.0, 600.0, 600.0])
    versions = [Version(100, 1200, 0), Version(50, 1000, 200)]
    level = replayed(time=time, raw=raw, versions=versions)
    assert np.isnan(level[0])
    assert level[1:] == pytest.approx([50.0, 50.0])


def test_a_new_version_computes_the_past_anew_and_the_old_one_can_still_be_had():
    time, raw = np.array([10, 20, 30], dtype=np.int64), np.array([600.0, 300.0, np.nan])
    first = [Version(0, 1200, 0)]
    before = replayed(time=time, raw=raw, versions=first)
    after = replayed(time=time, raw=raw, versions=[*first, Version(15, 600, 0)])
    assert before[:2] == pytest.approx([50.0, 75.0])
    assert after[:2] == pytest.approx([50.0, 50.0])
    assert np.isnan(after[2])
    assert replayed(time=time, raw=raw, versions=first)[:2] == pytest.approx(before[:2])
    assert raw[:2].tolist() == [600.0, 300.0]


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
    with pytest.raises(WasteError, match="to forskellige tal"):
        Version(0, 5, 5)
    with pytest.raises(WasteError, match="samme tidspunkt"):
        replayed(
            time=np.array([1]), raw=np.array([1.0]), versions=[Version(0, 9, 1), Version(0, 8, 1)]
        )
