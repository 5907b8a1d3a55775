# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the rules suspect is weighed: trees that were learned from invented bins of two kinds.

A rule says which stretches are worth a look and what there is to see in each (its signs). Whether
that is a fault or what bins do is told by the table beside this file, which
benchmarks/waste/health_weights.py makes from nothing but invented bins.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from kodeks.waste.engine.health.readings import Floats, Ints

TABLE = "weights.json"
SELDOM = 9000.0
"""Seconds: the table was learned from sensors that speak each two hours and more often."""


@dataclass(frozen=True)
class Suspect:
    """Readings from `first` until `after`, the signs (f,) there are in them, and whether the rule
    itself tells it, where nothing weighs it."""

    first: int
    after: int
    signs: list[float]
    told: bool


@dataclass(frozen=True)
class Trees:
    """root (T,): where each tree begins among the nodes (M,). At a node a suspect goes left when
    its sign `feature` is at most `cut`, else right; a leaf leads to itself. In the table the left
    is the node after it. Log odds are `base` and the values (M,) of the leaves; above `limit` it is
    a fault."""

    root: Ints
    feature: Ints
    cut: Floats
    left: Ints
    right: Ints
    value: Floats
    base: float
    limit: float

    def odds(self, signs: Floats) -> Floats:
        """(n,) of signs (n, f)."""
        node = np.tile(self.root, (len(signs), 1))
        row = np.arange(len(signs))[:, None]
        while True:
            lower = signs[row, self.feature[node]] <= self.cut[node]
            on = np.where(lower, self.left[node], self.right[node])
            if (on == node).all():
                found: Floats = self.base + self.value[node].sum(axis=1)
                return found
            node = on


def _left(right: Ints) -> Ints:
    here = np.arange(right.size)
    return np.where(right == here, here, here + 1)


@cache
def _trees() -> dict[str, Trees]:
    text = files(__package__).joinpath(TABLE).read_text(encoding="utf-8")
    return {
        rule: Trees(
            root=np.array(table["root"], dtype=np.int64),
            feature=np.array(table["feature"], dtype=np.int64),
            cut=np.array(table["cut"], dtype=np.float64),
            left=_left(np.array(table["right"], dtype=np.int64)),
            right=np.array(table["right"], dtype=np.int64),
            value=np.array(table["value"], dtype=np.float64),
            base=float(table["base"]),
            limit=float(table["limit"]),
        )
        for rule, table in json.loads(text).items()
    }


def matrix(signs: list[list[float]]) -> Floats:
    """(n, f), finite: what the trees learned from was, and not so large."""
    found: Floats = np.clip(np.nan_to_num(np.array(signs, dtype=np.float64)), -1e6, 1e6)
    return found


def sure(rule: str, time: Ints, suspects: list[Suspect]) -> list[Suspect]:
    """Those that are faults, in their order, none over a surer one; among readings at `time`.

    Where a sensor speaks more seldom than those learned from, what the rule says stands.
    """
    trees = _trees().get(rule)
    if trees is None or not suspects:
        return []
    if float(np.median(np.diff(time))) > SELDOM:
        above = np.array([1.0 if one.told else -1.0 for one in suspects])
    else:
        above = trees.odds(matrix([one.signs for one in suspects])) - trees.limit
    kept: list[Suspect] = []
    for at in np.argsort(-above, kind="stable").tolist():
        one = suspects[at]
        if above[at] > 0.0 and all(
            one.after <= other.first or one.first >= other.after for other in kept
        ):
            kept.append(one)
    return sorted(kept, key=lambda each: each.first)
