# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Calibration: a chance that comes true as often as it says has no error, in each group."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.statistics import calibration
from kodeks.statistics.shares import FigureError

CASES = st.lists(
    st.tuples(st.floats(0, 1), st.booleans(), st.sampled_from(["a", "b"])), min_size=1, max_size=50
)


def measured(cases, **more):
    chance, positive, names = zip(*cases, strict=True)
    return calibration.by_group(
        chance=chance, positive=positive, groups=names, seed=1, **{"draws": 40, **more}
    )


def by_hand(cases, bins):
    gaps = dict[int, float]()
    for chance, positive, _ in cases:
        place = min(int(chance * bins), bins - 1)
        gaps[place] = gaps.get(place, 0.0) + chance - positive
    return sum(map(abs, gaps.values())) / len(cases)


@given(CASES)
@settings(max_examples=60, deadline=None)
def test_the_error_of_a_group_is_that_of_its_own_cases_and_lies_in_its_interval(cases):
    for one in measured(cases):
        own = [case for case in cases if case[2] == one.group]
        assert one.count == len(own) == sum(found.count for found in one.bins)
        assert one.error.value == pytest.approx(by_hand(own, calibration.BINS))
        assert 0 <= one.error.low <= one.error.value <= one.error.high <= 1 + 1e-12
        alone = calibration.expected_error(
            np.array([case[0] for case in own]), np.array([case[1] for case in own])
        )
        assert one.error.value == pytest.approx(alone)


def test_bins_tell_what_was_expected_and_what_came_true():
    cases = [(0.25, True, "a"), (0.35, False, "a"), (0.95, True, "a"), (1.0, True, "a")]
    (group,) = measured(cases, bins=10)
    assert [(one.count, one.observed) for one in group.bins] == [(1, 1.0), (1, 0.0), (2, 1.0)]
    assert group.bins[2].expected == pytest.approx(0.975)
    assert (group.bins[0].low, group.bins[0].high) == pytest.approx((0.2, 0.3))


def test_one_group_that_is_promised_too_much_is_seen():
    rng = np.random.default_rng(5)
    chance = rng.uniform(0.05, 0.95, 4_000)
    names = np.where(rng.random(4_000) < 0.5, "jævn", "skæv")
    positive = rng.random(4_000) < np.where(names == "skæv", chance * 0.6, chance)
    skewed, even = (
        next(one for one in measured(list(zip(chance, positive, names.tolist(), strict=True)))
             if one.group == name)
        for name in ("skæv", "jævn")
    )  # fmt: skip
    assert skewed.error.low > 0.1 > even.error.high


@pytest.mark.parametrize(
    "given",
    [
        {"chance": [0.5, 1.2]},
        {"chance": [0.5, float("nan")]},
        {"positive": [1]},
        {"groups": ["a"]},
        {"bins": 0},
        {"draws": 1},
        {"level": 2},
    ],
)
def test_what_cannot_be_measured_is_refused_in_words(given):
    asked = {"chance": [0.5, 0.6], "positive": [1, 0], "groups": ["a", "b"], "seed": 1}
    with pytest.raises(FigureError, match="skal"):
        calibration.by_group(**(asked | given))
