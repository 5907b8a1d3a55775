# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A bin's readings, from the database and from the archive, and the town's figures by day."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from kodeks.waste import archiving, parquet, placed
from kodeks.waste.models import ArchivedMonth, Bin

_PLACEMENTS = """
    SELECT s.id, p.since, p.bin_id, p.empty_mm, p.full_mm
    FROM waste_placement AS p JOIN waste_session AS s ON s.device_id = p.device_id
    WHERE p.device_id IN (SELECT device_id FROM waste_placement WHERE bin_id = %s)
    ORDER BY s.id, p.since, p.id
"""
# The sessions as a list, so that only the index is asked, whatever the planner believes.
_HOT = """
    SELECT session_id, at, flags, level_pct, distance_mm, temperature_c FROM waste_reading
    WHERE session_id = ANY(%s) AND at >= %s AND at < %s ORDER BY at
"""
_COLD = """
    SELECT measured_at, level, flags, temperature_c FROM {readings}
    WHERE bin = $v0 AND measured_at >= $v1 AND measured_at < $v2 ORDER BY measured_at
"""
_DAYS = """
    SELECT d.day, count(*), sum(d.readings), sum(d.unknown), sum(d.came), sum(d.lost),
        avg(d.level_mean), max(d.level_max)
    FROM waste_binday AS d JOIN waste_bin AS b ON b.id = d.bin_id
    WHERE d.day >= %(since)s AND d.day <= %(until)s
        AND (%(district)s = '' OR b.district = %(district)s)
    GROUP BY d.day ORDER BY d.day
"""


@dataclass(frozen=True, slots=True)
class Point:
    """One reading. `level` is percent, None where it is unknown; `flags` as in `engine.flags`."""

    at: dt.datetime
    level: float | None
    flags: int
    temperature_c: float | None


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the town or a district. `loss` is the share (0 to 1) of uplinks that never came."""

    day: dt.date
    bins: int
    readings: int
    unknown: int
    came: int
    lost: int
    level_mean: float | None
    level_max: float | None

    @property
    def loss(self) -> float | None:
        sent = self.came + self.lost
        return self.lost / sent if sent else None


def of_bin(*, code: str, since: dt.datetime, until: dt.datetime) -> list[Point]:
    """The bin's readings in [since, until) (aware), by time. A bin that is not known has none."""
    found = Bin.objects.filter(code=code).values_list("id", flat=True).first()
    if found is None:
        return []
    hot = _hot(found, since, until)
    bounds = [one.astimezone(dt.UTC).replace(tzinfo=None) for one in (since, until)]
    cold = parquet.query(_files(since, until), _COLD, [code, *bounds])
    return [Point(row[0].replace(tzinfo=dt.UTC), *row[1:]) for row in cold] + hot


def by_day(*, since: dt.date, until: dt.date, district: str = "") -> list[Day]:
    """The figures of each Danish day from `since` to `until`, both included."""
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"since": since, "until": until, "district": district})
        return [Day(*row) for row in cursor.fetchall()]


def _hot(bin_id: int, since: dt.datetime, until: dt.datetime) -> list[Point]:
    """From the database: each reading by where its device sat when it measured."""
    sat: dict[int, list[tuple[dt.datetime, int | None, float | None, float | None]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PLACEMENTS, [bin_id])
        for session, *placement in cursor.fetchall():
            sat.setdefault(session, []).append(tuple(placement))
        cursor.execute(_HOT, [list(sat), since, until])
        rows = cursor.fetchall()
    found = []
    for session, at, flags, level_pct, distance_mm, warm in rows:
        place = bisect_right(sat[session], at, key=lambda one: one[0]) - 1
        if place < 0 or sat[session][place][1] != bin_id:
            continue
        _, _, empty_mm, full_mm = sat[session][place]
        level = placed.level(flags, level_pct, distance_mm, empty_mm, full_mm)
        found.append(Point(at, level, flags, warm))
    return found


def _files(since: dt.datetime, until: dt.datetime) -> list[Path]:
    first = since.astimezone(dt.UTC).date().replace(day=1)
    rows = ArchivedMonth.objects.filter(
        month__gte=first,
        month__lte=until.astimezone(dt.UTC).date(),
        emptied_at__isnull=False,
        removed_at=None,
    )
    return [archiving.folder() / name for name in rows.values_list("file", flat=True)]
