# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How full a bin will be met at a planned visit, as a whole distribution.

A line in the signs gives the middle, another the spread, and what is left over has the shape that
it had in the rounds learned from. A sensor that says 100 says »100 or more«, which the line knows
(Tobin 1958). Beside it stands what rounds like this one ended with (`forest`); the answer's
percentages are the mean of both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.forecast.answers import DECILES, UNKNOWN, Forecast
from kodeks.waste.engine.forecast.forest import LEVELS, Forest
from kodeks.waste.engine.forecast.history import Floats, History, Integers
from kodeks.waste.engine.forecast.outcomes import WEEK
from kodeks.waste.engine.forecast.rounds import known
from kodeks.waste.engine.forecast.slots import DAY

OF_FOREST = 0.4
"""How much the forest counts: chosen on Edinburgh's rounds until 15 July 2016."""
STEPS = 4 * WEEK
"""Moments of the coming week that are looked at: each sixth hour."""


@dataclass(frozen=True)
class Visits:
    """Coefficients (F,) of signs that have mean (F,) and scale (F,), for the middle (percent) and
    for the logarithm of the spread; left (M,): what was left over in units of the spread, sorted.
    """

    mean: Floats
    scale: Floats
    middle: Floats
    middle_at: float
    spread: Floats
    spread_at: float
    left: Floats
    forest: Forest | None = None

    def quantiles(self, signs: Floats) -> Floats:
        """(n, 19): percent at 5, 10 .. 95 %, of signs (n, F) as `rounds` gives them."""
        middle, spread = self._lines(signs)
        shape = np.quantile(self.left, LEVELS)
        found = np.clip(middle[:, None] + spread[:, None] * shape, 0.0, 100.0)
        if self.forest is None:
            return found
        return (1.0 - OF_FOREST) * found + OF_FOREST * self.forest.quantiles(signs)

    def chance(self, signs: Floats, full: float) -> Floats:
        """(n,): how likely it is met at `full` percent or more, by the lines alone, as a week ahead
        is asked for hour by hour."""
        middle, spread = self._lines(signs)
        below = np.searchsorted(self.left, (full - middle) / spread, side="left")
        return 1.0 - below / len(self.left)

    def _lines(self, signs: Floats) -> tuple[Floats, Floats]:
        standard = (signs - self.mean) / self.scale
        return (
            standard @ self.middle + self.middle_at,
            np.exp(np.clip(standard @ self.spread + self.spread_at, 0.0, 4.0)),
        )


def answer(
    model: Visits, history: History, bins: Integers, moments: Integers, *, full: float
) -> Forecast:
    """As `answers.answer`, where only emptyings are known."""
    after = np.arange(1, STEPS + 1) * (DAY // 4)
    until_now = known(history, bins, moments)
    chance = np.stack(
        [model.chance(until_now.signs(moments + int(ahead)), full) for ahead in after], axis=1
    )
    # Fuller with each hour: what the crew chose makes late rounds look emptier than they are.
    chance = np.maximum.accumulate(chance, axis=1)
    share = chance / np.maximum(chance[:, -1:], 1e-12)
    hours = 6.0 * (1 + np.stack([(share < one - 1e-9).sum(axis=1) for one in DECILES], axis=1))
    age = np.where(until_now.seen, 0, UNKNOWN)
    return Forecast(chance[:, 3::4], np.minimum(hours, 24.0 * WEEK), age)
