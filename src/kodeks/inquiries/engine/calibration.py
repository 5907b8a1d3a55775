# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Probabilities one can trust, and the confidence that an allowed error asks for.

Temperature scaling: Guo et al. 2017, "On Calibration of Modern Neural Networks". Selective
classification with a bound: Geifman and El-Yaniv 2017, with Clopper-Pearson limits.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

UpperBound = Callable[[Floats, Floats], Floats]

_GOLDEN = (5**0.5 - 1) / 2


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

    Only points with a lower bound than every point before them are kept.
    """

    thresholds: Floats
    bounds: Floats

    def threshold(self, max_error: float) -> float:
        """The least confidence whose error bound is at most `max_error`; inf when there is none."""
        enough = np.flatnonzero(self.bounds <= max_error)
        return float(self.thresholds[enough[0]]) if len(enough) else float("inf")

    @classmethod
    def of(cls, confidence: Floats, wrong: Floats, upper: UpperBound) -> "RiskCurve":
        """The curve of out-of-fold answers; `upper(errors, trials)` is the bound."""
        order = np.argsort(-confidence, kind="stable")
        ranked, errors = confidence[order], np.cumsum(wrong[order])
        last = np.append(ranked[1:] < ranked[:-1], True) if len(ranked) else np.zeros(0, bool)
        positions = np.flatnonzero(last)[::-1]
        bounds = upper(errors[positions], (positions + 1).astype(np.float64))
        before = np.minimum.accumulate(np.append(np.inf, bounds))[:-1]
        better = bounds < before
        return cls(ranked[positions][better].copy(), bounds[better].copy())
