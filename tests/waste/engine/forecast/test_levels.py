# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.waste.engine.forecast.history import History
from kodeks.waste.engine.forecast.levels import EVEN, by_hour, heights, quantiles


def of(levels: list[float]) -> History:
    return History.of(bins=["a"] * len(levels), time=list(range(len(levels))), level=levels)


def test_a_sensor_that_says_few_levels_is_asked_about_these():
    asked, steps = heights(of([0.0, 20.0, math.nan, 80.0, 20.0, 100.0]))
    assert steps
    assert asked.tolist() == [20.0, 80.0, 100.0]
    asked, steps = heights(of([float(one) for one in range(50)]))
    assert not steps
    assert asked.tolist() == EVEN.tolist()
    assert not heights(of([0.0]))[1]


def test_by_the_hour_a_chance_lies_between_those_of_the_days():
    within = np.array([[0.2, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]] * 5)
    even, last = np.full(24, 1 / 24), np.eye(24)[23]
    hours = np.array([0.0, 12.0, 24.0, 36.0, 168.0])
    assert by_hour(within, even, hours).tolist() == pytest.approx([0.0, 0.1, 0.2, 0.35, 1.0])
    # A sensor that speaks at midnight has said nothing new at noon.
    assert by_hour(within, last, hours).tolist() == pytest.approx([0.0, 0.0, 0.2, 0.2, 1.0])


def test_steps_are_answered_with_steps_and_other_levels_with_what_lies_between():
    asked, chances = np.array([20.0, 60.0, 100.0]), np.array([[0.9, 0.5, 0.1]])
    found = quantiles(chances, asked, np.array([0.0]), steps=True)[0]
    assert found[[0, 4, 12, 18]].tolist() == [0.0, 20.0, 60.0, 100.0]
    found = quantiles(chances, asked, np.array([math.nan]), steps=False)[0]
    assert found[1] == pytest.approx(20.0)
    assert found[9] == pytest.approx(60.0)
    assert 60.0 < found[12] < 100.0


@given(st.lists(st.floats(0, 1), min_size=10, max_size=10), st.floats(0, 100), st.booleans())
def test_quantiles_rise_and_are_no_lower_than_what_is_there(chances, now, steps):
    found = quantiles(np.array([chances]), EVEN, np.array([now]), steps=steps)[0]
    assert (np.diff(found) >= 0).all()
    assert (found >= now).all()
    assert (found <= 100.0 + 1e-6).all()
