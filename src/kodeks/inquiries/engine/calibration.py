# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Probabilities one can trust, and the confidence that an allowed error asks for.

Temperature scaling: Guo et al. 2017, "On Calibration of Modern Neural Networks". Selective
classification with a bound: Geifman and El-Yaniv 2017, with Clopper-Pearson limits. Choices:
Romano et al. 2020, "Classification with Valid and Adaptive Coverage", with a largest size.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

UpperBound = Callable[[Floats, Floats], Floats]

_GOLDEN = (5**0.5 - 1) / 2
_LEAST_TRIALS = 60
"""Without an error, 59 texts are what promises 5 % at 95 % certainty."""
FEWEST_CHOICES, MOST_CHOICES = 2, 3


def softmax(scores: Floats, temperature: float) -> Floats:
    """Probabilities over the last axis of `scores` (..., labels)."""
    scaled = (scores - scores.max(axis=-1, keepdims=True)) / temperature
    powers = np.exp(scaled)
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def fit_temperature(scores: Floats, truth: NDArray[np.int64]) -> float:
    """The temperature with the least negative log-likelihood of `truth` (n,) on (n, labels)."""

    def loss(log_temperature: float) -> float:
        scaled = scores / np.exp(log_temperature)
        top = scaled.max(axis=1)
        norm = top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))
        return float((norm - scaled[np.arange(len(truth)), truth]).mean())

    low, high = np.log(0.01), np.log(10.0)
    for _ in range(40):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return float(np.exp((low + high) / 2))


@dataclass(frozen=True)
class RiskCurve:
    """For each confidence threshold (increasing) the upper bound of the error above it.

    Bounds do not increase with the threshold. No threshold at all: nothing can be promised.
    """

    thresholds: Floats
    bounds: Floats

    def threshold(self, max_error: float) -> float:
        """The least confidence whose error bound is at most `max_error`; inf when there is none."""
        return self.promise(max_error)[0]

    def promise(self, max_error: float) -> tuple[float, float]:
        """That confidence, and the bound of the error above it; (inf, 1) when there is none."""
        enough = np.flatnonzero(self.bounds <= max_error)
        if not len(enough):
            return float("inf"), 1.0
        return float(self.thresholds[enough[0]]), float(self.bounds[enough[0]])

    @classmethod
    def of(cls, confidence: Floats, wrong: Floats, upper: UpperBound) -> "RiskCurve":
        """The curve of out-of-fold answers; `upper(errors, trials)` is the bound.

        The thresholds to be tried are fixed by how many texts lie above them, before an error is
        looked at, and are tried from the most certain down until one fails, so that a promise
        made of the last that held is as good as a single one (fixed-sequence testing: Angelopoulos
        et al. 2021, "Learn then Test").
        """
        count = len(confidence)
        order = np.argsort(-confidence, kind="stable")
        ranked, errors = confidence[order], np.cumsum(wrong[order])
        tried = np.arange(max(_LEAST_TRIALS, count // 10), count + 1, max(1, count // 40))
        # Texts of equal confidence are accepted together.
        trials = np.unique(count - np.searchsorted(ranked[::-1], ranked[tried - 1], side="left"))
        bounds = upper(errors[trials - 1], trials.astype(np.float64))
        return cls(ranked[trials - 1][::-1].copy(), np.maximum.accumulate(bounds)[::-1].copy())


def choices(ranked: Floats, reach: float) -> Integers:
    """How many of the most likely labels a person chooses between: 2 or 3, for each row of
    `ranked` (n, labels), probabilities in falling order; 3 unless two reach `reach` together."""
    two = ranked[:, :FEWEST_CHOICES].sum(axis=1) >= reach
    return np.minimum(np.where(two, FEWEST_CHOICES, MOST_CHOICES), ranked.shape[1])


def fit_reach(ranked: Floats, place: Integers, wanted: float) -> float:
    """The least reach with which the right label is among the choices in a share `wanted` of the
    rows, where that can be: `place` (n,) is the right label's rank (0 the most likely). Counted
    with one row more, as split conformal prediction does. 1 when three choices do not suffice."""
    third = place == FEWEST_CHOICES
    lost = int((place >= MOST_CHOICES).sum())
    allowed = int((1 - wanted) * (len(place) + 1)) - 1 - lost
    if allowed < 0:
        return 1.0
    two = np.sort(ranked[third, :FEWEST_CHOICES].sum(axis=1))[::-1]
    return float(np.nextafter(two[allowed], 2.0)) if allowed < len(two) else 0.0
