# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Forecasts of the past, as they would have been made then: learned anew every so many days."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from kodeks.waste.engine.forecast.answers import anchors
from kodeks.waste.engine.forecast.calendar import NOTHING, Calendar
from kodeks.waste.engine.forecast.history import History, Integers
from kodeks.waste.engine.forecast.models import Answers
from kodeks.waste.engine.forecast.models import forecast as answered
from kodeks.waste.engine.forecast.slots import DAY
from kodeks.waste.engine.training import refitting
from kodeks.waste.engine.training.refitting import FULL
from kodeks.waste.engine.trust import UNJUDGED, Trust

REFIT = 7
"""Days between learnings."""


def forecast(
    history: History,
    bins: Integers,
    moments: Integers,
    *,
    visits: Integers | None = None,
    full: float = FULL,
    known: Calendar = NOTHING,
    refit: int = REFIT,
    trust: Trust = UNJUDGED,
    progress: Callable[[int], None] = lambda _: None,
) -> Answers:
    """Of bins (n,), -1 for one without readings, at moments (n,), and at visits (n,) where they are
    not before the moment.

    A moment's answer knows the readings until it, as far as they could be trusted then (`trust`).
    What it is made with was learned before the first moment, or at most `refit` days before its
    own. Raises WasteError when there is too little to learn from.
    """
    found = Answers.empty(len(bins))
    for here, begin in _blocks(moments, refit):
        model = refitting.refit(
            trust.before(history, begin),
            until=begin,
            full=full,
            anchor=_anchor(moments[here]),
            known=known,
            levels=visits is not None and bool((visits[here] >= moments[here]).any()),
        )
        for some, seen in trust.parts(history, bins[here], moments[here]):
            those = here[some]
            ahead = None if visits is None else visits[those]
            part = answered(model, seen, bins[those], moments[those], visits=ahead, known=known)
            found.put(those, part)
            progress(len(those))
    return found


def _blocks(moments: Integers, refit: int) -> Iterator[tuple[Integers, int]]:
    """Which moments are answered with one learning, and the first of them."""
    if not len(moments):
        return
    block = (moments - moments.min()) // (refit * DAY)
    for number in np.unique(block):
        here = np.flatnonzero(block == number)
        yield here, int(moments[here].min())


def _anchor(moments: Integers) -> int:
    """When most of their days begin."""
    starts, counts = np.unique(anchors(moments), return_counts=True)
    return int(starts[counts.argmax()])
