# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Waiting times: medians, nine of ten, and promises that were kept."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.codex.days import law_day
from kodeks.statistics.times import Course, Times, by_unit, times

BEGAN = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TODAY = dt.date(2026, 6, 1)


def counted(courses, today=TODAY) -> dict[str, Times]:
    return times(courses=courses, today=today, day_of=law_day, period_of=lambda day: f"{day:%Y-%m}")


def test_each_time_belongs_to_the_month_it_ended_in():
    found = counted(
        [
            Course(
                began=BEGAN,
                receipt=BEGAN + HOUR,
                decided=BEGAN + 29 * DAY,
                answered=BEGAN + 40 * DAY,
            )
        ]
    )
    assert found["2026-03"].response is not None
    assert found["2026-03"].response.median == HOUR
    assert found["2026-03"].triage is not None
    assert found["2026-03"].handling is None
    assert found["2026-04"].handling is not None
    assert found["2026-04"].handling.p90 == 40 * DAY


def test_the_day_is_copenhagens():
    late = dt.datetime(2026, 3, 31, 22, 30, tzinfo=dt.UTC)
    assert list(counted([Course(began=BEGAN, receipt=late)])) == ["2026-04"]


@pytest.mark.parametrize(
    ("answered", "kept"),
    [(BEGAN + 8 * DAY, 1), (dt.datetime(2026, 3, 12, 22, 59, tzinfo=dt.UTC), 1),
     (dt.datetime(2026, 3, 12, 23, 1, tzinfo=dt.UTC), 0), (None, 0)],
    ids=["before", "the last minute", "a minute late", "not yet"],
)  # fmt: skip
def test_a_promise_is_kept_until_its_last_day_is_over(answered, kept):
    promised = dt.date(2026, 3, 12)
    found = counted([Course(began=BEGAN, answered=answered, promised=promised)])["2026-03"]
    assert (found.promised, found.kept, found.share_kept) == (1, kept, kept)


def test_a_promise_whose_day_is_not_over_does_not_count_yet():
    course = Course(began=BEGAN, answered=BEGAN + DAY, promised=TODAY)
    assert counted([course])["2026-03"].promised == 0
    assert counted([course], TODAY + DAY)["2026-06"].kept == 1


def test_nothing_is_no_time():
    assert counted([Course(began=BEGAN)]) == {}
    (found,) = counted([Course(began=BEGAN, receipt=BEGAN)]).values()
    assert (found.share_kept, found.triage) == (None, None)


def test_units():
    courses = [Course(began=BEGAN, unit=unit) for unit in ("vej", "", "vej")]
    assert {unit: len(found) for unit, found in by_unit(courses).items()} == {"vej": 2, "": 1}


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=60))
def test_median_and_nine_of_ten_are_times_that_somebody_waited(seconds):
    """By numpy's own way to the same quantile."""
    courses = [Course(began=BEGAN, receipt=BEGAN + dt.timedelta(seconds=one)) for one in seconds]
    found = times(courses=courses, today=TODAY, day_of=law_day, period_of=lambda day: "")[""]
    assert found.response is not None
    for got, part in ((found.response.median, 50), (found.response.p90, 90)):
        wanted = np.percentile(seconds, part, method="inverted_cdf")
        assert got.total_seconds() == wanted
