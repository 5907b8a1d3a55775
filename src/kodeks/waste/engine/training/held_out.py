# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How good the forecast of a town's bins is, tried on days that it has not learned from."""

from __future__ import annotations

import numpy as np

from kodeks.waste.engine.errors import TooLittle
from kodeks.waste.engine.forecast.calendar import NOTHING, Calendar
from kodeks.waste.engine.forecast.history import Booleans, History
from kodeks.waste.engine.forecast.models import forecast
from kodeks.waste.engine.forecast.outcomes import outcomes
from kodeks.waste.engine.forecast.quality import DAYS_AHEAD, NOTHING_SAID, Asked, Quality, quality
from kodeks.waste.engine.forecast.slots import DAY, slots
from kodeks.waste.engine.training.refitting import FULL, refit

DAYS = 28
"""At the end, that are kept out of what is learned."""


def held_out(
    history: History, *, until: int, full: float = FULL, known: Calendar = NOTHING
) -> Quality:
    """Learn without the last days before `until` (seconds), and answer each of them at that hour
    for all bins that were not full. Says nothing where too little is seen to learn.
    """
    since = until - DAYS * DAY
    longest = DAYS_AHEAD[-1]
    seen = history.before(until)
    try:
        model = refit(seen, until=since, full=full, known=known, levels=False)
    except TooLittle:
        return NOTHING_SAID
    grid = slots(seen, anchor=until % DAY, until=until, full=full)
    filled, last = outcomes(grid, horizon=longest)
    open_ = np.isfinite(grid.level) & (grid.level < 1.0)
    day = np.arange(grid.days)
    first = int(grid.day_of(np.array([since]))[0])

    def those(days: Booleans) -> tuple[Asked, tuple[np.ndarray, np.ndarray]]:
        bins, at = np.nonzero(open_ & days)
        return Asked(bins.astype(np.int64), filled[bins, at], last[bins, at]), (bins, at)

    # What came of the last days before was not known then, nor is that of the last of all now.
    before, _ = those(day < first - longest)
    asked, (bins, at) = those((day >= first) & (day < grid.days - longest))
    if not len(bins):
        return NOTHING_SAID
    moments = (grid.start + at * DAY).astype(np.int64)
    found = forecast(model, seen, bins.astype(np.int64), moments, known=known)
    return quality(asked, found.chances[:, :longest], before, len(history.bins))
