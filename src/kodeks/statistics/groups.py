# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How often a system selects, hits and errs in each group of citizens, from counts.

A case is `selected` (what the system said) or not, and `positive` (what turned out to be right) or
not. The definitions are those of Fairlearn and Aequitas, with which tests compare them:

    selection_rate  selected of all                   (TP + FP) / n
    base_rate       positive of all                   (TP + FN) / n
    tpr             selected of the positive          TP / (TP + FN)
    fpr             selected of the negative          FP / (FP + TN)
    precision       positive of the selected          TP / (TP + FP)
    accuracy        right of all                      (TP + TN) / n
    error           wrong of all                      (FP + FN) / n
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kodeks.statistics.inputs import Floats, Grouping, Integers, same_length, yes_or_no
from kodeks.statistics.shares import FigureError

MEASURES = ("selection_rate", "base_rate", "tpr", "fpr", "precision", "accuracy", "error")
CELLS = ("tp", "fp", "fn", "tn")
# Which cells are counted above and below the line of each measure, in the order of the two above.
_ABOVE = np.array(
    [
        [1, 1, 0, 0],
        [1, 0, 1, 0],
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [1, 0, 0, 0],
        [1, 0, 0, 1],
        [0, 1, 1, 0],
    ]
)
_BELOW = np.array(
    [
        [1, 1, 1, 1],
        [1, 1, 1, 1],
        [1, 0, 1, 0],
        [0, 1, 0, 1],
        [1, 1, 0, 0],
        [1, 1, 1, 1],
        [1, 1, 1, 1],
    ]
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Counts:
    """Cases of each group: `table` (groups, 4) in the order of CELLS, `names` of the groups."""

    names: tuple[str, ...]
    table: Integers

    @property
    def sizes(self) -> Integers:
        """Cases in each group (groups,)."""
        return np.asarray(self.table.sum(axis=1))

    def values(self) -> dict[str, tuple[float | None, ...]]:
        """For each measure its value in each group; None where nothing is below the line."""
        found = rates(self.table)
        return {
            measure: tuple(None if np.isnan(one) else float(one) for one in found[:, number])
            for number, measure in enumerate(MEASURES)
        }


def count(
    *, selected: ArrayLike, positive: ArrayLike, groups: Grouping | Sequence[str] | NDArray[np.str_]
) -> Counts:
    """Count the cases of each group; all three are (n,).

    Raises FigureError when they differ in length, are empty or are not yes or no.
    """
    said = yes_or_no(selected, what="Det, systemet valgte,")
    right = yes_or_no(positive, what="Det rigtige svar")
    grouping = groups if isinstance(groups, Grouping) else Grouping.of(groups)
    same_length(valg=len(said), svar=len(right), grupper=len(grouping))
    return of_cells(cells(said, right), grouping)


def cells(selected: NDArray[np.bool_], positive: NDArray[np.bool_]) -> Integers:
    """Place in CELLS of each case (n,); made once where the same cases are divided in many ways."""
    # TP 0, FP 1, FN 2, TN 3.
    return np.asarray(2 * ~selected + 1 * ~positive, dtype=np.int64)


def of_cells(places: Integers, grouping: Grouping) -> Counts:
    """The counts of cases that are placed already."""
    size = len(grouping.names)
    table = np.bincount(grouping.codes * 4 + places, minlength=size * 4).reshape(size, 4)
    return Counts(names=grouping.names, table=table.astype(np.int64))


def parts(counts: Counts, measure: str) -> tuple[Integers, Integers]:
    """What is above and below the line of a measure in each group, both (groups,).

    Raises FigureError for a measure that is not in MEASURES.
    """
    if measure not in MEASURES:
        raise FigureError(f"Målet {measure} findes ikke. Vælg et af: {', '.join(MEASURES)}.")
    number = MEASURES.index(measure)
    return np.asarray(counts.table @ _ABOVE[number]), np.asarray(counts.table @ _BELOW[number])


def rates(table: NDArray[np.int64]) -> Floats:
    """The measures (..., measures) of cells (..., 4); NaN where nothing is below the line."""
    above, below = table @ _ABOVE.T, table @ _BELOW.T
    with np.errstate(invalid="ignore"):
        return np.asarray(above / below)
