# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Rounds that were like this one, by trees: how full the bin was met in them (Meinshausen 2006).

Tables that numpy reads: each tree sends a round to a leaf, and each leaf knows how its rounds
ended. The answer is the mean of the leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.forecast.history import Floats, Integers

LEVELS = np.arange(1, 20) / 20
HEIGHTS = np.arange(5.0, 101.0, 5.0)


@dataclass(frozen=True)
class Forest:
    """root (T,): where each tree begins among the nodes (M,). At a node a round goes left when its
    sign `feature` is at most `cut`, else right, always to a later node; `leaf` (M,) is which leaf
    it is, -1 for none. below (L, 20): shares of a leaf's rounds that were less than HEIGHTS."""

    root: Integers
    feature: Integers
    cut: Floats
    left: Integers
    right: Integers
    leaf: Integers
    below: Floats

    def quantiles(self, signs: Floats) -> Floats:
        """(n, 19): percent at 5, 10 .. 95 %, of signs (n, F); at most 100."""
        below = np.concatenate([np.zeros((len(signs), 1)), self._below(signs)], axis=1)
        rising = below + np.arange(below.shape[1]) * 1e-9
        heights = np.append(0.0, HEIGHTS)
        found = [np.interp(LEVELS, row, heights) for row in rising]
        return np.array(found).reshape(len(signs), len(LEVELS))

    def _below(self, signs: Floats) -> Floats:
        node = np.tile(self.root, (len(signs), 1))
        going = self.leaf[node] < 0
        while going.any():
            row, tree = np.nonzero(going)
            here = node[row, tree]
            lower = signs[row, self.feature[here]] <= self.cut[here]
            node[row, tree] = np.where(lower, self.left[here], self.right[here])
            going = self.leaf[node] < 0
        total = np.zeros((len(signs), len(HEIGHTS)))
        for nodes in node.T:
            total += self.below[self.leaf[nodes]]
        return total / len(self.root)
