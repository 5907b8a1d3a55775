# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What operation has taught: what each kind of sensor did, and which bins need one at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict

import numpy as np
import structlog
from django.utils import timezone

from kodeks.waste import home_clock, many_series, selectors
from kodeks.waste.engine.errors import TooLittle
from kodeks.waste.engine.forecast.history import History
from kodeks.waste.engine.forecast.slots import DAY
from kodeks.waste.engine.health import lessons
from kodeks.waste.engine.health.judging import Health
from kodeks.waste.engine.health.worth import Worth
from kodeks.waste.many_series import Told
from kodeks.waste.models import Bin, SensorLesson, SensorWorth

log = structlog.get_logger(__name__)

UNKNOWN = "ukendt"
"""The kind of a sensor that the list does not tell."""
LESSON_DAYS = 90
WORTH_DAYS = 200
LEAST_DAYS = 28
"""Days at the end in which forecasts with and without the sensor are compared."""


def learn_lessons() -> int:
    """Background work: count what each kind of sensor did; how many kinds there are."""
    now = timezone.now()
    kinds = _kinds()
    told = (
        (kinds.get(one.bin_id, UNKNOWN), one.series, health)
        for one, health in _judged(now, days=LESSON_DAYS)
    )
    found = lessons.lessons(told)
    SensorLesson.objects.bulk_create(
        SensorLesson(at=now, sensor=one.sensor, figures=asdict(one) | _shares(one)) for one in found
    )
    return len(found)


def learn_worth() -> int:
    """Background work: lay forecasts with each bin's sensor beside those without; how many bins.

    Where too little has been seen to learn from, nothing is said of any.
    """
    # Learning takes the training library, which only workers load.
    from kodeks.waste.engine.training.worth import sensors_worth

    now = timezone.now()
    judged = list(_judged(now, days=WORTH_DAYS))
    if not judged:
        return 0
    history = history_of(judged)
    until = home_clock.seconds(now)
    try:
        found = sensors_worth(history, since=until // DAY * DAY - LEAST_DAYS * DAY)
    except TooLittle:
        log.info("too_little_to_tell_what_sensors_are_worth", bins=len(judged))
        return 0
    by_name = {name: place for place, name in enumerate(history.bins)}
    SensorWorth.objects.bulk_create(
        _worth(now, one.bin_id, found, by_name[name_of(one.bin_id)]) for one, _ in judged
    )
    return len(judged)


def history_of(judged: list[tuple[Told, Health]]) -> History:
    """The levels that can be trusted; bins are named by their ids."""
    sizes = [one.series.time.size for one, _ in judged]
    return History.of_arrays(
        names=tuple(name_of(one.bin_id) for one, _ in judged),
        at=np.repeat(np.arange(len(judged)), sizes),
        time=np.concatenate([one.series.time for one, _ in judged]),
        level=np.concatenate([health.level for _, health in judged]),
    )


def judged_bins(now: dt.datetime, *, days: int) -> list[tuple[Told, Health]]:
    """All bins that said something in the last days, and what is thought of it."""
    return list(_judged(now, days=days))


def _judged(now: dt.datetime, *, days: int) -> Iterator[tuple[Told, Health]]:
    bins = list(Bin.objects.order_by("id").values_list("id", flat=True))
    since = now - dt.timedelta(days=days)
    for lot in many_series.told(bins, since=since, until=now):
        for one in lot:
            yield one, one.judged(now)


def _kinds() -> dict[int, str]:
    """The kind of sensor that sits in each bin (id) now."""
    newest = selectors.placed_now().select_related("device")
    return {one.bin_id: one.device.sensor or UNKNOWN for one in newest if one.bin_id is not None}


def _shares(one: lessons.Lesson) -> dict[str, float | None]:
    return {"share_lost": one.share_lost, "faults_a_year": one.faults_a_year}


def name_of(bin_id: int) -> str:
    """What a bin is called in a history."""
    return f"{bin_id:09d}"


def _worth(at: dt.datetime, bin_id: int, found: Worth, place: int) -> SensorWorth:
    gain = float(found.gain[place])
    return SensorWorth(
        at=at,
        bin_id=bin_id,
        days=int(found.days[place]),
        gain=gain if np.isfinite(gain) else None,
        needed=bool(found.needed[place]),
        reason=found.reason(place),
    )
