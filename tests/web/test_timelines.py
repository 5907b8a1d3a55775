# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A percentage over time as a drawing."""

from __future__ import annotations

import datetime as dt

import pytest

from kodeks.web import timelines
from kodeks.web.timelines import HEIGHT, TOP, Expected, Mark, Point, Span

SINCE = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def drawn(**changed: object) -> timelines.Line:
    about = {"id": "x", "title": "x", "points": [], "since": SINCE, "until": SINCE + 10 * DAY}
    return timelines.line(**(about | {"gap": 6 * HOUR} | changed))  # type: ignore[arg-type]


def test_what_nobody_knows_and_long_silences_break_the_line() -> None:
    values = [10.0, 20.0, None, 30.0, 40.0]
    points = [Point(at=SINCE + place * HOUR, value=one) for place, one in enumerate(values)]
    points += [Point(at=SINCE + 2 * DAY, value=50.0)]
    found = drawn(points=points).lines
    assert [len(one.split()) for one in found] == [2, 2, 1]
    assert found[2] == f"200.0,{TOP + HEIGHT // 2}"


def test_all_of_it_lies_inside_the_drawing() -> None:
    found = drawn(
        points=[Point(at=SINCE - DAY, value=120.0), Point(at=SINCE + 20 * DAY, value=-5.0)],
        spans=[Span(begin=SINCE - DAY, end=None, label="x")],
        marks=[Mark(at=SINCE + 5 * DAY, label="x")],
        gap=100 * DAY,
        limit=80.0,
    )
    assert found.lines == (f"0.0,{TOP} 1000.0,{TOP + HEIGHT}",)
    assert (found.spans[0].x, found.spans[0].width) == ("0.000%", "100.000%")
    assert found.marks[0].x == "50.000%"
    assert found.limit is not None
    assert found.limit.y == TOP + HEIGHT // 5


def test_what_is_expected_is_a_band_around_its_middle() -> None:
    ahead = [
        Expected(at=SINCE + 5 * DAY, low=20.0, middle=20.0, high=20.0),
        Expected(at=SINCE + 10 * DAY, low=40.0, middle=60.0, high=100.0),
    ]
    found = drawn(expected=ahead)
    assert len(found.band.split()) == 4
    assert found.expected.split()[-1] == f"1000.0,{TOP + round(HEIGHT * 0.4)}"


@pytest.mark.parametrize("days", [1, 14, 17, 400])
def test_days_have_room_for_their_names(days: int) -> None:
    assert len(drawn(until=SINCE + days * DAY).days) <= 8


def test_no_time_is_no_line() -> None:
    with pytest.raises(ValueError, match="time"):
        drawn(until=SINCE)
