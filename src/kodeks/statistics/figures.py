# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Figures of groups as a release states them: texts of four decimals, each with its interval.

Every figure says its `attribute`, `group`, `measure`, `count` (the cases below the line), `value`,
`low` and `high`. Groups of fewer than ten cases are left out, since a figure about a handful of
people tells of them and not of the system, and so are those whose group is not known ("").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from numpy.typing import ArrayLike

from kodeks.statistics import calibration
from kodeks.statistics.groups import Counts, parts
from kodeks.statistics.shares import FigureError, share

LEAST_CASES = 10

Figure = dict[str, str]


def shares(*, attribute: str, counts: Counts, measures: Iterable[str]) -> tuple[Figure, ...]:
    """The shares of each group with 95 % intervals (Wilson 1927), measure by measure.

    Raises FigureError for a measure that is not in groups.MEASURES.
    """
    found = []
    for measure in measures:
        above, below = parts(counts, measure)
        for name, hits, cases in zip(counts.names, above.tolist(), below.tolist(), strict=True):
            if name and cases >= LEAST_CASES:
                one = share(count=hits, total=cases)
                found.append(_figure(attribute, name, measure, cases, one.value, one.low, one.high))
    return tuple(found)


def calibrations(
    *, attribute: str, chance: ArrayLike, positive: ArrayLike, groups: Sequence[str], seed: int = 0
) -> tuple[Figure, ...]:
    """Each group's expected calibration error with its interval (calibration.by_group).

    Raises FigureError as that does.
    """
    return tuple(
        _figure(
            attribute,
            one.group,
            "calibration",
            one.count,
            one.error.value,
            one.error.low,
            min(1.0, one.error.high),
        )
        for one in calibration.by_group(chance=chance, positive=positive, groups=groups, seed=seed)
        if one.group and one.count >= LEAST_CASES
    )


def _figure(
    attribute: str, group: str, measure: str, count: int, value: float, low: float, high: float
) -> Figure:
    if not attribute:
        raise FigureError("En opdeling i grupper skal have et navn.")
    return {
        "attribute": attribute,
        "group": group,
        "measure": measure,
        "count": str(count),
        "value": f"{value:.4f}",
        "low": f"{low:.4f}",
        "high": f"{high:.4f}",
    }
