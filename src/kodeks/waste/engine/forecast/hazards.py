# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The chance that a bin gets full, day by day: a logistic hazard for each day ahead.

A bin that has not been full by a day gets full on it with a chance that depends on what its past
says. Bins that were emptied first count until then and no longer (Cox 1972; Singer and Willett 1993
for days), so the crew's visits are not taken for slow filling. The chances of the days multiply, so
a later hour is never less likely than an earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.forecast.calendar import Days
from kodeks.waste.engine.forecast.history import Floats, Integers
from kodeks.waste.engine.forecast.outcomes import HORIZON
from kodeks.waste.engine.forecast.signs import Signs
from kodeks.waste.engine.forecast.slots import DAY, Slots
from kodeks.waste.engine.forecast.steps import rows

CHUNK = 20_000


@dataclass(frozen=True)
class Hazards:
    """What was learned: coefficients (F,) of signs that have mean (F,) and scale (F,), and of the
    same for the first day alone soon (F,), which knows most of it and leans on other signs.

    `hours` (24,) is in which hour of its day a bin that gets full is first seen to be. `usual`
    (HORIZON,) is the chance of full within each number of days of a bin about which nothing is
    known but that it is not full; `standing` how often a bin is. `gone` (OLDEST, 5): how often bins
    were emptied within so many days, by the band of their level before.
    """

    mean: Floats
    scale: Floats
    coefficients: Floats
    intercept: float
    soon: Floats
    soon_intercept: float
    hours: Floats
    usual: Floats
    gone: Floats
    standing: float

    def unfilled(
        self,
        slots: Slots,
        signs: Signs,
        bins: Integers,
        days: Integers,
        known: Days,
        *,
        steps: int = HORIZON,
        told: Integers | None = None,
    ) -> Floats:
        """(n, steps): the chance that the bins are not full by so many days after the days.

        told (n,): the days whose signs are read, where these are others.
        """
        from_days = days if told is None else told
        left = np.empty((len(bins), steps))
        # The scale goes into the coefficients: one product in place of three passes over the rows.
        first = self._line(self.soon, self.soon_intercept)
        later = self._line(self.coefficients, self.intercept)
        for begin in range(0, len(bins), CHUNK):
            part = slice(begin, begin + CHUNK)
            still = np.ones(len(bins[part]))
            for step in range(1, steps + 1):
                then = days[part] + step
                events = known(bins[part], (slots.start + then * DAY - 1) // DAY)
                here = rows(signs, bins[part], from_days[part], step, slots.weekday(then), events)
                weights, offset = first if step == 1 else later
                still = still / (1.0 + np.exp(np.clip(here @ weights + offset, -30, 30)))
                left[part, step - 1] = still
        return left

    def _line(self, coefficients: Floats, intercept: float) -> tuple[Floats, float]:
        """Of the signs as they are."""
        weights = coefficients / self.scale
        return weights, intercept - float(self.mean @ weights)
