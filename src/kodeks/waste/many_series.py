# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The readings of many bins, as the engines want them: the last weeks' from the database, and also
the archive's where more is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from kodeks.waste import history, home_clock, packed, parquet
from kodeks.waste.engine import flags
from kodeks.waste.engine.health.judging import Health, judge
from kodeks.waste.engine.health.readings import Floats, Series
from kodeks.waste.models import Bin, Placement, Session
from kodeks.waste.placed import LEVEL, PLACEMENT

Columns = Mapping[str, np.ndarray[Any, Any]]
"""Readings by the names of `_COLUMNS`."""

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
# A device's session is the same one in the archive as in the database.
_COLD = """
    SELECT b.id AS bin, epoch(r.measured_at)::BIGINT AS at, r.level::DOUBLE AS level,
        r.temperature_c::DOUBLE AS temperature, r.battery_pct::DOUBLE AS battery,
        r.flags::BIGINT AS flags, s.id AS session,
        CASE WHEN r.session <> '@' THEN r.number ELSE -1 END AS counter
    FROM {readings} AS r
    JOIN (SELECT unnest($v0) AS code, unnest($v1) AS id) AS b ON b.code = r.bin
    JOIN (SELECT unnest($v2) AS device, unnest($v3) AS name, unnest($v4) AS id) AS s
        ON s.device = r.device AND s.name = r.session
    WHERE r.bin >= $v5 AND r.bin <= $v6 AND r.measured_at >= $v7 AND r.measured_at < $v8
    ORDER BY b.id, r.measured_at, r.number
"""


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


def told(
    bins: Sequence[int], *, since: dt.datetime, until: dt.datetime, archived: bool = False
) -> Iterator[list[Told]]:
    """Of bins (ids), those that said something in [since, until], in lots of at most CHUNK.

    `archived`: also what lies in the archive. Bins that follow each other by their codes lie
    together there.
    """
    for begin in range(0, len(bins), CHUNK):
        lot = list(bins[begin : begin + CHUNK])
        found = _hot(lot, since, until)
        if archived:
            cold = _cold(lot, since, until)
            both = {one: _joined(cold.get(one), found.get(one)) for one in sorted({*cold, *found})}
            found = both
        put = placements(lot, since, until)
        yield [_told(bin_id, columns, put.get(bin_id, ())) for bin_id, columns in found.items()]


def placements(
    bins: Sequence[int], since: dt.datetime, until: dt.datetime
) -> dict[int, tuple[int, ...]]:
    """When within (since, until] something was said of where sensors sit in the bins, in order."""
    rows = Placement.objects.filter(bin_id__in=bins, since__gt=since, since__lte=until)
    found: dict[int, list[int]] = {}
    for bin_id, at in rows.order_by("since").values_list("bin_id", "since"):
        found.setdefault(bin_id, []).append(home_clock.seconds(at))
    return {bin_id: tuple(moments) for bin_id, moments in found.items()}


def _hot(bins: list[int], since: dt.datetime, until: dt.datetime) -> dict[int, Columns]:
    devices = Placement.objects.filter(bin_id__in=bins).values("device_id")
    # As a list, so that only the index is asked, whatever the planner believes.
    sessions = list(Session.objects.filter(device_id__in=devices).values_list("id", flat=True))
    given = {"bins": bins, "sessions": sessions, "since": since, "until": until}
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, given)
        rows = cursor.fetchall()
    return {bin_id: packed.arrays(_COLUMNS, content) for bin_id, content in rows}


def _cold(bins: list[int], since: dt.datetime, until: dt.datetime) -> dict[int, Columns]:
    files = history.files(since, until)
    codes = dict(Bin.objects.filter(id__in=bins).values_list("code", "id"))
    if not files or not codes:
        return {}
    devices = Placement.objects.filter(bin_id__in=bins).values("device_id")
    sessions = list(
        Session.objects.filter(device_id__in=devices).values_list("device__name", "name", "id")
    )
    if not sessions:
        return {}
    names, called, ids = (list(column) for column in zip(*sessions, strict=True))
    bounds = [one.astimezone(dt.UTC).replace(tzinfo=None) for one in (since, until)]
    given = [list(codes), list(codes.values()), names, called, ids, min(codes), max(codes)]
    found = parquet.arrays(files, _COLD, [*given, *bounds])
    if found is None:
        return {}
    of = found.pop("bin").astype(np.int64)
    edges = np.flatnonzero(np.diff(of)) + 1
    parts = {name: np.split(column, edges) for name, column in found.items()}
    return {
        int(of[begin]): {name: part[place] for name, part in parts.items()}
        for place, begin in enumerate([0, *edges.tolist()])
        if of.size
    }


def _joined(cold: Columns | None, hot: Columns | None) -> Columns:
    """By time: what came late may lie in the database and be older than what is archived."""
    parts = [one for one in (cold, hot) if one is not None]
    kinds = {name: np.int64 if kind == packed.WHOLE else np.float64 for name, kind, _ in _COLUMNS}
    found = {
        name: np.concatenate([part[name].astype(kind) for part in parts])
        for name, kind in kinds.items()
    }
    order = np.argsort(found["at"], kind="stable")
    return {name: column[order] for name, column in found.items()}


def _told(bin_id: int, found: Columns, placed: Sequence[int]) -> Told:
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
