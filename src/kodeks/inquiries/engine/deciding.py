# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""From chances to how far the engine may go, with the promise that each department was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kodeks.inquiries.engine.calibration import RiskCurve, choices
from kodeks.inquiries.engine.results import Way

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Decision:
    """How far, why (Danish), the error that is promised, and how many choices a person is given."""

    way: Way
    why: str
    promise: float
    choices: int
    department: str


@dataclass(frozen=True)
class Limits:
    """Each department's curves of error by confidence: of the label, and of the department.

    `departments` (labels,) is where each label belongs, "" where there are no departments. `reach`
    is the sum of chances at which two choices are enough.
    """

    departments: tuple[str, ...]
    of_labels: Mapping[str, RiskCurve]
    of_departments: Mapping[str, RiskCurve]
    reach: float

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The departments, sorted."""
        return tuple(sorted(set(self.departments)))

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """(labels,): each label's department as a place in `names`."""
        number = {name: place for place, name in enumerate(self.names)}
        return np.array([number[name] for name in self.departments], dtype=np.int64)

    def decide(self, *, chances: Floats, best: int, outside: bool, max_error: float) -> Decision:
        """For chances (labels,) of which the label `best` has the highest.

        The department's chance is the sum of its labels'.
        """
        count = int(choices(np.sort(chances)[::-1][None], self.reach)[0])
        totals = np.bincount(self.places, weights=chances, minlength=len(self.names))
        likeliest = int(totals.argmax())
        own, department = self.departments[best], self.names[likeliest]
        if outside:
            why = "Teksten ligner ikke de emner, modellen kender. En person ser på den."
            return Decision("outside", why, 1.0, count, department)
        limit, promise = _promise(self.of_labels, own, max_error)
        if chances[best] >= limit:
            return Decision("label", _promised("emnet", own, promise), promise, 1, own)
        limit, promise = _promise(self.of_departments, department, max_error)
        if totals[likeliest] >= limit:
            why = _promised("afdelingen", department, promise)
            return Decision(
                "department", f"{why} Emnet vælger en person.", promise, count, department
            )
        return Decision("choose", _unsure(limit, own), 1.0, count, department)


def _promise(curves: Mapping[str, RiskCurve], name: str, max_error: float) -> tuple[float, float]:
    curve = curves.get(name)
    return curve.promise(max_error) if curve else (float("inf"), 1.0)


def _promised(what: str, department: str, promise: float) -> str:
    where = f" i {department}" if department and what == "emnet" else ""
    percent = f"{100 * promise:.1f}".replace(".", ",")
    return (
        f"Modellen er sikker på {what}. Højst {percent} % af så sikre forslag{where} er forkerte."
    )


def _unsure(limit: float, department: str) -> str:
    where = f" for {department}" if department else ""
    if limit == float("inf"):
        return f"Der er for få rigtige svar{where} til at love noget. En person vælger emnet."
    return f"Modellen er ikke sikker nok{where}. En person vælger emnet."
