# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Bins as they are now: what their sensors said in the last weeks, judged, and when they are met.

A sensor that has said nothing for longer is seen too, as one that nobody knows anything from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Max, Q

from kodeks.waste import days_ahead, home_clock, many_series, schedules, selectors
from kodeks.waste.days_ahead import DaysAhead
from kodeks.waste.engine.health.judging import Health
from kodeks.waste.engine.health.readings import Series
from kodeks.waste.engine.health.unheard import unheard
from kodeks.waste.engine.notices.situation import Situation
from kodeks.waste.many_series import Told
from kodeks.waste.models import Bin, Notice, Placement, Session

LOOK_BACK = dt.timedelta(days=28)
"""Of readings that are looked at."""
AGAIN = dt.timedelta(hours=24)
"""So long after somebody decided nobody is asked the same of the bin again."""


@dataclass(frozen=True)
class Seen:
    """A bin (id); `heard_at` is None where its sensor never spoke."""

    bin_id: int
    heard_at: dt.datetime | None
    situation: Situation


@dataclass(frozen=True)
class _Judged:
    """What the readings alone tell."""

    told: Told
    health: Health
    heard_at: dt.datetime | None


def seen(bins: Sequence[int], *, now: dt.datetime, ahead: DaysAhead) -> Iterator[list[Seen]]:
    """Bins (ids) in lots, all of them."""
    for begin in range(0, len(bins), many_series.CHUNK):
        yield _lot(bins[begin : begin + many_series.CHUNK], now, ahead)


def _lot(bins: Sequence[int], now: dt.datetime, ahead: DaysAhead) -> list[Seen]:
    plan = schedules.current(now, bins)
    asked = _asked(bins, now)
    codes = dict(Bin.objects.filter(id__in=bins).values_list("id", "code"))
    moment, since = home_clock.seconds(now), home_clock.seconds(now - LOOK_BACK)
    found = []
    for one in _judged(bins, now):
        bin_id = one.told.bin_id
        visit = schedules.next_visit(plan.get(bin_id), after=now)
        served = schedules.last_visit(plan.get(bin_id), before=now)
        situation = Situation.of(
            one.told.series,
            one.health,
            now=moment,
            since=since,
            alarms=one.told.alarms,
            visit=None if visit is None else home_clock.seconds(visit),
            served=None if served is None else home_clock.seconds(served),
            asked=tuple(sorted(asked.get(bin_id, ()))),
            ahead=days_ahead.of_bin(ahead, codes[bin_id]),
        )
        found.append(Seen(bin_id, one.heard_at, situation))
    return found


def _judged(bins: Sequence[int], now: dt.datetime) -> Iterator[_Judged]:
    silent = set(bins)
    for lot in many_series.told(bins, since=now - LOOK_BACK, until=now):
        for told in lot:
            silent.discard(told.bin_id)
            heard = home_clock.moment(int(told.series.time[-1]))
            yield _Judged(told, told.judged(now), heard)
    yield from _silent(sorted(silent))


def _silent(bins: Sequence[int]) -> Iterator[_Judged]:
    """By when the sensor that sits there now spoke last, or was put there. A bin that it was taken
    from meanwhile is left out."""
    if not bins:
        return
    were = Placement.objects.filter(bin_id__in=bins).values("device_id")
    now = selectors.placed_now().filter(device_id__in=were)
    asked = set(bins)
    placed = {one.bin_id: one for one in now if one.bin_id is not None and one.bin_id in asked}
    devices = [one.device_id for one in placed.values()]
    rows = Session.objects.filter(device_id__in=devices).values("device_id")
    heard = dict(rows.annotate(at=Max("last_at")).values_list("device_id", "at"))
    nothing = Series(time=np.zeros(0, np.int64), level=np.zeros(0))
    for bin_id, put in placed.items():
        at = heard.get(put.device_id)
        spoke_here = at is not None and at >= put.since
        # A list that is read in today can say that a sensor was put up long ago.
        since = at if at is not None and spoke_here else max(put.since, put.set_at)
        health = unheard(since=home_clock.seconds(since), ever=spoke_here)
        yield _Judged(Told(bin_id, nothing, ()), health, at)


def _asked(bins: Sequence[int], now: dt.datetime) -> dict[int, set[str]]:
    """By bin: what stands before people, or was decided a short while ago."""
    standing = Q(ended_at=None) | Q(decision_id__isnull=False, ended_at__gt=now - AGAIN)
    found: dict[int, set[str]] = {}
    rows = Notice.objects.filter(standing, bin_id__in=bins).values_list("bin_id", "label")
    for bin_id, label in rows:
        found.setdefault(bin_id, set()).add(label)
    return found
