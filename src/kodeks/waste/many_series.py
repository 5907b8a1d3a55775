# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The last weeks' readings of many bins, as the engines want them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection

from kodeks.waste import home_clock, packed
from kodeks.waste.engine import flags
from kodeks.waste.engine.health.judging import Health, judge
from kodeks.waste.engine.health.readings import Floats, Series
from kodeks.waste.models import Placement, Session
from kodeks.waste.placed import LEVEL, PLACEMENT

CHUNK = 200
"""Bins that are fetched together: a month of each hour is 144,000 readings."""
_RECENT_SECONDS = 6 * 3_600
"""How old a device's own alarm may be and still count."""
_COLUMNS = (
    ("at", packed.WHOLE, "floor(extract(epoch FROM r.at))::bigint"),
    ("level", packed.REAL, LEVEL),
    ("temperature", packed.REAL, "r.temperature_c"),
    ("battery", packed.REAL, "r.battery_pct"),
    ("flags", packed.WHOLE, "r.flags"),
    ("session", packed.WHOLE, "r.session_id"),
    ("counter", packed.WHOLE, "CASE WHEN s.name <> '@' THEN r.number ELSE -1 END"),
)
_ROWS = f"""
    SELECT p.bin_id, {packed.aggregate(_COLUMNS, order="r.at, r.number")}
    FROM waste_reading AS r JOIN waste_session AS s ON s.id = r.session_id
    JOIN LATERAL {PLACEMENT} ON p.bin_id = ANY(%(bins)s)
    WHERE r.session_id = ANY(%(sessions)s) AND r.at >= %(since)s AND r.at <= %(until)s
    GROUP BY p.bin_id ORDER BY p.bin_id
"""  # noqa: S608


@dataclass(frozen=True)
class Told:
    """What a bin's sensors said, on the clock at home; `alarms` are those of the last hours, and
    from the `placed` moments on a sensor sits there or its distances mean something else."""

    bin_id: int
    series: Series
    alarms: tuple[str, ...]
    placed: tuple[int, ...] = ()

    def judged(self, now: dt.datetime) -> Health:
        """What can be believed of it at `now`."""
        return judge(self.series, now=home_clock.seconds(now), calibrated=self.placed)


def told(bins: Sequence[int], *, since: dt.datetime, until: dt.datetime) -> Iterator[list[Told]]:
    """Of bins (ids), those that said something in [since, until], in lots of at most CHUNK."""
    for begin in range(0, len(bins), CHUNK):
        yield _lot(list(bins[begin : begin + CHUNK]), since, until)


def _lot(bins: list[int], since: dt.datetime, until: dt.datetime) -> list[Told]:
    devices = Placement.objects.filter(bin_id__in=bins).values("device_id")
    placed: dict[int, list[int]] = {}
    for bin_id, at in Placement.objects.filter(
        bin_id__in=bins, since__gt=since, since__lte=until
    ).values_list("bin_id", "since"):
        placed.setdefault(bin_id, []).append(home_clock.seconds(at))
    # As a list, so that only the index is asked, whatever the planner believes.
    sessions = list(Session.objects.filter(device_id__in=devices).values_list("id", flat=True))
    given = {"bins": bins, "sessions": sessions, "since": since, "until": until}
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, given)
        return [
            _told(bin_id, content, sorted(placed.get(bin_id, ())))
            for bin_id, content in cursor.fetchall()
        ]


def _told(bin_id: int, content: bytes, placed: Sequence[int]) -> Told:
    found = packed.arrays(_COLUMNS, content)
    epoch, bits = found["at"], found["flags"]
    counter = found["counter"]
    series = Series(
        time=home_clock.many(epoch),
        level=found["level"],
        temperature=_column(found["temperature"]),
        tilt=_column(flags.tilts(bits)),
        battery=_column(found["battery"]),
        session=found["session"],
        counter=None if (counter < 0).any() else counter,
    )
    late = bits[epoch > epoch[-1] - _RECENT_SECONDS]
    alarms = {name for one in late.tolist() for name in flags.alarms(one)}
    return Told(bin_id, series, tuple(sorted(alarms)), tuple(placed))


def _column(values: Floats) -> Floats | None:
    """None where the sensor says nothing of it."""
    return values if np.isfinite(values).any() else None
