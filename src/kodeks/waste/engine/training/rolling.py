# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Forecasts of the past, as they would have been made then: learned anew every so many days."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from kodeks.waste.engine.errors import TooLittle
from kodeks.waste.engine.forecast.answers import Forecast, anchors, answer
from kodeks.waste.engine.forecast.hazards import Hazards
from kodeks.waste.engine.forecast.history import Floats, History, Integers
from kodeks.waste.engine.forecast.levels import by_hour, heights, quantiles
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
    for here, begin in _blocks(moments, refit):
        model = _learned(history.before(begin), moments[here], begin, full, days)
        known = history.before(int(moments[here].max()) + 1)
        part = answer(model, known, bins[here], moments[here], full=full, days=days)
        found.chances[here], found.hours[here] = part.chances, part.hours
        progress(len(here))
    return found


def forecast_levels(
    history: History,
    bins: Integers,
    moments: Integers,
    visits: Integers,
    *,
    days: Days = no_days,
    refit: int = REFIT,
) -> Floats:
    """Percent (n, 19) of bins (n,) at visits (n,) within a week of their moments (n,), if nobody
    comes before; learned as `forecast` learns, once for each height."""
    found = np.full((len(bins), len(LEVELS)), np.nan)
    hours = (visits - moments) / 3_600.0
    for here, begin in _blocks(moments, refit):
        before, known = history.before(begin), history.before(int(moments[here].max()) + 1)
        asked, steps = heights(before)
        kept, chances = [], []
        for height in asked.tolist():
            # No bin has ever held so much; or next to none has held less, and that tells nothing.
            if not (before.level >= height).any():
                kept.append(height)
                chances.append(np.zeros(len(here)))
                continue
            try:
                model = _learned(before, moments[here], begin, height, days)
            except TooLittle:
                continue
            part = answer(model, known, bins[here], moments[here], full=height, days=days)
            kept.append(height)
            chances.append(by_hour(part.chances, model.hours, hours[here]))
        now = known.level_at(bins[here], moments[here])
        found[here] = quantiles(np.stack(chances, axis=1), np.array(kept), now, steps=steps)
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
    every = past(history)
    for here, begin in _blocks(moments, refit):
        over = every.end < begin
        model = learn_visits(Rounds(every.signs[over], every.fill[over], every.end[over]))
        part = answer_rounds(model, history, bins[here], moments[here], full=full)
        found.chances[here], found.hours[here] = part.chances, part.hours
        levels[here] = model.quantiles(coming(history, bins[here], moments[here], visits[here]))
        progress(len(here))
    return found, levels


def _blocks(moments: Integers, refit: int) -> Iterator[tuple[Integers, int]]:
    """Which moments are answered with one learning, and the first of them."""
    if not len(moments):
        return
    block = (moments - moments.min()) // (refit * DAY)
    for number in np.unique(block):
        here = np.flatnonzero(block == number)
        yield here, int(moments[here].min())


def _learned(before: History, moments: Integers, begin: int, full: float, days: Days) -> Hazards:
    starts, counts = np.unique(anchors(moments), return_counts=True)
    anchor = int(starts[counts.argmax()])
    return learn(slots(before, anchor=anchor, until=begin, full=full), days)
