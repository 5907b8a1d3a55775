# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How much a suggestion moves those who see it.

Some recommendations are drawn to the blind arm: the caseworker notes an own view before the
suggestion is shown. Influence is the share of decisions that agree with the suggestion where it was
shown, minus the share of first views that agree with it where it was not yet. As chance alone chose
the arm, the difference is caused by the suggestion. 0.10 means that one case in ten ends otherwise
because of it; whether for the better, this figure does not tell.

The interval inverts the score test with the variance under the difference that is tried:
O. Miettinen and M. Nurminen, "Comparative analysis of two rates", Statistics in Medicine 4 (1985),
over strata with the weights of Mantel and Haenszel (as B. Klingenberg, Statistics in Medicine 33
(2014), advises). It was chosen by its coverage: docs/measurements.md, "Human oversight".
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kodeks.statistics.shares import FigureError, check_counts, two_sided

_HALVINGS = 40


@dataclass(frozen=True)
class Arm:
    """Of `total` cases, `agreed` ended as the suggestion has it; an arm may be empty.

    Errors: FigureError when the counts cannot be.
    """

    agreed: int
    total: int

    def __post_init__(self) -> None:
        if (self.agreed, self.total) != (0, 0):
            check_counts(count=self.agreed, total=self.total)


@dataclass(frozen=True, kw_only=True)
class Stratum:
    """The two arms of cases that are alike: one team in one month, say."""

    shown: Arm
    blind: Arm

    @property
    def weight(self) -> float:
        """How much it tells, n m / (n + m); nothing while an arm is empty."""
        shown, blind = self.shown.total, self.blind.total
        return shown * blind / (shown + blind) if shown and blind else 0.0


@dataclass(frozen=True, kw_only=True)
class Influence:
    """The difference of shares, -1 to 1, with its interval; how many cases of each arm told."""

    estimate: float
    low: float
    high: float
    shown: int
    blind: int


def influence(*, shown: Arm, blind: Arm, level: float = 0.95) -> Influence:
    """Influence where all cases are alike: one team over a time in which little changed.

    Errors: FigureError when an arm is empty.
    """
    return pooled(strata=(Stratum(shown=shown, blind=blind),), level=level)


def pooled(*, strata: Sequence[Stratum], level: float = 0.95) -> Influence:
    """Influence over teams and months, compared within each: a change of mix is not influence.

    The share drawn to the blind arm may differ from stratum to stratum, which it does as soon as
    an owner changes it. A stratum with an empty arm has nothing to compare and is left out.
    Errors: FigureError when that leaves none.
    """
    z = two_sided(level)
    kept = comparable(strata)
    low = _crossing(lambda difference: score(strata=kept, difference=difference) > z)
    high = _crossing(lambda difference: score(strata=kept, difference=difference) > -z)
    estimate = _estimate(kept)
    return Influence(
        estimate=estimate,
        # Halving stops a hair before the end of the scale, where an estimate may lie.
        low=min(low, estimate),
        high=max(high, estimate),
        shown=sum(one.shown.total for one in kept),
        blind=sum(one.blind.total for one in kept),
    )


def comparable(strata: Sequence[Stratum]) -> tuple[Stratum, ...]:
    """The strata with cases in both arms. Errors: FigureError when there is none."""
    kept = tuple(one for one in strata if one.weight > 0)
    if not kept:
        raise FigureError(
            "Der er ingen sager at sammenligne. Der skal være sager både med og uden vist forslag."
        )
    return kept


def score(*, strata: Sequence[Stratum], difference: float) -> float:
    """How many standard deviations the difference found lies above the `difference` tried."""
    above = variance = 0.0
    for one in strata:
        weight = one.weight
        if weight:
            shown, blind = one.shown, one.blind
            found = shown.agreed / shown.total - blind.agreed / blind.total
            above += weight * (found - difference)
            variance += weight * weight * _variance(one, difference)
    if math.isclose(above, 0.0, abs_tol=1e-12):
        return 0.0
    return above / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, above)


def _estimate(strata: Sequence[Stratum]) -> float:
    total = sum(one.weight for one in strata)
    return (
        math.fsum(
            one.weight * (one.shown.agreed / one.shown.total - one.blind.agreed / one.blind.total)
            for one in strata
        )
        / total
    )


def _variance(stratum: Stratum, difference: float) -> float:
    shown, blind = stratum.shown, stratum.blind
    share = _likeliest(stratum, difference)
    above = share + difference
    total = shown.total + blind.total
    variance = above * (1 - above) / shown.total + share * (1 - share) / blind.total
    return max(0.0, variance) * total / (total - 1)


def _likeliest(stratum: Stratum, difference: float) -> float:
    """The likeliest share of the blind arm if the shown one lies `difference` above it.

    The one root of the likelihood's cubic that lies within bounds (Miettinen and Nurminen 1985,
    appendix I).
    """
    n, m = stratum.shown.total, stratum.blind.total
    agreed = stratum.shown.agreed + stratum.blind.agreed
    cubed = n + m
    squared = (n + 2 * m) * difference - cubed - agreed
    linear = (m * difference - cubed - 2 * stratum.blind.agreed) * difference + agreed
    constant = stratum.blind.agreed * difference * (1 - difference)
    middle = squared / (3 * cubed)
    half = middle**3 - middle * linear / (2 * cubed) + constant / (2 * cubed)
    reach = math.copysign(math.sqrt(max(0.0, middle**2 - linear / (3 * cubed))), half)
    ratio = half / reach**3 if reach else 0.0
    angle = (math.pi + math.acos(min(1.0, max(-1.0, ratio)))) / 3
    root = 2 * reach * math.cos(angle) - middle
    return min(max(root, 0.0, -difference), 1.0, 1.0 - difference)


def _crossing(is_above: Callable[[float], bool]) -> float:
    """Where `is_above` turns from true to false on -1 to 1, by halving."""
    low, high = -1.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if is_above(middle) else (low, middle)
    return (low + high) / 2
