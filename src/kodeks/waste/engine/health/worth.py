# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a sensor is worth: how much worse a bin's forecast is without it.

Without a sensor the crew still knows when the bin was emptied and what a trial has taught: how
often this bin was full so many days after an emptying. A bin that fills evenly needs no more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.forecast.outcomes import outcomes
from kodeks.waste.engine.forecast.slots import Slots
from kodeks.waste.engine.health.readings import Booleans, Floats, Ints

LONGEST = 10
"""Days since an emptying that are told apart."""
LEAN = 4.0
"""Days of all bins that a bin's own record is laid beside."""
LEAST_DAYS = 20
NEEDED = 0.02
"""Brier score: a sensor that gives less than this is of no use in a plan."""


@dataclass(frozen=True)
class Worth:
    """Of bins (B,): days asked, Brier scores without and with the sensor, and the standard error of
    their difference; NaN where under LEAST_DAYS are known."""

    days: Ints
    without: Floats
    with_sensor: Floats
    error: Floats

    @property
    def gain(self) -> Floats:
        """(B,): how much the sensor takes off the Brier score."""
        return self.without - self.with_sensor

    @property
    def needed(self) -> Booleans:
        """(B,): the sensor gives more than NEEDED, and surely more than nothing."""
        told: Booleans = np.nan_to_num(self.gain - 2.0 * self.error, nan=-1.0) > 0.0
        return told & (np.nan_to_num(self.gain) > NEEDED)

    def reason(self, bin: int) -> str:
        """The Danish sentence for one of the bins."""
        if not np.isfinite(self.gain[bin]):
            return "Der er for få dage til at sige, om spanden har brug for en måler."
        if self.needed[bin]:
            return "Måleren gør prognosen klart bedre."
        if self.gain[bin] + 2.0 * self.error[bin] < NEEDED:
            return "Uden måleren er prognosen næsten lige så god."
        return "Det er ikke sikkert, at måleren gør prognosen bedre."


def worth(slots: Slots, *, chances: Floats, since: int, ahead: int = 1) -> Worth:
    """From day `since` on, with forecasts (B, D) made with the sensor, NaN where none was asked.

    chances: that the bin is full within `ahead` days, 1 where it is full already: without a sensor
    nobody knows that either. Days of which nobody knows what became are left out for both. What is
    known without the sensor is counted on the days before `since`, so both look forwards in time.
    """
    if chances.shape != slots.level.shape:
        raise WasteError("Prognoser og dage skal have samme form.")
    filled, until = outcomes(slots, horizon=ahead)
    full = slots.level >= 1.0
    happened = full | ((filled > 0) & (filled <= ahead))
    known = np.isfinite(slots.level) & (happened | (until > ahead))
    gone = _since_emptied(slots.emptied)
    # What became of the last days before was not known then.
    past = slice(0, max(since - ahead, 0))
    plain = _by_rounds(gone[:, past], happened[:, past], known[:, past], gone)
    asked = known & np.isfinite(chances)
    asked[:, :since] = False
    wrong_without, wrong_with = (plain - happened) ** 2, (chances - happened) ** 2
    days = asked.sum(axis=1)
    enough = days >= LEAST_DAYS
    count = np.maximum(days, 1)

    def mean(values: Floats) -> Floats:
        sums = np.where(asked, values, 0.0).sum(axis=1) / count
        found: Floats = np.where(enough, sums, np.nan)
        return found

    less = wrong_without - wrong_with
    spread = mean(less**2) - mean(less) ** 2
    return Worth(
        days=days.astype(np.int64),
        without=mean(wrong_without),
        with_sensor=mean(wrong_with),
        error=np.sqrt(np.maximum(spread, 0.0) / count),
    )


def _since_emptied(emptied: Booleans) -> Ints:
    """(B, D): days since the last emptying, LONGEST at most."""
    found = np.full(emptied.shape, LONGEST, dtype=np.int64)
    last = np.full(len(emptied), LONGEST, dtype=np.int64)
    for day in range(emptied.shape[1]):
        last = np.where(emptied[:, day], 0, np.minimum(last + 1, LONGEST))
        found[:, day] = last
    return found


def _by_rounds(gone: Ints, happened: Booleans, known: Booleans, of: Ints) -> Floats:
    """(B, D): how often a bin was full so many days after an emptying, leaning on all bins."""
    bins = len(gone)
    place = np.arange(bins)[:, None] * (LONGEST + 1) + gone
    size = bins * (LONGEST + 1)
    total = np.bincount(place[known], happened[known], size).reshape(bins, -1)
    count = np.bincount(place[known], minlength=size).reshape(bins, -1)
    fleet = (total.sum(axis=0) + 0.5) / (count.sum(axis=0) + 1.0)
    table = (total + LEAN * fleet) / (count + LEAN)
    found: Floats = np.take_along_axis(table, of, axis=1)
    return found
