# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Forecasts of the past, as they would have been made then: learned anew every so many days."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kodeks.waste.engine.forecast.answers import Forecast, anchors, answer
from kodeks.waste.engine.forecast.history import Floats, History, Integers
from kodeks.waste.engine.forecast.rounds import Rounds, coming, past
from kodeks.waste.engine.forecast.slots import DAY, slots
from kodeks.waste.engine.forecast.steps import Days, no_days
from kodeks.waste.engine.forecast.visits import LEVELS
from kodeks.waste.engine.forecast.visits import answer as answer_rounds
from kodeks.waste.engine.training.hazards import learn
from kodeks.waste.engine.training.visits import learn as learn_visits

REFIT = 28
"""Days between learnings."""
FULL = 80.0
"""Percent at which a bin counts as full: the threshold of the Bigbelly bins of Wyndham."""


def forecast(
    history: History,
    bins: Integers,
    moments: Integers,
    *,
    full: float = FULL,
    days: Days = no_days,
    refit: int = REFIT,
    progress: Callable[[int], None] = lambda _: None,
) -> Forecast:
    """Of bins (n,), -1 for one without readings, at moments (n,).

    A moment's answer knows the readings until it. What it is made with was learned before the
    first moment, or at most `refit` days before its own. Raises WasteError when there is too
    little to learn from.
    """
    found = Forecast.empty(len(bins))
    if not len(bins):
        return found
    block = (moments - moments.min()) // (refit * DAY)
    for number in np.unique(block):
        here = np.flatnonzero(block == number)
        begin = int(moments[here].min())
        starts, counts = np.unique(anchors(moments[here]), return_counts=True)
        model = learn(
            slots(
                history.before(begin), anchor=int(starts[counts.argmax()]), until=begin, full=full
            ),
            days,
        )
        known = history.before(int(moments[here].max()) + 1)
        part = answer(model, known, bins[here], moments[here], full=full, days=days)
        found.chances[here], found.hours[here] = part.chances, part.hours
        progress(len(here))
    return found


def forecast_rounds(
    history: History,
    bins: Integers,
    moments: Integers,
    visits: Integers,
    *,
    full: float = FULL,
    refit: int = REFIT,
    progress: Callable[[int], None] = lambda _: None,
) -> tuple[Forecast, Floats]:
    """As `forecast`, where only emptyings are known; and percent (n, 19) met at the visits (n,)."""
    found = Forecast.empty(len(bins))
    levels = np.full((len(bins), len(LEVELS)), np.nan)
    if not len(bins):
        return found, levels
    every = past(history)
    block = (moments - moments.min()) // (refit * DAY)
    for number in np.unique(block):
        here = np.flatnonzero(block == number)
        over = every.end < moments[here].min()
        model = learn_visits(Rounds(every.signs[over], every.fill[over], every.end[over]))
        part = answer_rounds(model, history, bins[here], moments[here], full=full)
        found.chances[here], found.hours[here] = part.chances, part.hours
        levels[here] = model.quantiles(coming(history, bins[here], moments[here], visits[here]))
        progress(len(here))
    return found, levels
