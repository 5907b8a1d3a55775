# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Intervals: they hold the estimate, are the same for the same seed, and hold the truth in 95 %."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.statistics import groups
from kodeks.statistics.bootstrap import audit
from kodeks.statistics.groups import Counts
from kodeks.statistics.shares import FigureError

TABLES = st.lists(
    st.lists(st.integers(0, 30), min_size=4, max_size=4), min_size=1, max_size=5
).filter(lambda rows: any(map(any, rows)))


def counts(rows):
    names = tuple(f"gruppe {number}" for number in range(len(rows)))
    return Counts(names=names, table=np.array(rows, dtype=np.int64))


@given(TABLES)
@settings(max_examples=60, deadline=None)
def test_an_interval_holds_its_estimate_and_is_there_when_the_estimate_is(rows):
    found = audit(counts(rows), seed=1, draws=40)
    values = counts(rows).values()
    for measure, estimates in found.groups.items():
        for value, one in zip(values[measure], estimates, strict=True):
            assert (one is None) == (value is None)
            if one is not None:
                assert 0 <= one.low <= one.value == value <= one.high <= 1


@given(TABLES)
@settings(max_examples=60, deadline=None)
def test_between_groups_is_highest_against_lowest(rows):
    found = audit(counts(rows), seed=1, draws=40)
    for measure, values in counts(rows).values().items():
        known = [value for value in values if value is not None]
        between = found.between[measure]
        assert (between.difference is None) == (len(known) < 2)
        if len(known) >= 2:
            one = between.difference
            assert one.low <= one.value == max(known) - min(known) <= one.high
            assert (between.ratio is None) == (min(known) == 0)
        if between.ratio is not None:
            assert between.ratio.value == pytest.approx(max(known) / min(known))
            assert between.ratio.low <= between.ratio.value <= between.ratio.high


def test_the_same_seed_gives_the_same_and_another_seed_nearly():
    found = [audit(counts([[40, 20, 10, 30], [20, 30, 25, 25]]), seed=s) for s in (1, 1, 2)]
    assert found[0] == found[1] != found[2]
    first, last = found[0].groups["error"][0], found[2].groups["error"][0]
    assert first.low == pytest.approx(last.low, abs=0.02)


def test_a_draw_is_like_drawing_the_rows_again():
    """The short cut against the long way: rows with replacement, counted each time."""
    table = [[60, 20, 10, 30], [20, 30, 25, 45]]
    short = audit(counts(table), seed=3, draws=4_000)
    rows = np.repeat(np.arange(8), np.ravel(table))
    rng = np.random.default_rng(4)
    drawn = np.stack(
        [np.bincount(rng.choice(rows, len(rows)), minlength=8) for _ in range(4_000)]
    ).reshape(-1, 2, 4)
    for number, measure in enumerate(groups.MEASURES):
        long = np.quantile(groups.rates(drawn)[:, :, number], (0.025, 0.975), axis=0)
        for group in range(2):
            one = short.groups[measure][group]
            assert (one.low, one.high) == pytest.approx(tuple(long[:, group]), abs=0.015)


def test_more_cases_give_a_narrower_interval():
    few, many = ([[6, 2, 1, 3], [2, 3, 2, 5]], [[600, 200, 100, 300], [200, 300, 200, 500]])
    wide, narrow = (audit(counts(rows), seed=1).between["error"].difference for rows in (few, many))
    assert narrow.high - narrow.low < (wide.high - wide.low) / 4


def test_intervals_hold_the_truth_about_95_times_in_100():
    """600 simulated worlds of two groups; what is asked for is the difference between them."""
    rng = np.random.default_rng(11)
    truth = np.array([[0.30, 0.10, 0.15, 0.45], [0.20, 0.20, 0.10, 0.50]])
    held, worlds = {"tpr": 0, "selection_rate": 0, "error": 0}, 600
    exact = groups.rates((truth * 1_000_000).astype(np.int64))
    for _ in range(worlds):
        rows = np.stack([rng.multinomial(250, chances) for chances in truth])
        found = audit(counts(rows), seed=int(rng.integers(1 << 30)), draws=200)
        for measure in held:
            true = exact[:, groups.MEASURES.index(measure)]
            one = found.groups[measure][0]
            held[measure] += one.low <= true[0] <= one.high
    for measure, times in held.items():
        assert 0.92 <= times / worlds <= 0.98, measure


@pytest.mark.parametrize("given", [{"draws": 5}, {"level": 1.0}, {"level": 0}])
def test_what_gives_no_interval_is_refused_in_words(given):
    with pytest.raises(FigureError, match=r"skal"):
        audit(counts([[1, 1, 1, 1]]), seed=1, **given)


def test_nothing_cannot_be_measured():
    with pytest.raises(FigureError, match="ingen sager"):
        audit(counts([[0, 0, 0, 0]]), seed=1)


def test_a_measure_that_few_draws_have_is_still_held():
    """One positive in a hundred: a third of the draws have none, and say nothing of it."""
    one = audit(counts([[1, 0, 0, 99], [10, 5, 5, 80]]), seed=1).groups["tpr"][0]
    assert (one.low, one.value, one.high) == (1.0, 1.0, 1.0)
