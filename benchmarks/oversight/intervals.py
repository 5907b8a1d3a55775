# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Which interval for a difference of two shares holds what it promises, in small and uneven arms?

    .venv/bin/python benchmarks/oversight/intervals.py

The chance that the 95 % interval holds the truth, exactly: summed over every outcome that two arms
can have, for blind agreement 0.5 to 0.95 and influence 0 to 20 points. For each method and pair of
arms: mean, least and most, and how many of the cases lie within 93 to 97 %.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from statistics import NormalDist

import numpy as np
from scipy.stats import binom

from kodeks.statistics.influence import Arm, Stratum, score
from kodeks.statistics.shares import Share, share

ARMS = ((10, 10), (30, 10), (90, 10), (50, 50), (270, 30), (300, 300), (900, 100))
BLIND = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
INFLUENCE = (0.0, 0.03, 0.05, 0.1, 0.2)
Z = NormalDist().inv_cdf(0.975)
_NEGLIGIBLE = 1e-7

Holds = Callable[[Arm, Arm, float], bool]


def main() -> None:
    for shown, blind in ARMS:
        print(f"{shown} shown, {blind} blind:    mean   least    most   within 93 to 97")
        for name, holds in METHODS.items():
            found = np.array(
                [
                    coverage(holds, shown, blind, share, share + difference)
                    for share in BLIND
                    for difference in INFLUENCE
                    if share + difference < 1
                ]
            )
            within = ((found >= 0.93) & (found <= 0.97)).mean()
            figures = (found.mean(), found.min(), found.max(), within)
            print(f"  {name:<22}" + "".join(f"{100 * figure:8.1f}" for figure in figures))


def coverage(holds: Holds, shown: int, blind: int, low: float, high: float) -> float:
    """The chance that the interval holds high - low, the agreement in the two arms."""
    return math.fsum(
        chance * other
        for agreed, chance in _outcomes(shown, high)
        for as_well, other in _outcomes(blind, low)
        if holds(Arm(agreed, shown), Arm(as_well, blind), high - low)
    )


@cache
def _outcomes(total: int, share: float) -> list[tuple[int, float]]:
    chances = binom.pmf(np.arange(total + 1), total, share)
    return [(k, float(chance)) for k, chance in enumerate(chances) if chance > _NEGLIGIBLE]


def _score(shown: Arm, blind: Arm, difference: float) -> bool:
    return abs(score(strata=(Stratum(shown=shown, blind=blind),), difference=difference)) <= Z


def _newcombe(shown: Arm, blind: Arm, difference: float) -> bool:
    """R.G. Newcombe 1998, method 10: Wilson's intervals of both, put together."""
    one, other = _wilson(shown), _wilson(blind)
    middle = one.value - other.value
    below = math.hypot(one.value - one.low, other.high - other.value)
    above = math.hypot(one.high - one.value, other.value - other.low)
    return middle - below <= difference <= middle + above


@cache
def _wilson(arm: Arm) -> Share:
    return share(count=arm.agreed, total=arm.total)


def _agresti_caffo(shown: Arm, blind: Arm, difference: float) -> bool:
    """A. Agresti and B. Caffo 2000: the plain interval with one more of each outcome."""
    return _plain(
        Arm(shown.agreed + 1, shown.total + 2), Arm(blind.agreed + 1, blind.total + 2), difference
    )


def _plain(shown: Arm, blind: Arm, difference: float) -> bool:
    one, other = shown.agreed / shown.total, blind.agreed / blind.total
    variance = one * (1 - one) / shown.total + other * (1 - other) / blind.total
    return abs(one - other - difference) <= Z * math.sqrt(variance)


METHODS: dict[str, Holds] = {
    "plain (Wald)": _plain,
    "Agresti-Caffo": _agresti_caffo,
    "Newcombe": _newcombe,
    "Miettinen-Nurminen": _score,
}

if __name__ == "__main__":
    main()
