# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Labels as clouds of points in a space of meaning: a linear score, and how strange a text is.

Linear discriminant analysis with one shared covariance, shrunk as Ledoit and Wolf (2004) derive;
closed form, so a handful of examples of each label is enough. How far a text lies from the nearest
cloud, compared with how far it lies from all texts, tells what is out of scope (Ren et al. 2021,
"A Simple Fix to Mahalanobis Distance"). No text's own point is kept: only means and covariances.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Singles = NDArray[np.float32]


@dataclass(frozen=True)
class Meaning:
    """What was learned of `labels` labels in a space of d dimensions.

    `mean` (d,) is taken from every point; `weights` (d, labels) and `intercepts` (labels,) give
    log-odds of the labels, all equally common; `within` (d, d) and `around` (d, d) are the inverse
    covariances inside the labels and of all texts; `outside` (d,) points to what was labelled out
    of scope, zero when too little was. `added` (d, labels) is what a point adds to the labels'
    margins: these weights, and perhaps others, as they were weighed against the words. `embedder`
    is the name of the embedding.
    """

    embedder: str
    mean: Singles
    weights: Singles
    intercepts: Floats
    within: Singles
    around: Singles
    outside: Singles
    added: Singles

    def margins(self, points: Floats) -> Floats:
        """(n, labels): what the points (n, d) add to the margins."""
        return np.asarray((points - self.mean) @ self.added)

    def scores(self, points: Floats) -> Floats:
        """(n, labels) log-odds for points (n, d)."""
        return np.asarray((points - self.mean) @ self.weights + self.intercepts)

    def familiarity(self, points: Floats, scores: Floats) -> Floats:
        """(n, 3): nearness to the nearest label, nearness compared with that to all texts, and
        unlikeness to what was out of scope; each higher for a text that belongs."""
        centred = points - self.mean
        own = ((centred @ self.within) * centred).sum(axis=1)
        every = ((centred @ self.around) * centred).sum(axis=1)
        near = 2 * scores.max(axis=1) - own
        return np.stack([near, near + every, -(centred @ self.outside)], axis=1)


def fit(
    *, embedder: str, points: Floats, truth: Integers, labels: int, least_outside: int
) -> Meaning:
    """Learn from points (n, d) whose label is `truth` (n,), -1 for what is out of scope.

    Nothing is added to margins yet.
    """
    inside = truth >= 0
    mean = points[inside].mean(axis=0)
    known, strange = points[inside] - mean, points[~inside] - mean
    sizes = np.bincount(truth[inside], minlength=labels)
    means = np.zeros((labels, points.shape[1]))
    np.add.at(means, truth[inside], known)
    means /= np.maximum(sizes, 1)[:, None]
    within = np.linalg.inv(shrunk(known - means[truth[inside]]))
    around = np.linalg.inv(shrunk(known))
    weights = within @ means.T
    outside = np.zeros(points.shape[1])
    if len(strange) >= least_outside:
        outside = around @ strange.mean(axis=0)
    return Meaning(
        embedder=embedder,
        mean=mean.astype(np.float32),
        weights=weights.astype(np.float32),
        intercepts=-0.5 * (means.T * weights).sum(axis=0),
        within=within.astype(np.float32),
        around=around.astype(np.float32),
        outside=outside.astype(np.float32),
        added=np.zeros_like(weights, dtype=np.float32),
    )


def shrunk(deviations: Floats) -> Floats:
    """The covariance of deviations (n, d) from their means, drawn towards a sphere of equal size
    by the share that loses least in expectation (Ledoit and Wolf 2004)."""
    count, dimensions = deviations.shape
    covariance = deviations.T @ deviations / count
    size = float(np.trace(covariance)) / dimensions
    sphere = size * np.eye(dimensions)
    spread = float(((covariance - sphere) ** 2).sum())
    lengths = (deviations**2).sum(axis=1)
    noise = float((lengths**2).mean() - (covariance**2).sum()) / count
    share = min(1.0, max(0.0, noise / spread)) if spread > 0 else 1.0
    # A sphere of no size (all points alike) has no inverse.
    floor = 1e-6 * np.eye(dimensions)
    return np.asarray((1 - share) * covariance + share * sphere + floor)
