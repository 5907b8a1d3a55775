# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What each bin's sensor is worth, by forecasts of the past as they would have been made then."""

from __future__ import annotations

import numpy as np

from kodeks.waste.engine.forecast.calendar import NOTHING, Calendar
from kodeks.waste.engine.forecast.history import History
from kodeks.waste.engine.forecast.slots import DAY, slots
from kodeks.waste.engine.health.worth import Worth, worth
from kodeks.waste.engine.training.refitting import FULL
from kodeks.waste.engine.training.rolling import REFIT, forecast


def sensors_worth(
    history: History,
    *,
    since: int,
    ahead: int = 1,
    full: float = FULL,
    known: Calendar = NOTHING,
    refit: int = REFIT,
) -> Worth:
    """Of all bins, on the days from the moment `since` (seconds) on: forecasts at that hour of each
    day with the sensor, learned rolling in time, beside the bin's own rounds until then.

    Raises TooLittle when there is too little to learn from before.
    """
    grid = slots(history, anchor=since % DAY, until=int(history.time.max()), full=full)
    first = int(grid.day_of(np.array([since]))[0])
    bins, at = np.nonzero(np.isfinite(grid.level))
    later = at >= first
    bins, at = bins[later].astype(np.int64), at[later]
    moments = (grid.start + at * DAY).astype(np.int64)
    found = forecast(history, bins, moments, full=full, known=known, refit=refit)
    chances = np.full(grid.level.shape, np.nan)
    chances[bins, at] = found.chances[:, ahead - 1]
    return worth(grid, chances=chances, since=first, ahead=ahead)
