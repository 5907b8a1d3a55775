# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What was learned of a town's bins, and the answers it gives: the door to forecasts.

Learning (`training.refitting.refit`) and answering are two steps: the one at night, the other
whenever a reading comes in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.forecast import answers, levels, visits
from kodeks.waste.engine.forecast.answers import UNKNOWN, Forecast
from kodeks.waste.engine.forecast.calendar import NOTHING, Calendar, Days, Scale
from kodeks.waste.engine.forecast.forest import LEVELS
from kodeks.waste.engine.forecast.hazards import Hazards
from kodeks.waste.engine.forecast.history import Floats, History, Integers
from kodeks.waste.engine.forecast.outcomes import WEEK
from kodeks.waste.engine.forecast.rounds import coming
from kodeks.waste.engine.forecast.slots import DAY
from kodeks.waste.engine.forecast.visits import Visits

HOURS = 24
EVENLY = np.full(HOURS, 1 / HOURS)
"""Where nothing is learned of the hours of a day, as of emptyings alone."""


@dataclass(frozen=True)
class Heights:
    """What was learned of reaching heights: asked (H,) percent, rising, a step of the sensors each
    or not (`levels.heights`). None for one that no bin had reached."""

    asked: Floats
    steps: bool
    hazards: tuple[Hazards | None, ...]


@dataclass(frozen=True)
class Model:
    """Learned from readings before `until` (seconds), for bins that are full at `full` percent.

    Of bins with sensors `hazards` tells when they are full, and `heights` how full they are at a
    visit, where that was asked for. Where only emptyings were known it is `visits` alone.
    """

    full: float
    until: int
    scale: Scale
    hazards: Hazards | None = None
    heights: Heights | None = None
    visits: Visits | None = None


@dataclass(frozen=True)
class Answers:
    """Of n bins. chances (n, 7), hours (n, 9) and age (n,) as in `answers.Forecast`.

    levels (n, 19): percent at the visit at 5, 10 .. 95 %, if nobody comes before, NaN where no
    visit is planned. into (n, 24): how what a day adds to the chance falls on its hours.
    """

    chances: Floats
    hours: Floats
    age: Integers
    levels: Floats
    into: Floats

    @property
    def hourly(self) -> Floats:
        """(n, 168): the chance of being full by each hour of the week; that of 24 hours is that of
        the first day."""
        edges = np.concatenate([np.zeros((len(self.chances), 1)), self.chances], axis=1)
        shares = np.cumsum(self.into, axis=1)[:, None, :]
        found = edges[:, :-1, None] + np.diff(edges)[:, :, None] * shares
        return np.asarray(found.reshape(len(self.chances), -1), dtype=np.float64)

    @classmethod
    def empty(cls, count: int) -> Answers:
        """To be filled in."""
        part = Forecast.empty(count)
        met, into = np.full((count, len(LEVELS)), np.nan), np.full((count, HOURS), np.nan)
        return cls(part.chances, part.hours, part.age, met, into)

    def put(self, here: Integers, part: Answers) -> None:
        """The answers of some of them."""
        self.chances[here], self.hours[here], self.age[here] = part.chances, part.hours, part.age
        self.levels[here], self.into[here] = part.levels, part.into

    def halfway(self, here: Integers, other: Answers) -> Answers:
        """Between some of them and others, which are the older."""
        return Answers(
            (self.chances[here] + other.chances) / 2,
            (self.hours[here] + other.hours) / 2,
            other.age,
            (self.levels[here] + other.levels) / 2,
            other.into,
        )


def forecast(
    model: Model,
    history: History,
    bins: Integers,
    moments: Integers,
    *,
    visits: Integers | None = None,
    known: Calendar = NOTHING,
) -> Answers:
    """Of bins (n,), -1 for one without readings, at moments (n,) seconds, each from the readings
    until it; and at visits (n,) seconds, where they are not before the moment.

    Raises WasteError for a moment before what the model has learned from, a visit that is too far
    ahead or that the model cannot answer, and a calendar with other columns than it learned with.
    """
    if len(moments) and int(moments.min()) < model.until:
        raise WasteError(
            "Modellen har lært af målinger efter et af de tidspunkter, der spørges fra. Brug en "
            "ældre model, eller spørg fra et senere tidspunkt."
        )
    found = _answers(model, history, bins, moments, visits, known)
    doubt = np.flatnonzero(history.is_doubted(bins, moments))
    if len(doubt) and history.doubted is not None:
        # Either the level is right or nobody knows, and nothing says which: half of each answer.
        other = _answers(
            model,
            history.without(history.doubted),
            bins[doubt],
            moments[doubt],
            None if visits is None else visits[doubt],
            known,
        )
        found.put(doubt, found.halfway(doubt, other))
    return found


def _answers(
    model: Model,
    history: History,
    bins: Integers,
    moments: Integers,
    visits: Integers | None,
    known: Calendar,
) -> Answers:
    met = np.full((len(bins), len(LEVELS)), np.nan)
    planned = np.zeros(len(bins), bool) if visits is None else visits >= moments
    ahead = moments if visits is None else visits
    found = _found(model, history, bins, moments, known)
    if planned.any():
        met[planned] = _levels(
            model, history, bins[planned], moments[planned], ahead[planned], known
        )
    into = EVENLY if model.hazards is None else model.hazards.hours
    return Answers(found.chances, found.hours, found.age, met, np.tile(into, (len(bins), 1)))


def _found(
    model: Model, history: History, bins: Integers, moments: Integers, known: Calendar
) -> Forecast:
    if model.visits is not None:
        return visits.answer(model.visits, history, bins, moments, full=model.full)
    if model.hazards is None:
        raise WasteError("Modellen kan ikke sige, hvornår en skraldespand er fuld. Lær igen.")
    days = model.scale.days(known, history.bins)
    return answers.answer(
        model.hazards, history, bins, moments, full=model.full, days=days, unseen=True
    )


def _levels(
    model: Model,
    history: History,
    bins: Integers,
    moments: Integers,
    ahead: Integers,
    known: Calendar,
) -> Floats:
    if model.visits is not None:
        return model.visits.quantiles(coming(history, bins, moments, ahead))
    if model.heights is None:
        raise WasteError(
            "Modellen kan ikke sige, hvor fuld en skraldespand er ved et besøg. Lær en, der kan."
        )
    if (ahead - moments > WEEK * DAY).any():
        raise WasteError(
            "Et besøg må højst ligge syv døgn efter det tidspunkt, der spørges fra. Ret visit."
        )
    days = model.scale.days(known, history.bins)
    return _of_heights(model.heights, history, bins, moments, ahead, days)


def _of_heights(
    heights: Heights,
    history: History,
    bins: Integers,
    moments: Integers,
    ahead: Integers,
    days: Days,
) -> Floats:
    hours = (ahead - moments) / 3_600.0
    chances, age = np.zeros((len(bins), len(heights.asked))), np.full(len(bins), UNKNOWN)
    for place, (height, hazards) in enumerate(zip(heights.asked, heights.hazards, strict=True)):
        # One that no bin has ever reached is not reached.
        if hazards is not None:
            part = answers.answer(
                hazards, history, bins, moments, full=float(height), days=days, unseen=True
            )
            chances[:, place] = levels.by_hour(part.chances, hazards.hours, hours)
            age = part.age
    # What is in a bin stays, but of one that is unknown somebody may have emptied it.
    now = np.where(age == 0, history.level_at(bins, moments), np.nan)
    return levels.quantiles(chances, heights.asked, now, steps=heights.steps)
