# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is known beforehand of the days around a bin's moment: weather, markets, festivals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kodeks.waste.engine.forecast.calendar import NOTHING, Calendar


@dataclass(frozen=True)
class Ahead:
    """Of days from `first` (days since 1970, on the clock at home), a tuple of numbers for each, by
    column; None where nothing is said. The bin's own number, else the town's."""

    columns: tuple[str, ...]
    first: int
    days: tuple[tuple[float | None, ...], ...]

    @property
    def as_json(self) -> dict[str, Any]:
        return {
            "columns": list(self.columns),
            "first": self.first,
            "days": [list(one) for one in self.days],
        }

    @classmethod
    def of_json(cls, content: Mapping[str, Any]) -> Ahead:
        """Raises KeyError, TypeError or ValueError for what is no such content."""
        columns = tuple(str(one) for one in content["columns"])
        days = tuple(
            tuple(None if one is None else float(one) for one in day) for day in content["days"]
        )
        if any(len(one) != len(columns) for one in days):
            raise ValueError
        return cls(columns, int(content["first"]), days)


def calendar(
    told: Sequence[Ahead | None], names: Sequence[str], columns: tuple[str, ...]
) -> Calendar:
    """For bins of the names (n,): the columns that a model was learned with, each bin's for itself.

    A column that nobody tells of is not known, and one that the model does not know is left out.
    """
    if not columns:
        return NOTHING
    bins: list[str] = []
    days: list[int] = []
    rows: list[list[float]] = []
    for name, one in zip(names, told, strict=True):
        if one is None:
            continue
        places = [
            one.columns.index(column) if column in one.columns else None for column in columns
        ]
        for number, values in enumerate(one.days):
            bins.append(name)
            days.append(one.first + number)
            rows.append([_number(values, place) for place in places])
    value = np.array(rows, dtype=np.float64).reshape(len(rows), len(columns))
    return Calendar(columns, tuple(bins), np.array(days, dtype=np.int64), value)


def _number(values: tuple[float | None, ...], place: int | None) -> float:
    found = None if place is None else values[place]
    return math.nan if found is None else found
