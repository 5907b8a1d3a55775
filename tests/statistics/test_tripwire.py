# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The bound against the chance it is made of, and what trips a wire and what does not."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.statistics.influence import Arm, Stratum
from kodeks.statistics.shares import FigureError
from kodeks.statistics.tripwire import bound, fast_wire, influence_wire, is_too_fast


def looks(shown_agreed: int, blind_agreed: int, each: int) -> bool:
    strata = (Stratum(shown=Arm(shown_agreed, each), blind=Arm(blind_agreed, each)),)
    return influence_wire(strata=strata).is_tripped


def test_ten_points_above_trip_when_the_planned_cases_are_there_and_not_before() -> None:
    assert looks(240, 210, 300)
    assert not looks(80, 70, 100)
    assert not looks(225, 210, 300)
    assert looks(85, 40, 100)


def test_the_limit_is_what_influence_is_held_against() -> None:
    strata = (Stratum(shown=Arm(240, 300), blind=Arm(210, 300)),)
    assert not influence_wire(strata=strata, limit=0.05).is_tripped
    assert influence_wire(strata=strata, limit=0.01).is_tripped
    assert influence_wire(strata=strata, limit=0.0).information == 1.0
    less_blind = (Stratum(shown=Arm(2160, 2700), blind=Arm(210, 300)),)
    assert influence_wire(strata=less_blind).information == pytest.approx(1.8)


def test_a_whole_path_crosses_the_bound_as_rarely_as_it_says() -> None:
    # Brownian motion in steps of a hundredth of the plan, over eight times the plan.
    rng = np.random.default_rng(1)
    times = np.arange(1, 801) / 100
    bounds = np.array([bound(information=time, false_alarm=0.05) for time in times])
    paths = np.cumsum(rng.normal(0, 0.1, (8_000, 800)), axis=1)
    crossed = (paths >= bounds * np.sqrt(times)).any(axis=1).mean()
    # Steps let a path cross unseen between them, so less than 0.05 and not much less.
    assert 0.03 < crossed < 0.05


@given(st.floats(0.001, 500), st.floats(0.001, 0.2))
def test_the_bound_is_strictest_at_first_and_always_above_a_single_test(
    information: float, false_alarm: float
) -> None:
    single = -NormalDist().inv_cdf(false_alarm)
    assert bound(information=information, false_alarm=false_alarm) > single
    if information < 0.5:
        later = bound(information=information * 2, false_alarm=false_alarm)
        assert later == pytest.approx(
            bound(information=information, false_alarm=false_alarm) / 2**0.5
        )


def test_fast_adherence_trips_far_above_its_limit_only() -> None:
    assert fast_wire(fast=100, accepted=300, limit=0.2).is_tripped
    assert not fast_wire(fast=65, accepted=300, limit=0.2).is_tripped
    assert not fast_wire(fast=5, accepted=10, limit=0.2).is_tripped
    assert fast_wire(fast=60, accepted=300, limit=0.2).score == pytest.approx(0)


def test_too_fast_is_faster_than_anyone_reads() -> None:
    assert is_too_fast(words=300, seconds=59.9)
    assert not is_too_fast(words=300, seconds=60)
    assert not is_too_fast(words=0, seconds=0)
    assert is_too_fast(words=238, seconds=59, words_per_minute=238)


def test_what_cannot_be_is_refused() -> None:
    strata = (Stratum(shown=Arm(1, 2), blind=Arm(1, 2)),)
    for limit in (-0.1, 1.0, float("nan")):
        with pytest.raises(FigureError):
            influence_wire(strata=strata, limit=limit)
    for planned in (0, -5):
        with pytest.raises(FigureError):
            influence_wire(strata=strata, planned=planned)
        with pytest.raises(FigureError):
            fast_wire(fast=1, accepted=2, limit=0.2, planned=planned)
    with pytest.raises(FigureError):
        influence_wire(strata=())
    for fast, accepted, limit in ((3, 2, 0.2), (0, 0, 0.2), (1, 2, 0.0)):
        with pytest.raises(FigureError):
            fast_wire(fast=fast, accepted=accepted, limit=limit)
    for words, seconds, speed in ((-1, 1.0, 238.0), (1, -1.0, 238.0), (1, 1.0, 0.0)):
        with pytest.raises(FigureError):
            is_too_fast(words=words, seconds=seconds, words_per_minute=speed)
    for information in (0.0, -1.0, float("nan")):
        with pytest.raises(FigureError):
            bound(information=information, false_alarm=0.05)
