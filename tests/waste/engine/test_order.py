# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How far a session is, and flags that come back as they went."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.waste.engine import flags
from kodeks.waste.engine.order import Course
from kodeks.waste.engine.payloads.quantities import ALARMS
from kodeks.waste.engine.payloads.results import Reading

BEGAN = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)


@given(
    gone=st.sets(st.integers(1, 98), max_size=40),
    late=st.lists(st.integers(1, 98), max_size=20, unique=True),
)
def test_what_came_and_what_is_missing_are_all_that_was_sent(
    gone: set[int], late: list[int]
) -> None:
    course = Course(1, "a", BEGAN)
    for counter in range(100):
        if counter not in gone:
            course.go(course.step(counter))
    for counter in [one for one in late if one in gone]:
        course.go(course.step(counter))
    assert course.came == 100 - len(gone) + len(gone & set(late))
    assert course.came + course.lost == 100
    assert course.highest == 99


@pytest.mark.parametrize(
    ("sent", "lost"),
    [([11, 13, 10], 1), ([11, 13, 10, 12], 0), ([11, 7], 3), ([11, 7, 9, 8, 10], 0), ([11, 10], 0)],
)
def test_one_that_was_sent_before_the_first_that_came_hides_no_loss(
    sent: list[int], lost: int
) -> None:
    course = Course(1, "a", BEGAN)
    for counter in sent:
        course.go(course.step(counter))
    assert (course.came, course.lost) == (len(sent), lost)


@pytest.mark.parametrize("width", [2**16, 2**32])
@settings(max_examples=30)
@given(
    start=st.integers(0, 400),
    dropped=st.sets(st.integers(1, 298), max_size=60),
    swapped=st.lists(st.integers(0, 230), max_size=20),
)
def test_every_gap_is_counted_across_the_roll_over(
    width: int, start: int, dropped: set[int], swapped: list[int]
) -> None:
    """300 uplinks around the roll-over, some lost, some overtaken: the loss is exact."""
    sent = [width - start + at for at in range(300) if at not in dropped]
    for at in swapped:
        # The first one and the last one stay, as nothing outside them can be known.
        if 0 < at < len(sent) - 2:
            sent[at], sent[at + 1] = sent[at + 1], sent[at]
    course = Course(1, "a", BEGAN)
    for one in sent:
        course.go(course.step(one % width))
    assert (course.came, course.lost) == (len(sent), len(dropped))


@given(
    failed=st.booleans(),
    at_least=st.booleans(),
    before=st.booleans(),
    tilt=st.none() | st.booleans(),
    alarms=st.sets(st.sampled_from(ALARMS)),
)
def test_flags_say_what_the_reading_said(
    failed: bool, at_least: bool, before: bool, tilt: bool | None, alarms: set[str]
) -> None:
    reading = Reading(
        device="x",
        at=BEGAN,
        source="test",
        failed=failed,
        at_least=at_least,
        before_emptying=before,
        tilt=tilt,
        alarms=tuple(alarms),
    )
    found = flags.of(reading)
    assert bool(found & flags.FAILED) == failed
    assert bool(found & flags.AT_LEAST) == at_least
    assert bool(found & flags.BEFORE_EMPTYING) == before
    (told,) = flags.tilts(np.array([found]))
    assert (None if np.isnan(told) else bool(told)) == tilt
    assert set(flags.alarms(found)) == alarms
    assert found < 2**31
