# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The nearest phrases share what they say in common."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.casework.engine import neighbours
from kodeks.casework.engine.neighbours import Rows

# Three phrases of four features: the first two are the same, the third has one feature of theirs.
DENSE = np.array([[0.6, 0.8, 0, 0], [0.6, 0.8, 0, 0], [0, 0.6, 0, 0.8]])


def rows() -> Rows:
    features, phrases = np.nonzero(DENSE.T)
    starts = np.searchsorted(features, np.arange(DENSE.shape[1] + 1))
    return Rows.of_postings(phrases, DENSE[phrases, features], starts, count=len(DENSE))


@pytest.mark.parametrize("chosen", [[0, 1, 2], [0, 2], [1], []])
def test_likenesses_are_the_cosines(chosen: list[int]) -> None:
    some = DENSE[chosen]
    assert rows().alike(np.array(chosen, dtype=np.int64)) == pytest.approx(some @ some.T)


def test_two_that_say_the_same_share_what_one_would_have() -> None:
    alone = neighbours.weights(np.eye(1), np.array([0.9]), power=1.0, ridge=0.5)
    both = neighbours.weights(np.ones((2, 2)), np.array([0.9, 0.9]), power=1.0, ridge=0.5)
    assert both[0] == pytest.approx(both[1])
    assert alone[0] > both[0]
    assert alone[0] < both.sum() < 2 * alone[0]


def test_what_another_explains_better_gets_nothing() -> None:
    alike = np.array([[1.0, 0.9], [0.9, 1.0]])
    assert neighbours.weights(alike, np.array([1.0, 0.3]), power=1.0, ridge=0.1)[1] == 0


@given(st.lists(st.sampled_from([0.0, 0.1, 0.5, 0.5, 0.9]), max_size=12), st.integers(0, 14))
def test_the_nearest_are_the_first_of_the_greatest(likeness: list[float], most: int) -> None:
    found = neighbours.nearest(np.array(likeness, dtype=np.float64), most)
    best = sorted(range(len(likeness)), key=lambda at: (-likeness[at], at))
    assert found.tolist() == sorted(at for at in best[:most] if likeness[at] > 0)
