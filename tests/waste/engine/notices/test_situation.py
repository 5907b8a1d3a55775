# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The data of a proposal as text, and back."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.health.judging import judge
from kodeks.waste.engine.health.readings import Series
from kodeks.waste.engine.notices.ahead import Ahead
from kodeks.waste.engine.notices.situation import Situation

HOUR = 3_600
NOW = 20_000 * 86_400

NUMBERS = st.none() | st.floats(-1e9, 1e9)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    count = draw(st.integers(0, 30))
    gaps = draw(st.lists(st.integers(0, 100_000), min_size=count, max_size=count))
    tenths = draw(st.lists(st.none() | st.integers(0, 1000), min_size=count, max_size=count))
    time = NOW - sum(gaps) + np.cumsum(np.array(gaps, dtype=np.int64))
    moments = st.none() | st.integers(0, 2**33)
    return Situation(
        now=NOW,
        time=time,
        level=np.array([np.nan if one is None else one / 10 for one in tenths]),
        trust=draw(st.integers(0, 100)) / 100,
        reason=draw(st.text(max_size=20)),
        faults=(("stuck", draw(st.integers(0, NOW)), draw(st.text(max_size=9))),),
        warm=((NOW, draw(st.integers(-400, 900)) / 10),),
        alarms=("burning",),
        emptied=draw(moments),
        visit=draw(moments),
        asked=("fire",),
        ahead=draw(
            st.none()
            | st.builds(
                lambda days: Ahead(("regn", "marked"), 20_000, tuple(days)),
                st.lists(st.tuples(NUMBERS, NUMBERS), max_size=3),
            )
        ),
    )


@given(situations())
def test_what_is_written_is_read_again_to_the_bit(found: Situation) -> None:
    again = Situation.of_texts(**found.texts)
    assert again.texts == found.texts
    assert (again.time == found.time).all()
    assert np.array_equal(again.level, found.level, equal_nan=True)
    assert again.ahead == found.ahead
    assert (again.trust, again.warm, again.faults) == (found.trust, found.warm, found.faults)


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_no_text_breaks_the_reader(levels: str, state: str, visits: str) -> None:
    with pytest.raises(WasteError):
        Situation.of_texts(levels, state, visits)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["first", "after", "tenths", "now"]), inner, max_size=4
            )
        ),
        max_leaves=8,
    )
)
def test_no_json_breaks_the_reader(content: object) -> None:
    with pytest.raises(WasteError):
        Situation.of_texts(json.dumps(content), json.dumps(content), json.dumps(content))


def test_it_is_made_of_series_and_health() -> None:
    time = NOW - np.arange(500, dtype=np.int64)[::-1] * HOUR
    level = (np.arange(500) * 1.5 + 3.04) % 90
    warm = np.full(500, 12.0)
    series = Series(time=time, level=level, temperature=warm)
    found = Situation.of(
        series, judge(series), now=NOW, since=NOW - 100 * HOUR, alarms=("lid",), visit=NOW + 5
    )
    assert found.time.size == 101
    assert found.level[-1] == round(level[-1], 1)
    assert found.last == (NOW, round(level[-1], 1))
    assert found.warm == ((NOW - 2 * HOUR, 12.0), (NOW - HOUR, 12.0), (NOW, 12.0))
    assert found.emptied is not None
    assert (found.alarms, found.visit, found.faults) == (("lid",), NOW + 5, ())


def test_a_bin_that_never_spoke_can_be_written_too() -> None:
    nothing = np.array([], dtype=np.int64)
    series = Series(time=nothing, level=nothing.astype(np.float64))
    found = Situation.of(series, judge(series, now=NOW), now=NOW, since=NOW - HOUR)
    assert Situation.of_texts(**found.texts).last is None
    assert found.risen(3.0) is None
    assert found.warmed() is None


@pytest.mark.parametrize(
    ("warm", "found"),
    [
        (((NOW, 40.0),), (40.0, 0.0, 0)),
        (((NOW - HOUR, 12.0), (NOW, 40.0)), (40.0, 28.0, HOUR)),
        (((NOW - 2 * HOUR, 12.0), (NOW, 40.0)), (40.0, 28.0, 2 * HOUR)),
        (((NOW - 2 * HOUR, 5.0), (NOW - HOUR - 10, 12.0), (NOW, 40.0)), (40.0, 28.0, HOUR + 10)),
        (((NOW - 5000, 20.0), (NOW - 1800, 39.0), (NOW, 40.0)), (40.0, 1.0, 1800)),
        (((NOW - 3000, 20.0), (NOW - 1800, 39.0), (NOW, 40.0)), (40.0, 20.0, 3000)),
    ],
)
def test_a_rise_is_held_against_the_hour_before_or_else_the_reading_before(
    warm: tuple[tuple[int, float], ...], found: tuple[float, float, int]
) -> None:
    time = np.array([one for one, _ in warm], dtype=np.int64)
    degrees = np.array([one for _, one in warm])
    series = Series(time=time, level=np.full(time.size, 30.0), temperature=degrees)
    now = Situation.of(series, judge(series, now=NOW), now=NOW, since=NOW - 3 * HOUR)
    assert now.warmed() == found
