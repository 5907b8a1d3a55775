# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The gate and the limits, learned from answers to texts that the model had not seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kodeks.inquiries.engine import calibration
from kodeks.inquiries.engine.deciding import Limits
from kodeks.inquiries.engine.gate import (
    ACCEPTED_OUTSIDE,
    LEAST_OUTSIDE,
    OF_BOTH,
    OF_WORDS,
    Gate,
)
from kodeks.inquiries.engine.training import figures

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

_REFUSED_INSIDE = 0.05
_REFUSED_INSIDE_AT_MOST = {OF_WORDS: 0.10, OF_BOTH: 0.05}
"""Words alone tell less of what is strange, so more is left to a person."""
_BOUND = 0.95
_RIGHT_AMONG_CHOICES = 0.90
_MARGIN, _RELATIVE = 0, 3
"""The signs that count where nothing is labelled out of scope (see Gate)."""


def gate(signs: Floats, inside: Booleans) -> Gate:
    """Weigh the signs (n, 2 or 5) by logistic regression, and cut.

    The cut lets in at most 5 % of what is out of scope, 95 % certain, but refuses no more than
    5 % of the rest, 10 % in a model of words. Without labelled examples the 5 % of texts with the
    weakest signs are left to a person.
    """
    from sklearn.linear_model import LogisticRegression

    scale = signs[inside].std(axis=0) + 1e-9
    strange = int((~inside).sum())
    if strange < LEAST_OUTSIDE:
        weights = np.zeros(signs.shape[1])
        used = [_MARGIN] if len(weights) == OF_WORDS else [_MARGIN, _RELATIVE]
        weights[used] = 1 / scale[used]
        values = signs[inside] @ weights
        return Gate(tuple(weights.tolist()), float(np.quantile(values, _REFUSED_INSIDE)))
    weigher = LogisticRegression(class_weight="balanced", max_iter=1000)
    weigher.fit((signs - signs[inside].mean(axis=0)) / scale, inside)
    found = Gate(tuple((weigher.coef_[0] / scale).tolist()), 0.0)
    values = found.values(signs)
    outside = np.sort(values[~inside])[::-1]
    let_in = np.arange(strange, dtype=np.float64)
    certain = _upper_bound(let_in, np.full(strange, float(strange))) <= ACCEPTED_OUTSIDE
    wanted = outside[max(int(certain.sum()) - 1, 0)]
    limit = np.quantile(values[inside], _REFUSED_INSIDE_AT_MOST[signs.shape[1]])
    return Gate(found.weights, float(min(np.nextafter(wanted, np.inf), limit)))


def lets_in_at_most(cut: Gate, signs: Floats, inside: Booleans) -> float | None:
    """The share of what is out of scope that the cut lets in, at most (95 %); None where there was
    too little to learn it from. Above what is wanted (5 %) the cut would have to refuse too much of
    what belongs, or the examples are too few to promise it."""
    strange = int((~inside).sum())
    if strange < LEAST_OUTSIDE:
        return None
    let_in = float(cut.lets_in(signs[~inside]).sum())
    return float(_upper_bound(np.array([let_in]), np.array([float(strange)]))[0])


def limits(answers: figures.Answers, departments: Sequence[str]) -> Limits:
    """Each department's curves, and how many choices a person needs.

    A text out of scope that slips through the gate is an error like any other.
    """
    blank = Limits(tuple(departments), {}, {}, 1.0)
    places, passed = blank.places, answers.passed
    totals = np.stack(
        [answers.chances[:, places == place].sum(axis=1) for place in range(len(blank.names))],
        axis=1,
    )
    likeliest = totals.argmax(axis=1)
    home = np.where(answers.inside, places[answers.truth], -1)
    own = places[answers.guess]
    of_labels, of_departments = {}, {}
    for place, name in enumerate(blank.names):
        rows = passed & (own == place)
        of_labels[name] = _curve(answers.confidence[rows], answers.right[rows])
        if len(blank.names) > 1:
            rows = passed & (likeliest == place)
            of_departments[name] = _curve(totals[rows, place], home[rows] == place)
    unsure = answers.inside & ~figures.accepted(
        answers, Limits(blank.departments, of_labels, {}, 1.0)
    )
    ranked, rank = figures.in_order(answers.chances[unsure], answers.truth[unsure])
    reach = calibration.fit_reach(ranked, rank, _RIGHT_AMONG_CHOICES) if unsure.any() else 0.0
    return Limits(blank.departments, of_labels, of_departments, reach)


def _curve(confidence: Floats, right: Booleans) -> calibration.RiskCurve:
    return calibration.RiskCurve.of(confidence, (~right).astype(np.float64), _upper_bound, _likely)


def _upper_bound(errors: Floats, trials: Floats) -> Floats:
    """One-sided Clopper-Pearson limit at 95 % (Clopper and Pearson 1934)."""
    from scipy.special import betaincinv

    limit = betaincinv(errors + 1, np.maximum(trials - errors, 1e-12), _BOUND)
    return np.where(errors >= trials, 1.0, limit)


def _likely(errors: Floats, trials: Floats, max_error: float) -> Floats:
    """How likely that limit is at most `max_error`, where so many errors are expected (Poisson)."""
    from scipy.special import bdtrik, pdtr

    most = np.floor(np.maximum(np.nan_to_num(bdtrik(1 - _BOUND, trials, max_error)), 0.0))
    return np.where(_upper_bound(most, trials) <= max_error, pdtr(most, errors), 0.0)
