# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""When a system goes blind-first for everybody: a limit that may be looked at every night.

A test that is repeated cries wolf sooner or later. Here the false alarm holds over all looks,
however many and for however long. Let t be the information gathered, as a part of what was planned
for (300 cases in each arm), and z the score above the limit. Then z sqrt(t) moves as Brownian
motion does, and by its reflection the chance that it ever rises to b before t = 1 is
2 (1 - Phi(b)). A constant bound on it is therefore the bound of O'Brien and Fleming (Biometrics 35,
1979) with every look spent for by Lan and DeMets (Biometrika 70, 1983): strict while there are few
cases, near an ordinary test when the planned ones are there. After that the time is doubled again
and again (2, 4, 8 ... times the plan), and each doubling gets half of what is left to spend, so
that the sum stays below the false alarm for good (epochs as in Howard et al., Annals of Statistics
49, 2021).

Two wires share 5 %: influence has 4.5 points of it, fast adherence a half. Counting begins anew
when an owner has answered an alarm; each beginning has its own 5 %. Measured in
docs/measurements.md, "Human oversight".
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from kodeks.statistics.influence import Stratum, comparable, score
from kodeks.statistics.shares import FigureError, check_counts, check_fraction

PLANNED = 300
"""Cases in each arm, and accepted suggestions, at which the wires are meant to have their power."""
INFLUENCE_FALSE_ALARM = 0.045
FAST_FALSE_ALARM = 0.005
WORDS_PER_MINUTE = 300
"""The fastest that most adults read silently and with understanding; the mean is 238 (M. Brysbaert,
"How many words do we read per minute?", Journal of Memory and Language 109, 2019: 175 to 300 for
texts that are no fiction). Whoever takes less time than this has not read the text."""

_FIRST = 8 / 9
"""The part of the false alarm that is spent on the planned cases."""


@dataclass(frozen=True, kw_only=True)
class Wire:
    """One look: the score above the limit in standard deviations, the bound that it must reach
    tonight, and the information so far as a part of what was planned for."""

    score: float
    bound: float
    information: float

    @property
    def is_tripped(self) -> bool:
        return self.score >= self.bound


def influence_wire(
    *,
    strata: Sequence[Stratum],
    limit: float = 0.0,
    planned: int = PLANNED,
    false_alarm: float = INFLUENCE_FALSE_ALARM,
) -> Wire:
    """Whether influence lies above `limit` (0 to below 1), over strata as in `influence.pooled`.

    `planned` is cases in each arm. Trips at an influence of limit + 0.10 in four of five systems
    by then, if seven in ten agree without seeing the suggestion.
    Errors: FigureError on a limit that is none, and when no stratum has cases in both arms.
    """
    if not 0 <= limit < 1:
        raise FigureError(f"Grænsen er {limit}. Den skal ligge fra 0 til under 1.")
    kept = comparable(strata)
    information = sum(one.weight for one in kept) / (_positive(planned) / 2)
    return Wire(
        score=score(strata=kept, difference=limit),
        bound=bound(information=information, false_alarm=false_alarm),
        information=information,
    )


def fast_wire(
    *,
    fast: int,
    accepted: int,
    limit: float,
    planned: int = PLANNED,
    false_alarm: float = FAST_FALSE_ALARM,
) -> Wire:
    """Whether more than the share `limit` of the accepted suggestions were accepted too fast.

    `fast` of `accepted` are those that `is_too_fast`. The false alarm holds where cases come to
    people as chance has it; where a few fast readers have all of one week's cases, it is higher,
    since nothing was drawn here as the arms are. Errors: FigureError on counts that cannot
    be or a limit that is none.
    """
    check_counts(count=fast, total=accepted)
    check_fraction(value=limit, name="Grænsen")
    information = accepted / _positive(planned)
    return Wire(
        score=(fast - accepted * limit) / math.sqrt(accepted * limit * (1 - limit)),
        bound=bound(information=information, false_alarm=false_alarm),
        information=information,
    )


def is_too_fast(*, words: int, seconds: float, words_per_minute: float = WORDS_PER_MINUTE) -> bool:
    """Whether a text of so many words cannot have been read in so many seconds.

    Errors: FigureError on a negative number of words or seconds, and on a speed that is none.
    """
    if words < 0 or seconds < 0 or not words_per_minute > 0:
        raise FigureError("Ord, sekunder og læsehastighed kan ikke være negative tal.")
    return seconds * words_per_minute < words * 60


def bound(*, information: float, false_alarm: float) -> float:
    """The score at which to trip when `information` (above 0; 1 is as planned) has been gathered.

    A system that is at its limit reaches it with a chance below `false_alarm`, over all looks.
    """
    check_fraction(value=false_alarm, name="Risikoen for falsk alarm")
    if not information > 0:
        raise FigureError("Der er ingen sager at regne på. Vælg en længere periode.")
    doublings = max(0, math.ceil(math.log2(information)))
    spent = _FIRST if doublings == 0 else (1 - _FIRST) / 2**doublings
    reflected = -NormalDist().inv_cdf(false_alarm * spent / 2)
    return math.sqrt(2**doublings / information) * reflected


def _positive(planned: int) -> int:
    if planned < 1:
        raise FigureError(f"Der er planlagt {planned} sager. Der skal være mindst én.")
    return planned
