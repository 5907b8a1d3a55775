# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a model is worth, counted on answers to texts that it had not seen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kodeks.inquiries.engine.calibration import choices
from kodeks.inquiries.engine.deciding import Limits
from kodeks.statistics.calibration import expected_error

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

ALLOWED_ERROR = 0.05
"""Of what is offered, as `TriageModel.triage` has it unless told otherwise."""


@dataclass(frozen=True)
class Answers:
    """Chances (n, labels) out of fold, the right label (n,), -1 out of scope, and whether the gate
    let the text in."""

    chances: Floats
    truth: Integers
    passed: Booleans

    @property
    def inside(self) -> Booleans:
        return self.truth >= 0

    @property
    def guess(self) -> Integers:
        return np.asarray(self.chances.argmax(axis=1))

    @property
    def confidence(self) -> Floats:
        return np.asarray(self.chances.max(axis=1))

    @property
    def right(self) -> Booleans:
        return np.asarray(self.guess == self.truth)


def macro_f1(guess: Integers, truth: Integers) -> float:
    """The mean over labels of F1, of the labels that are there."""
    size = int(max(guess.max(), truth.max())) + 1
    hits = np.bincount(truth[guess == truth], minlength=size)
    total = np.bincount(guess, minlength=size) + np.bincount(truth, minlength=size)
    return float((2 * hits[total > 0] / total[total > 0]).mean())


def accepted(answers: Answers, limits: Limits) -> Booleans:
    """(n,): whether the label would be accepted, at the error that is allowed."""
    least = np.array(
        [limits.of_labels[name].threshold(ALLOWED_ERROR) for name in limits.departments]
    )
    return answers.passed & (answers.confidence >= least[answers.guess])


def metrics(answers: Answers, limits: Limits) -> dict[str, float]:
    """The figures that a release states."""
    inside, right = answers.inside, answers.right
    taken = accepted(answers, limits)
    found = {
        "examples": float(inside.sum()),
        "accuracy": float(right[inside].mean()),
        "macro_f1": macro_f1(answers.guess[inside], answers.truth[inside]),
        "ece": expected_error(answers.confidence[inside], right[inside]),
        "coverage_at_5_percent": float(taken[inside].mean()),
        "error_at_5_percent": float((~right[taken]).mean()) if taken.any() else 0.0,
    }
    if not inside.all():
        found["out_of_scope_examples"] = float((~inside).sum())
        found["out_of_scope_accepted"] = float(taken[~inside].mean())
    left = inside & ~taken
    if left.any():
        ranked, place = in_order(answers.chances[left], answers.truth[left])
        found["right_among_choices"] = float((place < choices(ranked, limits.reach)).mean())
    return found


def in_order(chances: Floats, truth: Integers) -> tuple[Floats, Integers]:
    """The chances (n, labels) in falling order, and the right label's place (n,) among them."""
    order = np.argsort(-chances, axis=1, kind="stable")
    place = (order == truth[:, None]).argmax(axis=1)
    return np.take_along_axis(chances, order, axis=1), place
