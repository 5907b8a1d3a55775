# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Small crowds of like texts inside each label, for labels that are several things at once.

One cloud a label (see `meaning`) has one middle. A label that gathers several matters has several,
and a text that lies near one of them is surer than its distance from the middle of them all says.
Nearest neighbours would tell the same, and need every text's own point in the model, from which the
text can be guessed; a crowd is the mean of `LEAST` texts or more, or of the whole label.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Singles = NDArray[np.float32]

EACH, LEAST = 10, 5
"""Texts of a crowd, on average and at least."""
_SHARPNESS = 20.0
_ROUNDS = 20


@dataclass(frozen=True)
class Crowds:
    """`centres` (c, d) are the crowds' directions, times how sharply nearness counts; `sizes` (c,)
    say in logarithms how many texts each has, and `owners` (c,) which label it is of."""

    centres: Singles
    sizes: Floats
    owners: Integers

    @classmethod
    def none(cls, dimensions: int) -> Crowds:
        """Of a model that has no crowds."""
        none = np.zeros(0)
        return cls(np.zeros((0, dimensions), np.float32), none, none.astype(np.int64))

    def scores(self, centred: Floats, labels: int) -> Floats:
        """(n, labels): how near the points (n, d), taken from their mean, lie to the crowds of each
        label, together and in logarithms."""
        near = directions(centred) @ self.centres.T + self.sizes
        most = near.max(axis=1, keepdims=True)
        found = np.zeros((len(centred), labels))
        np.add.at(found.T, self.owners, np.exp(near - most).T)
        return np.asarray(np.log(found + 1e-12) + most)


def fit(centred: Floats, truth: Integers, labels: int) -> Crowds:
    """Gather the points (n, d), taken from their mean, of each label by direction: k-means on the
    sphere (Dhillon and Modha 2001)."""
    centres, sizes, owners = [], [], []
    for label in range(labels):
        ways = directions(centred[truth == label])
        # A label of which no text teaches has one crowd, of half a text and near to nothing.
        middles, counts = np.zeros((1, centred.shape[1])), np.array([0.5])
        if len(ways):
            middles, counts = _gathered(ways)
        centres.append(middles)
        sizes.append(np.log(counts))
        owners.append(np.full(len(middles), label, dtype=np.int64))
    return Crowds(
        (np.vstack(centres) * _SHARPNESS).astype(np.float32),
        np.concatenate(sizes),
        np.concatenate(owners),
    )


def directions(points: Floats) -> Floats:
    """The points, of length 1."""
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    return np.asarray(points / np.maximum(lengths, 1e-12))


def _gathered(ways: Floats) -> tuple[Floats, Floats]:
    """The crowds' directions and how many texts each has. One that gets too few texts is given up,
    the smallest first, and its texts go to others."""
    draw = np.random.default_rng(len(ways))
    middles = ways[np.sort(draw.choice(len(ways), max(1, len(ways) // EACH), replace=False))]
    for _ in range(_ROUNDS):
        middles, counts = _moved(ways, middles)
    while len(middles) > 1 and counts.min() < LEAST:
        middles, counts = _moved(ways, np.delete(middles, counts.argmin(), axis=0))
    return middles, counts


def _moved(ways: Floats, middles: Floats) -> tuple[Floats, Floats]:
    """The middles of the texts that are nearest to each, and how many those are."""
    home = (ways @ middles.T).argmax(axis=1)
    sums = np.zeros_like(middles)
    np.add.at(sums, home, ways)
    return directions(sums), np.bincount(home, minlength=len(middles)).astype(np.float64)
