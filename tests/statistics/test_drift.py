# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Drift of blocks against a reference: sizes, chances, and how often it cries wolf."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kodeks.statistics import drift
from kodeks.statistics.shares import FigureError

counts = st.lists(st.integers(0, 400), min_size=1, max_size=12)


def test_the_index_is_the_sum_over_the_kinds():
    found = drift.distribution(before=[599, 399], after=[299, 699])
    # Half a case more of each kind makes 0.6 / 0.4 and 0.3 / 0.7 of 999 and of 999.
    expected = 0.3 * math.log(0.6 / 0.3) + 0.3 * math.log(0.7 / 0.4)
    assert found.size == pytest.approx(expected, abs=1e-3)


@given(before=counts, after=counts)
def test_the_chance_is_that_of_pearsons_test(before, after):
    size = min(len(before), len(after))
    table = np.array([before[:size], after[:size]]) + 50
    found = drift.distribution(before=table[0], after=table[1])
    if size == 1:
        assert (found.size, found.chance) == (0.0, 1.0)
    else:
        expected = stats.chi2_contingency(table, correction=False).pvalue
        assert found.chance == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_rare_kinds_are_put_together_before_they_are_judged():
    one_new = drift.distribution(before=[300, 0, 0], after=[98, 1, 1])
    assert one_new.chance == 1.0
    many_new = drift.distribution(before=[300, 0, 0], after=[60, 20, 20])
    assert many_new.chance < 1e-6


@given(
    before=st.lists(st.integers(0, 5), min_size=3, max_size=3),
    after=st.lists(st.integers(0, 5), min_size=3, max_size=3),
)
def test_whatever_is_counted_has_a_size_and_a_chance(before, after):
    if not sum(before) or not sum(after):
        with pytest.raises(FigureError):
            drift.distribution(before=before, after=after)
        return
    found = drift.distribution(before=before, after=after)
    assert found.size >= 0
    assert 0 <= found.chance <= 1


@given(count=st.integers(0, 60), total=st.integers(1, 60), least=st.floats(0.01, 0.99))
def test_fewer_than_the_least_is_judged_by_the_exact_chance(count, total, least):
    if count > total:
        with pytest.raises(FigureError):
            drift.at_least(count=count, total=total, least=least)
        return
    found = drift.at_least(count=count, total=total, least=least)
    assert found.chance == pytest.approx(stats.binom.cdf(count, total, least), rel=1e-9)
    assert found.size == pytest.approx(least - count / total)


def test_a_system_that_says_more_than_it_keeps_is_found_and_one_within_the_limit_is_not():
    rng = np.random.default_rng(7)
    chance = rng.uniform(0.6, 0.95, 400)
    honest = rng.random(400) < chance
    boasting = rng.random(400) < chance - 0.4
    assert not drift.calibration(chance=chance, right=honest, most=0.1).is_drift(most=0.1, number=1)
    assert drift.calibration(chance=chance, right=boasting, most=0.1).is_drift(most=0.1, number=9)


def test_what_is_always_certain_and_always_right_is_calibrated():
    sure = drift.calibration(chance=[1.0] * 20, right=[True] * 20, most=0.1)
    assert (sure.size, sure.chance) == (0.0, 1.0)
    wrong = drift.calibration(chance=[1.0] * 20, right=[False] * 20, most=0.1)
    assert (wrong.size, wrong.chance) == (1.0, 0.0)


def test_a_small_difference_is_none_however_many_cases_tell_of_it():
    found = drift.share(before=(100_000, 200_000), after=(102_000, 200_000))
    assert found.chance < 1e-6
    assert not found.is_drift(most=0.05, number=1)


def test_nobody_flagged_before_or_now_is_no_change():
    found = drift.share(before=(0, 300), after=(0, 100))
    assert (found.size, found.chance) == (0.0, 1.0)


def test_all_that_may_be_spent_is_the_false_alarm():
    total = sum(drift.spent(number=number) for number in range(1, 100_000))
    assert total == pytest.approx(drift.FALSE_ALARM, rel=1e-4)


def test_over_a_year_of_blocks_the_false_alarm_holds_and_a_large_change_is_found():
    rng = np.random.default_rng(11)
    kinds = np.array([0.3, 0.3, 0.2, 0.15, 0.05])
    changed = np.array([0.1, 0.15, 0.2, 0.35, 0.2])
    false, found = 0, 0
    for _ in range(300):
        reference = rng.multinomial(300, kinds)
        blocks = rng.multinomial(100, kinds, size=30)
        false += any(
            drift.distribution(before=reference, after=block).is_drift(most=0.25, number=number)
            for number, block in enumerate(blocks, 1)
        )
        late = drift.distribution(before=reference, after=rng.multinomial(100, changed))
        found += late.is_drift(most=0.25, number=31)
    assert false <= 9  # 3 of 300 are allowed; more than 9 would come once in a thousand runs
    assert found >= 285


@pytest.mark.parametrize(
    "broken",
    [
        lambda: drift.distribution(before=[], after=[]),
        lambda: drift.distribution(before=[1, 2], after=[1]),
        lambda: drift.distribution(before=[-1, 2], after=[1, 2]),
        lambda: drift.share(before=(2, 1), after=(0, 1)),
        lambda: drift.calibration(chance=[], right=[], most=0.1),
        lambda: drift.calibration(chance=[0.5], right=[True, False], most=0.1),
        lambda: drift.at_least(count=1, total=2, least=1.0),
        lambda: drift.spent(number=0),
    ],
)
def test_what_cannot_be_counted_is_refused(broken):
    with pytest.raises(FigureError):
        broken()
