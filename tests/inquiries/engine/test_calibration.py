# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Promises about errors hold, and people get two or three choices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.inquiries.engine.calibration import ALLOWED, RiskCurve, choices, fit_reach

stats = pytest.importorskip("scipy.stats")


def clopper_pearson(errors: np.ndarray, trials: np.ndarray) -> np.ndarray:
    limit = stats.beta.ppf(0.95, errors + 1, np.maximum(trials - errors, 1e-12))
    return np.where(errors >= trials, 1.0, limit)


def likely(errors: np.ndarray, trials: np.ndarray, max_error: float) -> np.ndarray:
    """How likely so many trials keep to the limit, where so many errors are expected."""
    most = stats.binom.ppf(0.05, trials, max_error)
    most -= stats.binom.cdf(most, trials, max_error) > 0.05
    return np.where(most < 0, 0.0, stats.poisson.cdf(most, errors))


def _world(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Confidence, and whether it was wrong, where confidence is the chance of being right."""
    draw = np.random.default_rng(seed)
    confidence = np.round(draw.beta(4, 1, count), 3)
    return confidence, (draw.random(count) > confidence).astype(np.float64)


@given(seed=st.integers(0, 10_000), count=st.integers(0, 900), level=st.floats(0.02, 0.6))
@settings(max_examples=60, deadline=None)
def test_the_promise_is_the_bound_of_what_lies_above(seed: int, count: int, level: float) -> None:
    confidence, wrong = _world(seed, count)
    curve = RiskCurve.of(confidence, wrong, clopper_pearson, likely)
    assert (np.diff(curve.thresholds) >= 0).all()
    assert len(curve.begins) == (len(ALLOWED) if len(curve.bounds) else 0)
    limit, promise = curve.promise(level)
    if limit == float("inf"):
        assert promise == 1.0
        return
    above = confidence >= limit
    errors, trials = wrong[above].sum(), above.sum()
    assert trials >= 60
    bound = clopper_pearson(np.array([errors]), np.array([float(trials)]))[0]
    assert bound <= promise + 1e-12 <= level + 2e-12


def test_promises_are_broken_no_more_often_than_one_time_in_twenty() -> None:
    """With the true error known: among 400 drawn worlds, how often it is above what is promised."""
    broken = 0
    worlds = 400
    for seed in range(worlds):
        limit = RiskCurve.of(*_world(seed, 500), clopper_pearson, likely).threshold(0.1)
        if limit == float("inf"):
            continue
        confidence, _ = _world(seed + 100_000, 20_000)
        broken += (1 - confidence[confidence >= limit]).mean() > 0.1
    # 95 % of the time: 20 are expected at most, and 31 are unlikely (1 %) even then.
    assert broken <= 31


def test_where_tests_begin_is_told_by_chances_alone() -> None:
    """Errors change what holds, and not where one begins."""
    confidence, wrong = _world(3, 600)
    curve, other = (
        RiskCurve.of(confidence, some, clopper_pearson, likely) for some in (wrong, 1 - wrong)
    )
    assert curve.begins is not None
    assert other.begins is not None
    assert curve.begins.tolist() == other.begins.tolist()


def test_tests_begin_where_they_are_told_to_and_stop_where_one_fails() -> None:
    thresholds, bounds = np.array([0.5, 0.6, 0.8, 0.9]), np.array([0.09, 0.04, 0.045, 0.06])
    begins = np.where(ALLOWED < 0.0475, 3, 2)
    surest = RiskCurve(thresholds, bounds)
    begun = RiskCurve(thresholds, bounds, begins)
    assert surest.promise(0.05) == (float("inf"), 1.0)
    assert begun.promise(0.05) == (0.6, 0.045)
    assert begun.promise(0.04) == (float("inf"), 1.0)
    assert begun.promise(0.10) == (0.5, 0.09)
    # Less than any error that was looked up: from the surest.
    assert RiskCurve(thresholds, bounds / 100, begins).promise(0.004) == (0.5, 0.0009)


def test_few_texts_are_promised_more_than_from_the_surest_tenth() -> None:
    """The surest 60 of few texts seldom show 5 %, where a third of them does."""
    mean: list[float] = []
    for begins_are_known in (True, False):
        found = []
        for seed in range(60):
            confidence, wrong = _world(seed, 300)
            curve = RiskCurve.of(confidence, wrong, clopper_pearson, likely)
            if not begins_are_known:
                curve = RiskCurve(curve.thresholds, curve.bounds)
            found.append(float((confidence >= curve.threshold(0.1)).mean()))
        mean.append(float(np.mean(found)))
    assert mean[0] > mean[1]


@given(seed=st.integers(0, 10_000), count=st.integers(1, 300), wanted=st.floats(0.5, 0.99))
@settings(max_examples=60, deadline=None)
def test_two_choices_only_where_they_are_enough(seed: int, count: int, wanted: float) -> None:
    draw = np.random.default_rng(seed)
    ranked = -np.sort(-draw.dirichlet(np.ones(5), count), axis=1)
    place = np.array([draw.choice(5, p=row) for row in ranked])
    reach = fit_reach(ranked, place, wanted)
    found = choices(ranked, reach)
    assert set(found.tolist()) <= {2, 3}
    among = (place < found).mean()
    three = (place < 3).mean()
    assert among >= min(wanted, three) - 1e-9


def test_two_labels_are_two_choices() -> None:
    assert choices(np.array([[0.6, 0.4]]), 1.1).tolist() == [2]
