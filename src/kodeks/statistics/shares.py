# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A share and how far it can be trusted."""

import math
from dataclasses import dataclass
from statistics import NormalDist


class FigureError(ValueError):
    """What was given cannot be measured; the text, in Danish, says what to mend."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """`count` of `total`: the share `value` and its interval `low` to `high`, all 0 to 1."""

    count: int
    total: int
    value: float
    low: float
    high: float


def share(*, count: int, total: int, level: float = 0.95) -> Share:
    """The share with the score interval at `level`.

    Source: E.B. Wilson, "Probable inference, the law of succession, and statistical inference",
    JASA 22 (1927). Errors: FigureError when there is nothing to count or the counts cannot be.
    """
    check_counts(count=count, total=total)
    z = two_sided(level)
    value = count / total
    widening = z * z / total
    middle = (value + widening / 2) / (1 + widening)
    reach = z / (1 + widening) * math.sqrt((value * (1 - value) + widening / 4) / total)
    # At the ends the interval ends there too; rounding must not say otherwise.
    low = max(0.0, middle - reach) if count else 0.0
    high = min(1.0, middle + reach) if count < total else 1.0
    return Share(count=count, total=total, value=value, low=low, high=high)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One share less another with its interval, all -1 to 1."""

    value: float
    low: float
    high: float


def difference(one: Share, other: Share) -> Difference:
    """`one` less `other`, of different cases, at the level of their intervals.

    Source: R.G. Newcombe, "Interval estimation for the difference between independent proportions",
    Statistics in Medicine 17 (1998), method 10.
    """
    value = one.value - other.value
    below = math.hypot(one.value - one.low, other.high - other.value)
    above = math.hypot(one.high - one.value, other.value - other.low)
    return Difference(value=value, low=value - below, high=value + above)


def check_counts(*, count: int, total: int) -> None:
    """Errors: FigureError unless 0 <= count <= total and total is at least 1."""
    if total < 1:
        raise FigureError("Der er ingen sager at regne på. Vælg en længere periode.")
    if not 0 <= count <= total:
        raise FigureError(
            f"{count} af {total} kan ikke passe. Tallet skal ligge fra 0 til {total}."
        )


def check_fraction(*, value: float, name: str) -> None:
    """Errors: FigureError unless `value` lies between 0 and 1, both left out."""
    if not 0 < value < 1:
        raise FigureError(f"{name} er {value}. Det skal være et tal mellem 0 og 1.")


def two_sided(level: float) -> float:
    """The normal deviate that `level` of all lie within, as 1.96 for 0.95."""
    check_fraction(value=level, name="Sikkerheden")
    return NormalDist().inv_cdf((1 + level) / 2)
