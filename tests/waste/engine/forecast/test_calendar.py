# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.forecast.calendar import NOTHING, Calendar, Scale

DAY, FAR = 86_400, 1_000 * 86_400
VALUE = st.one_of(st.just(math.nan), st.floats(-50, 50))
ROW = st.tuples(st.sampled_from(["", "a", "b", "ny"]), st.integers(0, 8), VALUE, VALUE)


def of(columns: tuple[str, ...], *rows: tuple[str, int, *tuple[float, ...]]) -> Calendar:
    return Calendar(
        columns,
        tuple(row[0] for row in rows),
        np.array([row[1] for row in rows], dtype=np.int64),
        np.array([row[2:] for row in rows], dtype=np.float64).reshape(len(rows), len(columns)),
    )


def read(calendar: Calendar, bin: int, day: int, *, learned: Calendar | None = None) -> list[float]:
    days = Scale.of(learned or calendar, before=FAR).days(calendar, ["a", "b"])
    return days(np.array([bin]), np.array([day]))[0].tolist()


def test_weather_is_read_between_the_lowest_and_the_highest_and_a_day_without_is_the_mean():
    rain = of(("regn",), ("", 1, 0.0), ("", 2, 10.0), ("", 3, 2.0))
    assert [read(rain, 0, day) for day in (1, 2, 3, 4)] == [[0.0], [1.0], [0.2], [0.4]]


def test_a_market_is_where_and_when_it_is_told_of_and_nowhere_else():
    market = of(("marked",), ("a", 1, 1.0), ("a", 8, 1.0))
    assert read(market, 0, 1) == [1.0]
    assert read(market, 1, 1) == read(market, 0, 2) == read(market, -1, 1) == [0.0]
    # A festival of the whole town, told by its days only.
    festival = of(("festival",), ("", 3, 1.0))
    assert read(festival, 1, 3) == read(festival, -1, 3) == [1.0]
    assert read(festival, 1, 4) == [0.0]


def test_a_bin_s_own_number_goes_before_the_town_s():
    both = of(("regn", "marked"), ("", 1, 4.0, 0.0), ("a", 1, math.nan, 2.0), ("", 2, 0.0, 0.0))
    assert read(both, 0, 1) == [1.0, 1.0]
    assert read(both, 1, 1) == [1.0, 0.0]


def test_a_number_means_what_it_meant_when_it_was_learned():
    before = of(("varme",), ("", 1, 10.0), ("", 2, 20.0))
    later = of(("varme",), ("", 9, 15.0), ("", 10, 40.0))
    assert read(later, 0, 9, learned=before) == [0.5]
    assert read(later, 0, 10, learned=before) == [1.0]
    # What comes after it has learned tells it nothing.
    whole = Calendar(
        ("varme",),
        before.bin + later.bin,
        np.concatenate([before.day, later.day]),
        np.concatenate([before.value, later.value]),
    )
    assert Scale.of(whole, before=5 * DAY).high.tolist() == [20.0]


def test_a_service_that_says_nothing_makes_each_day_an_ordinary_one():
    rain = of(("regn",), ("", 1, 0.0), ("", 2, 10.0), ("", 3, 5.0))
    assert read(of(("regn",)), 0, 2, learned=rain) == [0.5]


def test_other_columns_than_it_was_learned_with_are_refused():
    rain = of(("regn",), ("", 1, 1.0))
    with pytest.raises(WasteError, match=r"lært med kolonnerne regn, .* ingen oplysninger om dage"):
        Scale.of(rain, before=FAR).days(NOTHING, ["a"])
    nothing = Scale.of(NOTHING, before=0).days(NOTHING, [])
    assert nothing(np.zeros(3, np.int64), np.zeros(3, np.int64)).shape == (3, 0)


@given(st.lists(ROW, max_size=12))
def test_whatever_is_told_it_is_read_as_a_share(rows):
    calendar = of(("x", "y"), *rows)
    days = Scale.of(calendar, before=6 * DAY).days(calendar, ["a", "b"])
    bins, on = (part.ravel() for part in np.meshgrid(np.arange(-1, 2), np.arange(10)))
    found = days(bins, on)
    assert found.shape == (30, 2)
    assert ((found >= 0) & (found <= 1)).all()
