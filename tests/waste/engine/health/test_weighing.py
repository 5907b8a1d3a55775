# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Suspects are weighed by a table: the surest are told, and none over another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kodeks.waste.engine.health import weighing
from kodeks.waste.engine.health.weighing import Suspect, Trees

ONE = Trees(
    root=np.array([0]),
    feature=np.array([1, 0, 0]),
    cut=np.array([2.0, 0.0, 0.0]),
    left=np.array([1, 1, 2]),
    right=np.array([2, 1, 2]),
    value=np.array([0.0, -1.0, 3.0]),
    base=0.5,
    limit=2.5,
)


def test_a_tree_leads_left_at_the_cut_and_right_beyond():
    assert ONE.odds(np.array([[9.0, 2.0], [0.0, 2.1]])).tolist() == [-0.5, 3.5]


def test_the_surest_is_told_and_none_over_it(monkeypatch):
    time = np.arange(50)
    high, low = [0.0, 5.0], [0.0, 0.0]
    suspects = [
        Suspect(20, 30, low, told=True),
        Suspect(25, 40, high, told=False),
        Suspect(5, 9, low, told=True),
        Suspect(10, 14, low, told=False),
        Suspect(42, 44, [np.nan, np.inf], told=False),
    ]
    # 42 has signs that are no numbers.
    for limit, told in ((-1.0, [5, 10, 25, 42]), (2.5, [25, 42]), (3.5, [])):
        trees = {"rule": replace(ONE, limit=limit)}
        monkeypatch.setattr(weighing, "_trees", lambda trees=trees: trees)
        assert [one.first for one in weighing.sure("rule", time, suspects)] == told
    # A sensor that speaks so seldom is unlike those that were learned from.
    seldom = weighing.sure(
        "rule", time * 14_400, [Suspect(1, 4, high, told=False), Suspect(6, 9, low, told=True)]
    )
    assert [one.first for one in seldom] == [6]
    assert weighing.sure("rule", time, []) == []
    assert weighing.sure("another", time, [Suspect(1, 2, low, told=True)]) == []


@pytest.mark.parametrize("rule", ["stretches", "restless", "drift", "still", "warmth"])
def test_the_table_has_trees_that_end(rule):
    trees = weighing._trees()[rule]
    here = np.arange(trees.right.size)
    leaf = trees.right == here
    assert (trees.left[leaf] == here[leaf]).all()
    assert (trees.left[~leaf] > here[~leaf]).all()
    assert (trees.right[~leaf] > trees.left[~leaf]).all()
    assert (trees.value[~leaf] == 0.0).all()
