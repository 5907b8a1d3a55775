# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What operation has taught: what each kind of sensor did, and which bins need one at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np
import structlog
from django.db.models import Sum
from django.utils import timezone

from kodeks.waste import home_clock, many_series, selectors
from kodeks.waste.engine.errors import TooLittle
from kodeks.waste.engine.forecast.history import History
from kodeks.waste.engine.forecast.slots import DAY
from kodeks.waste.engine.health import lessons
from kodeks.waste.engine.health.judging import Health
from kodeks.waste.engine.health.readings import Floats, Ints
from kodeks.waste.engine.health.worth import Worth
from kodeks.waste.many_series import Told
from kodeks.waste.models import Bin, BinDay, SensorLesson, SensorWorth

log = structlog.get_logger(__name__)

UNKNOWN = "ukendt"
"""The kind of a sensor that the list does not tell."""
LESSON_DAYS = 90
WORTH_DAYS = 200
MOST_READINGS = 20_000_000
"""That are learned from at once: a year of 2,000 bins that speak each hour, in 2 GB."""
FEWEST_DAYS = 62
"""However many there are."""
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
    judged = judged_bins(now, days=WORTH_DAYS)
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
        _worth(now, one.bin_id, found, by_name[name_of(one.bin_id)]) for one in judged
    )
    return len(judged)


@dataclass(frozen=True)
class Trusted:
    """A bin's (id) readings (n,) on the clock at home, with the levels that its sensor stands by,
    NaN where it does not. Nothing else is kept of a year of a whole town."""

    bin_id: int
    time: Ints
    level: Floats


def history_of(judged: list[Trusted]) -> History:
    """The levels that can be trusted; bins are named by their ids."""
    return History.of_arrays(
        names=tuple(name_of(one.bin_id) for one in judged),
        at=np.repeat(np.arange(len(judged)), [one.time.size for one in judged]),
        time=np.concatenate([one.time for one in judged]),
        level=np.concatenate([one.level for one in judged]),
    )


def judged_bins(now: dt.datetime, *, days: int) -> list[Trusted]:
    """All bins that said something in the last days, also in the archive: of so many days that
    there are at most MOST_READINGS."""
    return [
        Trusted(one.bin_id, one.series.time, health.level)
        for one, health in _judged(now, days=_affordable(now, days))
    ]


def _affordable(now: dt.datetime, days: int) -> int:
    """So many of the last days as have MOST_READINGS together, but FEWEST_DAYS at least."""
    today = timezone.localdate(now)
    rows = BinDay.objects.filter(day__gt=today - dt.timedelta(days=days)).values("day")
    count = 0
    for one in rows.annotate(count=Sum("readings")).order_by("-day"):
        count += one["count"]
        if count > MOST_READINGS:
            return max((today - one["day"]).days, FEWEST_DAYS)
    return days


def _judged(now: dt.datetime, *, days: int) -> Iterator[tuple[Told, Health]]:
    bins = list(Bin.objects.order_by("code").values_list("id", flat=True))
    since = now - dt.timedelta(days=days)
    for lot in many_series.told(bins, since=since, until=now, archived=True):
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
