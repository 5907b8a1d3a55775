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
        """(n,): how likely it is met at `full` percent or more."""
        lines = self.of_lines(signs, full)
        if self.forest is None:
            return lines
        found = self.quantiles(signs)
        count = (found < full).sum(axis=1)
        place, row = np.clip(count, 1, len(LEVELS) - 1), np.arange(len(found))
        low, high = found[row, place - 1], found[row, place]
        between = (full - low) / np.maximum(high - low, 1e-9)
        chance = 1.0 - LEVELS[place - 1] - (LEVELS[place] - LEVELS[place - 1]) * between
        # Beyond the outermost percentages the lines alone say how far.
        chance = np.where(count == 0, np.maximum(lines, 1.0 - LEVELS[0]), chance)
        beyond = count == len(LEVELS)
        return np.asarray(np.where(beyond, np.minimum(lines, 1.0 - LEVELS[-1]), chance))

    def of_lines(self, signs: Floats, full: float) -> Floats:
        """(n,): the same by the lines alone."""
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
    signs = [until_now.signs(moments + int(ahead)) for ahead in after]
    chance = np.stack([model.of_lines(one, full) for one in signs], axis=1)
    if model.forest is not None:
        # Trees take their time: they are asked for each day's end, and between what they change.
        days = np.stack([model.chance(one, full) for one in signs[3::4]], axis=1) - chance[:, 3::4]
        ends = after[3::4]
        changed = [np.interp(after, ends, one) for one in days]
        chance = np.clip(chance + np.array(changed).reshape(chance.shape), 0.0, 1.0)
    # Fuller with each hour: what the crew chose makes late rounds look emptier than they are.
    chance = np.maximum.accumulate(chance, axis=1)
    share = chance / np.maximum(chance[:, -1:], 1e-12)
    hours = 6.0 * (1 + np.stack([(share < one - 1e-9).sum(axis=1) for one in DECILES], axis=1))
    age = np.where(until_now.seen, 0, UNKNOWN)
    return Forecast(chance[:, 3::4], np.minimum(hours, 24.0 * WEEK), age)
