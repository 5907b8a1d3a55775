# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A sensor of which there are no readings to judge at all."""

from __future__ import annotations

import datetime as dt

import numpy as np

from kodeks.waste.engine.health.episodes import DROPOUT, Episode
from kodeks.waste.engine.health.ground import ground
from kodeks.waste.engine.health.judging import Health
from kodeks.waste.engine.health.readings import Floats, Ints

_EPOCH = dt.datetime(1970, 1, 1)


def unheard(*, since: int, ever: bool) -> Health:
    """Silent from `since` on (seconds on the clock at home): when it spoke last (`ever`), or when
    it was put there and did not begin to here."""
    day = (_EPOCH + dt.timedelta(seconds=since)).strftime("%d.%m.%Y")
    reason = (
        f"Måleren har ikke sagt noget siden {day}."
        if ever
        else f"Måleren har aldrig sagt noget her. Den blev sat op {day}."
    )
    time: Ints = np.zeros(0, dtype=np.int64)
    level: Floats = np.zeros(0)
    return Health(
        emptyings=(),
        faults=(Episode(DROPOUT, since, None, reason),),
        level=level,
        trust=0.0,
        reason=f"{reason} Niveauet er ukendt.",
        ground=ground(time, level),
    )
