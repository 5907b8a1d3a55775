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
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


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

    def decide(
        self,
        *,
        chances: Floats,
        best: Integers,
        outside: Booleans,
        max_error: float,
        by_department: Mapping[str, float],
    ) -> list[Decision]:
        """For chances (n, labels) of which the label `best` (n,) has the highest, of texts that lie
        `outside` (n,) or not. Each text is decided by itself. `max_error` is allowed where
        `by_department` does not say otherwise.

        The department's chance is the sum of its labels'.
        """
        counts = choices(-np.sort(-chances, axis=1), self.reach)
        totals = np.zeros((len(chances), len(self.names)))
        for label, place in enumerate(self.places.tolist()):
            totals[:, place] += chances[:, label]
        likeliest = totals.argmax(axis=1)
        of_labels, of_departments = (
            [_promise(curves, name, by_department.get(name, max_error)) for name in self.names]
            for curves in (self.of_labels, self.of_departments)
        )
        rows = np.arange(len(chances))
        found = zip(
            self.places[best].tolist(),
            chances[rows, best].tolist(),
            likeliest.tolist(),
            totals[rows, likeliest].tolist(),
            outside.tolist(),
            counts.tolist(),
            strict=True,
        )
        return [
            self._decision(
                _Sure(self.names[own], chance, *of_labels[own]),
                _Sure(self.names[nearest], total, *of_departments[nearest]),
                out,
                count,
            )
            for own, chance, nearest, total, out, count in found
        ]

    def _decision(self, label: _Sure, department: _Sure, outside: bool, count: int) -> Decision:
        if outside:
            why = "Teksten ligner ikke de emner, modellen kender. En person ser på den."
            return Decision("outside", why, 1.0, count, department.name)
        if label.enough:
            why = _promised("emnet", label.name, label.promise)
            return Decision("label", why, label.promise, 1, label.name)
        if department.enough:
            why = _promised("afdelingen", department.name, department.promise)
            why += " Emnet vælger en person."
            return Decision("department", why, department.promise, count, department.name)
        limit = min(label.limit, department.limit)
        return Decision("choose", _unsure(limit, label.name), 1.0, count, department.name)


@dataclass(frozen=True)
class _Sure:
    """A department, how likely it or its label is, and the least chance with what it promises."""

    name: str
    chance: float
    limit: float
    promise: float

    @property
    def enough(self) -> bool:
        return self.chance >= self.limit


def _promise(curves: Mapping[str, RiskCurve], name: str, max_error: float) -> tuple[float, float]:
    curve = curves.get(name)
    return curve.promise(max_error) if curve else (float("inf"), 1.0)


def _promised(what: str, department: str, promise: float) -> str:
    where = f" i {department}" if department and what == "emnet" else ""
    percent = f"{100 * promise:.1f}".replace(".", ",")
    return (
        f"Modellen er sikker på {what}. Højst {percent} % af så sikre forslag{where} er forkerte. "
        "Det gælder med 95 % sikkerhed for tekster som dem, den lærte af."
    )


def _unsure(limit: float, department: str) -> str:
    where = f" for {department}" if department else ""
    if limit == float("inf"):
        return f"Der er for få rigtige svar{where} til at love noget. En person vælger emnet."
    return f"Modellen er ikke sikker nok{where}. En person vælger emnet."
