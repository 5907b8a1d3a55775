# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How much words, meaning and how common a label is are to count, weighed on texts not seen.

Meaning is learned in two ways: by clouds (see `meaning`), and by logistic regression where there
are few texts, for which the clouds' shape cannot be known. A handful of numbers weigh them for the
whole model, so that a few hundred texts are enough, and the sum stays linear: what each word says
is still known exactly.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kodeks.inquiries.engine import calibration, meaning
from kodeks.inquiries.engine.gate import LEAST_OUTSIDE
from kodeks.inquiries.engine.training import words as of_words
from kodeks.inquiries.engine.training.words import FEW, FOLDS, LARGE, OF_EACH
from kodeks.language.embeddings import Embedder

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

_LIGHTEST = 0.02
"""The least weight of words: below it the temperature would lose its meaning."""
_PENALTY = 100.0
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Meant:
    """What was learned in the ways that are used: clouds first."""

    clouds: meaning.Meaning
    weights: tuple[Floats, ...]
    intercepts: tuple[Floats, ...]

    def scores(self, points: Floats) -> list[Floats]:
        """(n, labels) of each way."""
        centred = points - self.clouds.mean
        return [
            np.asarray(centred @ weights + intercepts)
            for weights, intercepts in zip(self.weights, self.intercepts, strict=True)
        ]


@dataclass(frozen=True)
class Unseen:
    """Every text's scores of meaning, (n, labels) for each way, and signs of familiarity (n, 3), by
    models that have not seen it."""

    scores: list[Floats]
    signs: Floats


@dataclass(frozen=True)
class Weights:
    """The margin is words + the ways of meaning, each by its share, + prior (labels,); chances are
    its softmax at `temperature`."""

    shares: Floats
    prior: Floats
    temperature: float

    def margins(self, words: Floats, meant: Sequence[Floats]) -> Floats:
        """(n, labels)."""
        return np.asarray(
            words + self.prior + sum(w * m for w, m in zip(self.shares, meant, strict=True))
        )


def points_of(embedder: Embedder, texts: Sequence[str]) -> Floats:
    """The texts' points (n, d), some at a time."""
    some = 256
    parts = [embedder.embed(texts[start : start + some]) for start in range(0, len(texts), some)]
    return np.vstack(parts)


def fit(
    points: Floats, truth: Integers, embedder: str, *, few: bool, names: Floats | None = None
) -> Meant:
    """The meaning of the labels; `few` says that logistic regression is used too, which may learn
    from the points of the labels' `names` (labels, d) as of one example more of each."""
    labels = int(truth.max()) + 1
    clouds = meaning.fit(
        embedder=embedder,
        points=points,
        truth=truth,
        labels=labels,
        least_outside=LEAST_OUTSIDE // 2,
    )
    weights, intercepts = [clouds.weights.astype(np.float64)], [clouds.intercepts]
    if few:
        inside = truth >= 0
        found = _regression(points[inside] - clouds.mean, truth[inside], names)
        weights.append(found[0])
        intercepts.append(found[1])
    return Meant(clouds, tuple(weights), tuple(intercepts))


def unseen(
    points: Floats,
    truth: Integers,
    folds: Integers,
    teaches: Booleans,
    names: Floats | None = None,
) -> Unseen:
    """Learn the meaning of the labels in all folds but one, of what teaches, and ask it of that
    one."""
    few = is_few(truth[teaches])
    ways = 2 if few else 1
    found = Unseen(
        [np.zeros((len(truth), int(truth.max()) + 1)) for _ in range(ways)],
        np.zeros((len(truth), 3)),
    )
    for fold in range(FOLDS):
        asked = folds == fold
        if not asked.any():
            continue
        rows = ~asked & teaches
        learned = fit(points[rows], truth[rows], "", few=few, names=names)
        scores = learned.scores(points[asked])
        for table, some in zip(found.scores, scores, strict=True):
            table[asked] = some
        found.signs[asked] = learned.clouds.familiarity(points[asked], scores[0])
    return found


def names_of(embedder: Embedder, labels: Sequence[str]) -> Floats | None:
    """The points of the labels' names, less their mean, as a name is no sentence; None where a
    label is no word."""
    named = [" ".join(_LETTERS.findall(label)).lower() for label in labels]
    if not all(named):
        return None
    points = points_of(embedder, named)
    return np.asarray(points - points.mean(axis=0))


def _likelihood(scores: Floats, truth: Integers) -> float:
    """How likely scores (n, labels) make the right labels, at the temperature that suits them."""
    chances = calibration.softmax(scores, calibration.fit_temperature(scores, truth))
    return _mean_log(chances[np.arange(len(truth)), truth])


def _mean_log(chances: Floats) -> float:
    return float(np.log(np.maximum(chances, 1e-300)).mean())


def unseen_with(
    names: Floats | None, points: Floats, truth: Integers, folds: Integers, teaches: Booleans
) -> tuple[Unseen, Floats | None]:
    """As `unseen`, with the labels' `names` where they make the right labels likelier, and those
    names; else without, and None."""
    without = unseen(points, truth, folds, teaches)
    if names is None:
        return without, None
    with_names = unseen(points, truth, folds, teaches, names)
    inside = truth >= 0
    taught, plain = (
        _likelihood(one.scores[-1][inside], truth[inside]) for one in (with_names, without)
    )
    return (with_names, names) if taught > plain else (without, None)


def is_few(truth: Integers) -> bool:
    """Whether there are so few texts that logistic regression is used."""
    return len(truth) <= FEW


def worth(meant: Sequence[Floats], truth: Integers) -> of_words.Worth:
    """What scores of words are worth: how likely they make the right labels, weighed with the
    scores of meaning `meant`, since the machine that is best alone is not always best beside those.
    Alone, or of few texts in all or of each label, they are worth what they get right."""
    few = len(truth) < max(LARGE, OF_EACH * (int(truth.max()) + 1))

    def of(scores: Floats, rows: Booleans) -> float:
        if not meant or few:
            return of_words.quality(scores[rows], truth[rows])
        words, others, right = scores[rows], [one[rows] for one in meant], truth[rows]
        weights = weigh(words, others, right)
        chances = calibration.softmax(weights.margins(words, others), weights.temperature)
        return _mean_log(chances[np.arange(len(right)), right])

    return of


def weigh(words: Floats, meant: Sequence[Floats], truth: Integers) -> Weights:
    """The weights with the least negative log-likelihood of `truth` (n,) on scores (n, labels)."""
    labels = words.shape[1]
    if not meant:
        prior = np.zeros(labels)
        return Weights(np.zeros(0), prior, calibration.fit_temperature(words, truth))
    from scipy.optimize import minimize

    common = np.log(np.bincount(truth, minlength=labels) + 1.0)
    common -= common.mean()
    sources = (words, *meant, np.broadcast_to(common, words.shape))
    rows = np.arange(len(truth))

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = sum(w * source for w, source in zip(weights, sources, strict=True))
        chances = calibration.softmax(np.asarray(scores), 1.0)
        value = -np.log(np.maximum(chances[rows, truth], 1e-300)).mean()
        slope = [
            ((chances * source).sum(axis=1) - source[rows, truth]).mean() for source in sources
        ]
        return float(value), np.array(slope)

    begin = np.array([2.0, *(1 / (1e-9 + source.std()) for source in meant), 0.1])
    limits = [(_LIGHTEST, None), *((0.0, None) for _ in sources[1:])]
    best = minimize(loss, begin, jac=True, method="L-BFGS-B", bounds=limits).x
    return Weights(best[1:-1] / best[0], best[-1] / best[0] * common, float(1 / best[0]))


def added(meant: Meant, weights: Weights, beside: Floats) -> tuple[meaning.Meaning, Floats]:
    """The meaning with what it adds to margins by its weights, and the intercepts (labels,);
    `beside` (d, labels) is what points add that were learned together with words, if they were."""
    total = sum(w * one for w, one in zip(weights.shares, meant.weights, strict=True))
    total = total + beside if len(beside) else total
    lean = sum(w * one for w, one in zip(weights.shares, meant.intercepts, strict=True))
    return replace(meant.clouds, added=np.asarray(total, dtype=np.float32)), np.asarray(lean)


def _regression(points: Floats, truth: Integers, names: Floats | None) -> tuple[Floats, Floats]:
    from sklearn.linear_model import LogisticRegression

    if names is not None:
        points = np.vstack([points, names])
        truth = np.append(truth, np.arange(len(names)))
    found = LogisticRegression(C=_PENALTY, max_iter=500).fit(points, truth)
    weights, intercepts = found.coef_.T, found.intercept_
    if weights.shape[1] == 1:
        weights, intercepts = np.hstack([-weights, weights]), np.append(-intercepts, intercepts)
    return np.asarray(weights), np.asarray(intercepts)
