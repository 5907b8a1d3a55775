# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Each department's own limit decides how far the engine goes, and says so."""

from __future__ import annotations

import numpy as np
import pytest

from kodeks.inquiries.engine.calibration import RiskCurve
from kodeks.inquiries.engine.deciding import Decision, Limits

SURE = RiskCurve(np.array([0.5, 0.8]), np.array([0.20, 0.04]))
STRICT = RiskCurve(np.array([0.95]), np.array([0.03]))
NOTHING = RiskCurve(np.zeros(0), np.zeros(0))
LIMITS = Limits(
    departments=("Vej", "Vej", "Kultur", "Skole"),
    of_labels={"Vej": SURE, "Kultur": STRICT, "Skole": NOTHING},
    of_departments={"Vej": SURE, "Kultur": STRICT, "Skole": NOTHING},
    reach=0.9,
)


def decide(
    *chances: float, outside: bool = False, max_error: float = 0.05, **by_department: float
) -> Decision:
    some = np.array([chances])
    (found,) = LIMITS.decide(
        chances=some,
        best=some.argmax(axis=1),
        outside=np.array([outside]),
        max_error=max_error,
        by_department=by_department,
    )
    return found


@pytest.mark.parametrize(
    ("chances", "way", "department", "choices"),
    [
        ((0.85, 0.05, 0.05, 0.05), "label", "Vej", 1),
        ((0.50, 0.42, 0.04, 0.04), "department", "Vej", 2),
        ((0.05, 0.04, 0.85, 0.06), "choose", "Kultur", 2),
        ((0.01, 0.01, 0.97, 0.01), "label", "Kultur", 1),
        ((0.00, 0.00, 0.00, 1.00), "choose", "Skole", 2),
        ((0.30, 0.30, 0.30, 0.10), "choose", "Vej", 3),
    ],
)
def test_how_far(chances: tuple[float, ...], way: str, department: str, choices: int) -> None:
    found = decide(*chances)
    assert (found.way, found.department, found.choices) == (way, department, choices)
    assert (found.promise <= 0.05) == (way in ("label", "department"))


def test_what_is_promised_is_said() -> None:
    assert "Højst 4,0 % af så sikre forslag i Vej" in decide(0.85, 0.05, 0.05, 0.05).why
    assert "Emnet vælger en person" in decide(0.50, 0.42, 0.04, 0.04).why
    assert "for få rigtige svar for Skole" in decide(0.0, 0.0, 0.0, 1.0).why
    assert "ikke sikker nok for Kultur" in decide(0.05, 0.05, 0.85, 0.05).why


def test_without_departments_a_promise_for_labels_is_one() -> None:
    """It was said that there are too few answers, as there is no limit for departments."""
    limits = Limits(("", ""), {"": SURE}, {}, 0.9)
    (found,) = limits.decide(
        chances=np.array([[0.7, 0.3]]),
        best=np.array([0]),
        outside=np.array([False]),
        max_error=0.05,
        by_department={},
    )
    assert found.why.startswith("Modellen er ikke sikker nok.")


def test_what_is_out_of_scope_is_never_routed() -> None:
    found = decide(1.0, 0.0, 0.0, 0.0, outside=True)
    assert (found.way, found.promise) == ("outside", 1.0)
    assert found.choices == 2


def test_a_larger_error_lets_more_through() -> None:
    assert decide(0.60, 0.1, 0.2, 0.1, max_error=0.05).way == "choose"
    assert decide(0.60, 0.1, 0.2, 0.1, max_error=0.25).way == "label"


def test_each_department_may_be_allowed_another_error() -> None:
    assert decide(0.60, 0.1, 0.2, 0.1, Vej=0.25).way == "label"
    assert decide(0.60, 0.1, 0.2, 0.1, Kultur=0.25).way == "choose"
    assert decide(0.85, 0.05, 0.05, 0.05, Vej=0.01).way == "choose"
