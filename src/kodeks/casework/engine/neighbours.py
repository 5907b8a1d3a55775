# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a text's nearest phrases say together, where each counts for what the others do not say.

Kernel ridge regression on the nearest phrases alone (Bottou and Vapnik, Local Learning Algorithms,
1992; Saunders et al., Ridge Regression in Dual Variables, 1998): with k the text's likenesses to
them and G their likenesses to each other, the phrases' weights are (G + ridge I)^-1 k. Twenty
phrases that say the same thus share what one of them would have. A phrase that others explain
better would get less than nothing; it gets nothing, so that no word counts for a subject by
speaking against another (measured: as good).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodeks.casework.engine.phrases import Floats, Integers


@dataclass(frozen=True)
class Rows:
    """The phrases' features one phrase after another: `features` and `values` of phrase i lie from
    `starts[i]` to `starts[i + 1]`."""

    starts: Integers
    features: Integers
    values: Floats

    @classmethod
    def of_postings(
        cls, phrases: Integers, values: Floats, starts: Integers, *, count: int
    ) -> Rows:
        """Of postings that lie one feature after another, for `count` phrases."""
        features = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        order = np.argsort(phrases, kind="stable")
        ends = np.searchsorted(phrases[order], np.arange(count + 1))
        return cls(ends, features[order], values[order])

    def alike(self, chosen: Integers) -> Floats:
        """(n, n): the chosen phrases' likenesses to each other; 1 on the diagonal."""
        times = self.starts[chosen + 1] - self.starts[chosen]
        places = ranges(self.starts[chosen], times)
        rows = np.repeat(np.arange(len(chosen)), times)
        _, columns, counts = np.unique(
            self.features[places], return_inverse=True, return_counts=True
        )
        # What only one phrase has makes it like no other.
        shared = counts > 1
        at = np.cumsum(shared) - 1
        kept = shared[columns]
        dense = np.zeros((len(chosen), int(shared.sum())))
        dense[rows[kept], at[columns[kept]]] = self.values[places[kept]]
        found = dense @ dense.T
        np.fill_diagonal(found, 1.0)
        return np.asarray(found)


def weights(alike: Floats, likeness: Floats, *, power: float, ridge: float) -> Floats:
    """The phrases' weights, at least 0, by their likenesses to each other (n, n) and the text's to
    each (n,), from 0 to 1. Both are raised to `power`."""
    between = np.clip(alike, 0, 1) ** power
    between[np.diag_indices(len(likeness))] += ridge
    return np.asarray(np.maximum(np.linalg.solve(between, likeness**power), 0.0))


def nearest(likeness: Floats, most: int) -> Integers:
    """The phrases with the greatest likeness above 0; among equals the first, so that nothing is
    left to how a library sorts."""
    count = min(most, int(np.count_nonzero(likeness > 0)))
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    limit = np.partition(likeness, len(likeness) - count)[len(likeness) - count]
    above = np.flatnonzero(likeness > limit)
    equal = np.flatnonzero(likeness == limit)[: count - len(above)]
    return np.sort(np.concatenate([above, equal]))


def ranges(starts: Integers, times: Integers) -> Integers:
    """start, start + 1, ... for each start, so many times."""
    ends = np.cumsum(times)
    total = int(ends[-1]) if len(ends) else 0
    return np.asarray(np.arange(total) - np.repeat(ends - times, times) + np.repeat(starts, times))
