# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Flip tests: a suggestion that follows what may not weigh is found."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.statistics.flips import flip_test
from kodeks.statistics.shares import FigureError

OTHERS = {"mand": ["kvinde"], "kvinde": ["mand"], "?": []}
CASES = st.lists(st.tuples(st.sampled_from(sorted(OTHERS)), st.integers(0, 9)), max_size=40)


def flip(case):
    return [(other, case[1]) for other in OTHERS[case[0]]]


def blind(cases):
    return [need > 5 for _, need in cases]


def biased(cases):
    return [need > 5 or (who == "mand" and need == 3) for who, need in cases]


@given(CASES)
@settings(max_examples=50, deadline=None)
def test_one_that_does_not_look_never_changes(cases):
    found = flip_test(cases=cases, flip=flip, suggest=blind)
    assert found.changed == 0
    assert found.tried == sum(who != "?" for who, _ in cases)
    assert (found.share is None) == (found.tried == 0)


@given(CASES)
@settings(max_examples=50, deadline=None)
def test_one_that_looks_is_found_in_exactly_the_cases_where_it_does(cases):
    found = flip_test(cases=cases, flip=flip, suggest=biased, most_examples=2)
    places = [at for at, (who, need) in enumerate(cases) if who != "?" and need == 3]
    assert found.changed == len(places)
    assert list(found.examples) == places[:2]
    if found.tried:
        assert found.share.low <= found.share.value == len(places) / found.tried <= found.share.high


def test_every_variant_of_a_case_is_tried():
    found = flip_test(
        cases=["da", "da"],
        flip=lambda case: ["de", "ar", "so"],
        suggest=lambda cases: [case == "so" for case in cases],
    )
    assert (found.tried, found.changed) == (2, 2)


def test_an_answer_that_is_missing_is_refused_in_words():
    with pytest.raises(FigureError, match="1 forslag til 2 sager"):
        flip_test(cases=["a", "b"], flip=lambda case: [case], suggest=lambda cases: ["x"])
