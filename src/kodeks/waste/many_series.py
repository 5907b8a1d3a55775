# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The last weeks' readings of many bins, as the engines want them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from django.db import connection

from kodeks.waste import home_clock, placed
from kodeks.waste.engine import flags
from kodeks.waste.engine.health.readings import Series
from kodeks.waste.models import Placement, Session

CHUNK = 200
"""Bins that are fetched together: a month of each hour is 144,000 readings."""
_RECENT_SECONDS = 6 * 3_600
"""How old a device's own alarm may be and still count."""
_ROWS = f"""
    SELECT p.bin_id, floor(extract(epoch FROM r.at))::bigint, {placed.LEVEL}, r.temperature_c,
        r.battery_pct, r.flags, r.session_id, CASE WHEN s.name <> '@' THEN r.number END
    FROM waste_reading AS r JOIN waste_session AS s ON s.id = r.session_id
    JOIN LATERAL {placed.PLACEMENT} ON p.bin_id = ANY(%(bins)s)
    WHERE r.session_id = ANY(%(sessions)s) AND r.at >= %(since)s AND r.at <= %(until)s
    ORDER BY p.bin_id, r.at, r.number
"""  # noqa: S608


@dataclass(frozen=True)
class Told:
    """What a bin's sensors said, on the clock at home; `alarms` are those of the last hours."""

    bin_id: int
    series: Series
    alarms: tuple[str, ...]


def told(bins: Sequence[int], *, since: dt.datetime, until: dt.datetime) -> Iterator[list[Told]]:
    """Of bins (ids), those that said something in [since, until], in lots of at most CHUNK."""
    for begin in range(0, len(bins), CHUNK):
        yield _lot(list(bins[begin : begin + CHUNK]), since, until)


def _lot(bins: list[int], since: dt.datetime, until: dt.datetime) -> list[Told]:
    devices = Placement.objects.filter(bin_id__in=bins).values("device_id")
    # As a list, so that only the index is asked, whatever the planner believes.
    sessions = list(Session.objects.filter(device_id__in=devices).values_list("id", flat=True))
    given = {"bins": bins, "sessions": sessions, "since": since, "until": until}
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, given)
        rows = cursor.fetchall()
    return [_told(bin_id, list(those)) for bin_id, those in groupby(rows, key=itemgetter(0))]


def _told(bin_id: int, rows: list[tuple[Any, ...]]) -> Told:
    _, at, level, warm, battery, bits, session, counter = zip(*rows, strict=True)
    epoch = np.array(at, dtype=np.int64)
    tilts = [flags.tilt(one) for one in bits]
    counted = None not in counter
    series = Series(
        time=home_clock.many(epoch),
        level=np.array(level, dtype=np.float64),
        temperature=_column(warm),
        tilt=_column([None if one is None else float(one) for one in tilts]),
        battery=_column(battery),
        session=np.array(session, dtype=np.int64),
        counter=np.array(counter, dtype=np.int64) if counted else None,
    )
    late = [bits[place] for place in np.flatnonzero(epoch > epoch[-1] - _RECENT_SECONDS)]
    alarms = {name for one in late for name in flags.alarms(one)}
    return Told(bin_id, series, tuple(sorted(alarms)))


def _column(values: Sequence[float | None]) -> np.ndarray | None:
    """None where the sensor says nothing of it."""
    found = np.array(values, dtype=np.float64)
    return found if np.isfinite(found).any() else None
