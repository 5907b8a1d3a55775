# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.forecast.history import History

READING = st.tuples(
    st.sampled_from(["a", "b", "æ"]),
    st.integers(0, 400_000),
    st.one_of(st.just(math.nan), st.floats(0, 100)),
    st.booleans(),
)


def of(rows: list[tuple[str, int, float, bool]]) -> History:
    bins, time, level, emptied = zip(*rows, strict=True) if rows else ((), (), (), ())
    return History.of(bins=bins, time=time, level=level, emptied=emptied)


@given(st.lists(READING, max_size=40, unique_by=lambda row: row[:2]), st.randoms())
def test_the_order_of_the_rows_does_not_matter(rows, order):
    mixed = list(rows)
    order.shuffle(mixed)
    one, other = of(rows), of(mixed)
    assert one.bins == other.bins
    np.testing.assert_array_equal(one.time, other.time)
    np.testing.assert_array_equal(one.level, other.level)
    np.testing.assert_array_equal(one.is_after_emptying, other.is_after_emptying)


def test_of_two_readings_at_one_time_the_last_counts():
    found = of([("a", 10, 5.0, False), ("a", 10, 7.0, False), ("b", 10, 1.0, False)])
    assert found.level.tolist() == [7.0, 1.0]
    assert found.index("b") == 1
    assert found.index("c") == -1


@pytest.mark.parametrize("level", [-0.1, 100.1, math.inf])
def test_a_level_is_a_percentage(level):
    with pytest.raises(WasteError, match="fra 0 til 100"):
        of([("a", 1, level, False)])


def test_a_fall_beyond_noise_is_an_emptying_also_over_an_unknown_reading():
    rows = [("a", 1, 70.0, False), ("a", 2, math.nan, False), ("a", 3, 20.0, False)]
    assert of(rows).is_after_emptying.tolist() == [False, False, True]
    assert not of([("a", 1, 70.0, False), ("a", 2, 56.0, False)]).is_after_emptying.any()
    assert not of([("a", 1, 70.0, False), ("b", 2, 0.0, False)]).is_after_emptying.any()


def test_a_reading_that_says_it_was_emptied_makes_the_next_one_new():
    found = of([("a", 1, 40.0, True), ("a", 2, 60.0, True)])
    assert found.is_after_emptying.tolist() == [False, True]


def test_before_a_moment_nothing_of_it_is_known():
    found = of([("a", 1, 1.0, False), ("a", 2, 2.0, False), ("b", 2, 3.0, False)]).before(2)
    assert found.level.tolist() == [1.0]
    assert found.bins == ("a", "b")
