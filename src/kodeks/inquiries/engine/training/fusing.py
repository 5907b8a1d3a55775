# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How much words, meaning and how common a label is are to count, weighed on texts not seen.

Three numbers for the whole model, so that a few hundred texts are enough to find them, and the sum
stays linear: what each word says is still known exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kodeks.inquiries.engine import calibration, meaning
from kodeks.inquiries.engine.training.words import FOLDS, LEAST_OUTSIDE
from kodeks.language.embeddings import Embedder

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_LIGHTEST = 0.02
"""The least weight of words: below it the temperature would lose its meaning."""


@dataclass(frozen=True)
class Unseen:
    """Every text's scores of meaning (n, labels) and signs of familiarity (n, 3), by a model that
    has not seen it."""

    scores: Floats
    signs: Floats


@dataclass(frozen=True)
class Weights:
    """The margin is words + share * meaning + prior; chances are its softmax at `temperature`.

    `prior` has shape (labels,).
    """

    share: float
    prior: Floats
    temperature: float


def points_of(embedder: Embedder, texts: Sequence[str]) -> Floats:
    """The texts' points (n, d), some at a time."""
    some = 256
    parts = [embedder.embed(texts[start : start + some]) for start in range(0, len(texts), some)]
    return np.vstack(parts)


def unseen(points: Floats, truth: Integers, folds: Integers) -> Unseen:
    """Learn the meaning of the labels in all folds but one, and ask it of that one."""
    labels = int(truth.max()) + 1
    found = Unseen(np.zeros((len(truth), labels)), np.zeros((len(truth), 3)))
    for fold in range(FOLDS):
        rows = folds != fold
        if rows.all():
            continue
        learned = fit(points[rows], truth[rows], labels, "")
        scores = learned.scores(points[~rows])
        found.scores[~rows] = scores
        found.signs[~rows] = learned.familiarity(points[~rows], scores)
    return found


def fit(points: Floats, truth: Integers, labels: int, embedder: str) -> meaning.Meaning:
    """The meaning of the labels."""
    return meaning.fit(
        embedder=embedder,
        points=points,
        truth=truth,
        labels=labels,
        least_outside=LEAST_OUTSIDE // 2,
    )


def weigh(words: Floats, meant: Floats | None, truth: Integers) -> Weights:
    """The weights with the least negative log-likelihood of `truth` (n,) on scores (n, labels)."""
    labels = words.shape[1]
    if meant is None:
        return Weights(0.0, np.zeros(labels), calibration.fit_temperature(words, truth))
    from scipy.optimize import minimize

    common = np.log(np.bincount(truth, minlength=labels) + 1.0)
    common -= common.mean()
    sources = (words, meant, np.broadcast_to(common, words.shape))
    rows = np.arange(len(truth))

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = sum(w * source for w, source in zip(weights, sources, strict=True))
        chances = calibration.softmax(np.asarray(scores), 1.0)
        value = -np.log(np.maximum(chances[rows, truth], 1e-300)).mean()
        slope = [
            ((chances * source).sum(axis=1) - source[rows, truth]).mean() for source in sources
        ]
        return float(value), np.array(slope)

    limits = [(_LIGHTEST, None), (0.0, None), (0.0, None)]
    best = minimize(loss, np.array([2.0, 0.05, 0.1]), jac=True, method="L-BFGS-B", bounds=limits).x
    return Weights(float(best[1] / best[0]), best[2] / best[0] * common, float(1 / best[0]))
