# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A bin's readings, from the database and from the archive, and the town's figures by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection

from kodeks.waste import archiving, packed, parquet, placed
from kodeks.waste.engine.health.readings import Floats, Ints
from kodeks.waste.models import ArchivedMonth, Bin

_COLUMNS = (
    ("at", packed.WHOLE, "(extract(epoch FROM r.at) * 1000000)::bigint"),
    ("level", packed.REAL, placed.LEVEL),
    ("flags", packed.WHOLE, "r.flags"),
    ("temperature_c", packed.REAL, "r.temperature_c"),
)
_SESSIONS = """
    SELECT id FROM waste_session
    WHERE device_id IN (SELECT device_id FROM waste_placement WHERE bin_id = %s)
"""
# The sessions as a list, so that only the index is asked, whatever the planner believes.
_HOT = f"""
    SELECT {packed.aggregate(_COLUMNS, order="r.at, r.number")}
    FROM waste_reading AS r JOIN LATERAL {placed.PLACEMENT} ON p.bin_id = %(bin)s
    WHERE r.session_id = ANY(%(sessions)s) AND r.at >= %(since)s AND r.at < %(until)s
"""  # noqa: S608
_COLD = """
    SELECT epoch_us(measured_at) AS at, level, flags, temperature_c FROM {readings}
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

_DISTRICTS = """
    SELECT b.district, count(DISTINCT d.bin_id), count(*), sum(d.readings), sum(d.unknown),
        sum(d.came), sum(d.lost), avg(d.level_mean),
        avg(CASE WHEN d.level_max IS NOT NULL THEN (d.level_max >= %(full)s)::int END)::float8
    FROM waste_binday AS d JOIN waste_bin AS b ON b.id = d.bin_id
    WHERE d.day >= %(since)s AND d.day <= %(until)s
    GROUP BY b.district ORDER BY b.district
"""


@dataclass(frozen=True)
class Past:
    """Readings (n,) by time: at is microseconds since 1970 (UTC), level percent, NaN where it is
    unknown, temperature_c NaN where it was not told, and flags as in `engine.flags`."""

    at: Ints
    level: Floats
    flags: Ints
    temperature_c: Floats

    def __len__(self) -> int:
        return self.at.size


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


@dataclass(frozen=True, slots=True)
class District:
    """Of a district, by its name (empty: not told): full is the share (0 to 1) of its bins' days
    with a known level on which the bin was full at some time."""

    district: str
    bins: int
    days: int
    readings: int
    unknown: int
    came: int
    lost: int
    level_mean: float | None
    full: float | None


def of_bin(*, code: str, since: dt.datetime, until: dt.datetime) -> Past:
    """The bin's readings in [since, until) (aware), by time. A bin that is not known has none."""
    found = Bin.objects.filter(code=code).values_list("id", flat=True).first()
    if found is None:
        return _past([packed.arrays(_COLUMNS, None)])
    bounds = [one.astimezone(dt.UTC).replace(tzinfo=None) for one in (since, until)]
    cold = parquet.arrays(files(since, until), _COLD, [code, *bounds])
    hot = _hot(found, since, until)
    return _past([hot] if cold is None else [cold, hot])


def by_day(*, since: dt.date, until: dt.date, district: str = "") -> list[Day]:
    """The figures of each Danish day from `since` to `until`, both included."""
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"since": since, "until": until, "district": district})
        return [Day(*row) for row in cursor.fetchall()]


def by_district(*, since: dt.date, until: dt.date, full_pct: float) -> list[District]:
    """The districts over the Danish days from `since` to `until`, both included; a bin is full from
    `full_pct` percent on."""
    with connection.cursor() as cursor:
        cursor.execute(_DISTRICTS, {"since": since, "until": until, "full": full_pct})
        return [District(*row) for row in cursor.fetchall()]


def _hot(bin_id: int, since: dt.datetime, until: dt.datetime) -> Mapping[str, np.ndarray[Any, Any]]:
    """From the database: each reading by where its device sat when it measured."""
    with connection.cursor() as cursor:
        cursor.execute(_SESSIONS, [bin_id])
        sessions = [one for (one,) in cursor.fetchall()]
        given = {"bin": bin_id, "sessions": sessions, "since": since, "until": until}
        cursor.execute(_HOT, given)
        (content,) = cursor.fetchone()
    return packed.arrays(_COLUMNS, content)


def _past(parts: Sequence[Mapping[str, Any]]) -> Past:
    kinds = {name: np.int64 if kind == packed.WHOLE else np.float64 for name, kind, _ in _COLUMNS}
    return Past(
        **{
            name: np.concatenate([np.asarray(part[name], dtype=kind) for part in parts])
            for name, kind in kinds.items()
        }
    )


def files(since: dt.datetime, until: dt.datetime) -> list[Path]:
    """Of the archive, those that hold what the database no longer has of [since, until)."""
    first = since.astimezone(dt.UTC).date().replace(day=1)
    rows = ArchivedMonth.objects.filter(
        month__gte=first,
        month__lte=until.astimezone(dt.UTC).date(),
        emptied_at__isnull=False,
        removed_at=None,
    )
    return [archiving.folder() / name for name in rows.values_list("file", flat=True)]
