# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Learns a town's model from the readings until now: what is done each night."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from kodeks.waste.engine.errors import TooLittle
from kodeks.waste.engine.forecast.calendar import NOTHING, Calendar, Scale
from kodeks.waste.engine.forecast.hazards import Hazards
from kodeks.waste.engine.forecast.history import History
from kodeks.waste.engine.forecast.levels import heights
from kodeks.waste.engine.forecast.models import Heights, Model
from kodeks.waste.engine.forecast.rounds import past
from kodeks.waste.engine.forecast.slots import DAY, slots
from kodeks.waste.engine.training import hazards, visits

FULL = 80.0
"""Percent at which a bin counts as full: the threshold of the Bigbelly bins of Wyndham."""


def refit(
    history: History,
    *,
    until: int,
    full: float = FULL,
    anchor: int | None = None,
    known: Calendar = NOTHING,
    levels: bool = True,
) -> Model:
    """From the readings before `until` (seconds). `levels`: also how full bins are at visits, which
    takes a learning for each height.

    `anchor` is when the days of most answers will begin, in seconds after midnight: that of `until`
    when not given. Raises TooLittle.
    """
    before = history.before(until)
    scale = Scale.of(known, before=until)
    if len(before.emptied) and before.emptied.all():
        return Model(full, until, scale, visits=visits.learn(past(before)))
    start = until % DAY if anchor is None else anchor

    def learn(height: float) -> Hazards:
        grid = slots(before, anchor=start, until=until, full=height)
        return hazards.learn(grid, scale.days(known, before.bins))

    main = learn(full)
    model = Model(full, until, scale, hazards=main)
    return replace(model, heights=_heights(before, {full: main}, learn)) if levels else model


def _heights(
    before: History, learned: Mapping[float, Hazards], learn: Callable[[float], Hazards]
) -> Heights:
    asked, steps = heights(before)
    kept: list[float] = []
    found: list[Hazards | None] = []
    for height in asked.tolist():
        try:
            reached = bool((before.level >= height).any())
            found.append((learned.get(height) or learn(height)) if reached else None)
        except TooLittle:
            # Next to none has held less, and that tells nothing.
            continue
        kept.append(height)
    return Heights(np.array(kept), steps, tuple(found))
