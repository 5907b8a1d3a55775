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
Likely = Callable[[Floats, Floats, float], Floats]

_GOLDEN = (5**0.5 - 1) / 2
_LEAST_TRIALS = 60
"""Without an error, 59 texts are what promises 5 % at 95 % certainty."""
ALLOWED = np.arange(1, 101) / 200
"""Errors that may be allowed, for each of which it is looked up where tests begin; another begins
as the next smaller one."""
_ROUNDED = 1e-9
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
    """For each confidence threshold (increasing) the upper bound of the error above it, and for
    each of the errors `ALLOWED` at which threshold the tests `begin`, as its place; without those
    they begin at the surest.

    No threshold at all: nothing can be promised.
    """

    thresholds: Floats
    bounds: Floats
    begins: Integers | None = None

    def threshold(self, max_error: float) -> float:
        """The least confidence whose error bound is at most `max_error`; inf when there is none."""
        return self.promise(max_error)[0]

    def promise(self, max_error: float) -> tuple[float, float]:
        """That confidence, and the bound of the error above it; (inf, 1) when there is none."""
        first = len(self.bounds) - 1
        known = int(np.searchsorted(ALLOWED, max_error + _ROUNDED)) - 1
        if self.begins is not None and len(self.begins) and known >= 0:
            first = int(self.begins[known])
        walked = self.bounds[first::-1] if first >= 0 else self.bounds
        held = int(np.argmin(np.append(walked <= max_error, False)))
        if not held:
            return float("inf"), 1.0
        return float(self.thresholds[first + 1 - held]), float(walked[:held].max())

    @classmethod
    def of(
        cls, confidence: Floats, wrong: Floats, upper: UpperBound, likely: Likely
    ) -> "RiskCurve":
        """The curve of out-of-fold answers; `upper(errors, trials)` is the bound, and
        `likely(errors, trials, max_error)` how likely it is at most `max_error` where so many
        errors are expected.

        The thresholds to be tried are fixed by how many texts lie above them, before an error is
        looked at, and so is where one begins: where the texts' chances say that the test holds most
        likely. From there they are tried down until one fails, so that a promise made of the last
        that held is as good as a single one (fixed-sequence testing: Angelopoulos et al. 2021,
        "Learn then Test").
        """
        count = len(confidence)
        order = np.argsort(-confidence, kind="stable")
        ranked, errors = confidence[order], np.cumsum(wrong[order])
        tried = np.arange(max(_LEAST_TRIALS, count // 20), count + 1, max(1, count // 40))
        # Texts of equal confidence are accepted together.
        trials = np.unique(count - np.searchsorted(ranked[::-1], ranked[tried - 1], side="left"))
        bounds = upper(errors[trials - 1], trials.astype(np.float64))
        expected = np.cumsum(1 - ranked)[trials - 1]
        last = len(trials) - 1
        begins = [
            last - int(np.argmax(likely(expected, trials.astype(np.float64), allowed)))
            for allowed in (ALLOWED.tolist() if len(trials) else ())
        ]
        return cls(
            ranked[trials - 1][::-1].copy(), bounds[::-1].copy(), np.array(begins, dtype=np.int64)
        )


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
