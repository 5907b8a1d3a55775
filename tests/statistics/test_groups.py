# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Group measures against their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.statistics import groups
from kodeks.statistics.inputs import Grouping
from kodeks.statistics.shares import FigureError

CASES = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.sampled_from(["nord", "syd", "øst", ""])),
    min_size=1,
    max_size=60,
)


def counted(cases):
    selected, positive, names = zip(*cases, strict=True)
    return groups.count(selected=selected, positive=positive, groups=names)


def by_hand(cases, name, measure):
    own = [(s, p) for s, p, group in cases if group == name]
    below = {
        "tpr": [one for one in own if one[1]],
        "fpr": [one for one in own if not one[1]],
        "precision": [one for one in own if one[0]],
    }.get(measure, own)
    above = {
        "base_rate": lambda s, p: p,
        "precision": lambda s, p: p,
        "accuracy": lambda s, p: s == p,
        "error": lambda s, p: s != p,
    }.get(measure, lambda s, p: s)
    return sum(above(*one) for one in below) / len(below) if below else None


@given(CASES)
@settings(max_examples=60, deadline=None)
def test_each_measure_is_what_its_definition_says(cases):
    counts = counted(cases)
    assert counts.names == tuple(sorted({name for _, _, name in cases}))
    for measure, values in counts.values().items():
        for name, value in zip(counts.names, values, strict=True):
            assert value == by_hand(cases, name, measure)


@given(CASES, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_cases_does_not_matter_and_none_is_lost(cases, draw):
    counts = counted(cases)
    draw.shuffle(cases)
    assert (counted(cases).table == counts.table).all()
    assert counts.sizes.sum() == len(cases)


@given(CASES)
@settings(max_examples=40, deadline=None)
def test_the_whole_is_the_sum_of_its_groups(cases):
    whole = counted([(s, p, "alle") for s, p, _ in cases])
    assert (counted(cases).table.sum(axis=0) == whole.table[0]).all()


def test_what_is_not_defined_is_none_and_not_zero():
    found = groups.count(selected=[0, 0], positive=[0, 0], groups=["a", "a"]).values()
    assert found["precision"] == found["tpr"] == (None,)
    assert found["fpr"] == found["selection_rate"] == (0.0,)


def test_a_division_may_be_made_once_and_given_as_numpy_text():
    names = np.array(["b", "a", "b"])
    grouping = Grouping.of(names)
    assert (grouping.names, grouping.codes.tolist()) == (("a", "b"), [1, 0, 1])
    once = groups.count(selected=[1, 0, 1], positive=[1, 1, 0], groups=grouping)
    assert (once.table == [[0, 0, 1, 0], [1, 1, 0, 0]]).all()


@pytest.mark.parametrize(
    ("selected", "positive", "names"),
    [
        ([1, 0], [1], ["a", "b"]),
        ([1, 0], [1, 0], ["a"]),
        ([], [], []),
        ([1, 2], [1, 0], ["a", "b"]),
        (["ja", "nej"], [1, 0], ["a", "b"]),
        ([[1, 0]], [1, 0], ["a", "b"]),
        ([1, 0], [1.0, float("nan")], ["a", "b"]),
        ([1, 0], [1, 0], ["a", None]),
    ],
)
def test_what_cannot_be_counted_is_refused_in_words(selected, positive, names):
    with pytest.raises(FigureError, match=r"skal|ingen sager"):
        groups.count(selected=selected, positive=positive, groups=names)
