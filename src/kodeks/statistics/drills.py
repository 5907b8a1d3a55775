# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Reliance drills: exercise cases whose suggestion is known to be wrong. Is it caught?

How many drills tell a team that catches enough from one that does not, and what a team's answers
say. All of it is exact binomial reckoning, since drills are few.
"""

import enum
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kodeks.statistics.shares import FigureError, check_counts, check_fraction

MOST_DRILLS = 1_000
"""Two catch rates that even this many drills do not tell apart are too near for a drill."""

POOR = 0.5
"""A team that catches no more than this of what is wrong relies too much on it."""
GOOD = 0.8
"""A team that catches this much should pass. Both shares are those of governance practice: 18
drills with 13 caught tell them apart."""

_ROUNDING = 1e-9
_HALVINGS = 60


@dataclass(frozen=True, kw_only=True)
class Plan:
    """So many drills, of which at least `least` must be caught; and the chance to pass, of a team
    that catches too little and of one that catches enough."""

    drills: int
    least: int
    poor_passes: float
    good_passes: float


class Outcome(enum.Enum):
    """What the answers so far say of a team."""

    PASSED = "passed"
    FAILED = "failed"
    UNDER_WAY = "under way"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The outcome, and the team's catch rate with its exact interval, 0 to 1."""

    outcome: Outcome
    caught: int
    drills: int
    rate: float
    low: float
    high: float


def plan(*, poor: float, good: float, error: float = 0.05, power: float = 0.8) -> Plan:
    """The fewest drills that tell the catch rate `good` from `poor` (0 < poor < good < 1).

    A team at `poor` passes with at most the chance `error`, one at `good` with at least `power`.
    Errors: FigureError on figures that are none, or when more than MOST_DRILLS are needed.
    """
    for value, name in ((poor, "Den lave andel"), (good, "Den høje andel")):
        check_fraction(value=value, name=name)
    check_fraction(value=error, name="Risikoen for en fejl")
    check_fraction(value=power, name="Styrken")
    if poor >= good:
        raise FigureError("Den lave andel skal være mindre end den høje.")
    for drills in range(1, MOST_DRILLS + 1):
        tail = _tails(drills, poor)
        # Where a chance is the error itself, rounding must not decide.
        held = tail <= error + _ROUNDING
        least = int(np.argmax(held))
        if held[least] and least > 0:
            good_passes = float(_tails(drills, good)[least])
            if good_passes >= power:
                return Plan(
                    drills=drills,
                    least=least,
                    poor_passes=min(error, float(tail[least])),
                    good_passes=good_passes,
                )
    raise FigureError(
        f"Selv {MOST_DRILLS} øvelser kan ikke skelne andelene. Vælg andele længere fra hinanden."
    )


def verdict(*, caught: int, drills: int, plan: Plan) -> Verdict:
    """What `caught` of `drills` answered so far say by the plan.

    A team passes or fails as soon as the drills that are left can change nothing. Errors:
    FigureError on counts that cannot be, and on more drills than the plan has: a new round is
    counted by itself, or a team could go on until it passes.
    """
    low, high = exact_interval(count=caught, total=drills)
    if drills > plan.drills:
        raise FigureError(
            f"Runden har {plan.drills} øvelser, men der er talt {drills}. Tæl hver runde for sig."
        )
    if caught >= plan.least:
        outcome = Outcome.PASSED
    elif drills - caught > plan.drills - plan.least:
        outcome = Outcome.FAILED
    else:
        outcome = Outcome.UNDER_WAY
    return Verdict(
        outcome=outcome, caught=caught, drills=drills, rate=caught / drills, low=low, high=high
    )


def passes(*, drills: int, least: int, share: float) -> float:
    """The chance that a team which catches this share catches at least `least` of the drills."""
    check_counts(count=least, total=drills)
    check_fraction(value=share, name="Andelen")
    return float(_tails(drills, share)[least])


def with_controls(
    *, drills: Outcome, followed: int, controls: int, least: int, planned: int
) -> Outcome:
    """The outcome of drills together with controls, whose suggestions are right.

    Of the `planned` controls at least `least` must be followed, so that rejecting everything is no
    way to pass; `controls` are answered so far. A team fails as soon as it fails in one of the two,
    and passes when it has passed in both. Errors: FigureError on counts that cannot be.
    """
    check_counts(count=followed, total=planned)
    if not followed <= controls <= planned:
        raise FigureError("Der er talt flere svar, end runden har.")
    if drills is Outcome.FAILED or controls - followed > planned - least:
        return Outcome.FAILED
    return drills if followed >= least else Outcome.UNDER_WAY


def exact_interval(*, count: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """The interval of a share that holds its level at every size, at most MOST_DRILLS.

    Source: C.J. Clopper and E.S. Pearson, "The use of confidence or fiducial limits", Biometrika
    26 (1934). Errors: FigureError on counts that cannot be.
    """
    check_counts(count=count, total=total)
    check_fraction(value=level, name="Sikkerheden")
    if total > MOST_DRILLS:
        raise FigureError(f"Der er {total} øvelser. Der kan højst regnes på {MOST_DRILLS}.")
    outside = (1 - level) / 2
    low = _quantile(count, total, outside) if count else 0.0
    # Misses are counted from the other side.
    high = 1 - _quantile(total - count, total, outside) if count < total else 1.0
    return low, high


def _quantile(count: int, total: int, chance: float) -> float:
    """The share at which `count` or more of `total` come with this chance."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = _tails(total, middle)[count] < chance
        low, high = (middle, high) if below else (low, middle)
    return (low + high) / 2


def _tails(total: int, share: float) -> NDArray[np.float64]:
    """The chance of k or more of `total` for k = 0 ... total, each with the probability `share`."""
    steps = np.log(np.arange(1, total + 1))
    factorials = np.concatenate(([0.0], np.cumsum(steps)))
    found = np.arange(total + 1)
    choices = factorials[total] - factorials - factorials[::-1]
    chances = np.exp(choices + found * math.log(share) + (total - found) * math.log1p(-share))
    return np.cumsum(chances[::-1])[::-1]
