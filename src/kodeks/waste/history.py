# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A bin's readings, from the database and from the archive, and the town's figures by day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from kodeks.waste import archiving, parquet, placed
from kodeks.waste.models import ArchivedMonth, Bin

# The archive's files and the partitions never hold the same month, once a partition is emptied;
# until then the file is left alone.
_HOT = f"""
    SELECT r.at, {placed.LEVEL}, r.flags, r.temperature_c
    FROM waste_session AS s JOIN waste_reading AS r ON r.session_id = s.id
    JOIN LATERAL {placed.PLACEMENT} ON p.bin_id = %(bin)s
    WHERE s.device_id IN (SELECT device_id FROM waste_placement WHERE bin_id = %(bin)s)
        AND r.at >= %(since)s AND r.at < %(until)s
    ORDER BY r.at
"""  # noqa: S608
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
    with connection.cursor() as cursor:
        cursor.execute(_HOT, {"bin": found, "since": since, "until": until})
        hot = [Point(*row) for row in cursor.fetchall()]
    bounds = [one.astimezone(dt.UTC).replace(tzinfo=None) for one in (since, until)]
    cold = parquet.query(_files(since, until), _COLD, [code, *bounds])
    return [Point(row[0].replace(tzinfo=dt.UTC), *row[1:]) for row in cold] + hot


def by_day(*, since: dt.date, until: dt.date, district: str = "") -> list[Day]:
    """The figures of each Danish day from `since` to `until`, both included."""
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"since": since, "until": until, "district": district})
        return [Day(*row) for row in cursor.fetchall()]


def _files(since: dt.datetime, until: dt.datetime) -> list[Path]:
    first = since.astimezone(dt.UTC).date().replace(day=1)
    rows = ArchivedMonth.objects.filter(
        month__gte=first,
        month__lte=until.astimezone(dt.UTC).date(),
        emptied_at__isnull=False,
        removed_at=None,
    )
    return [archiving.folder() / name for name in rows.values_list("file", flat=True)]
