# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A bin's figures by Danish day, made anew from the readings for each day that got some.

A level is what the sensor said, or comes of its distance and of where it hung at that time. What
could not be measured is counted as unknown and is no level. Readings that were measured before the
device was placed anywhere belong to no bin.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction

from kodeks.waste import placed
from kodeks.waste.cells import HOME
from kodeks.waste.models import DueDay

LOOK_BACK = 7
"""Days in which the uplink before a day's first one is looked for, to see what was lost between."""
# Counters of each session in order: what is missing before each, within the days looked at.
_MAKE = f"""
WITH bounds AS (
    SELECT %(day)s::timestamp AT TIME ZONE %(zone)s AS begins,
        (%(day)s::timestamp + interval '1 day') AT TIME ZONE %(zone)s AS ends
), counted AS (
    SELECT r.*, s.name, r.number - lag(r.number) OVER (
        PARTITION BY r.session_id ORDER BY r.number) - 1 AS missing
    FROM waste_reading AS r JOIN waste_session AS s ON s.id = r.session_id, bounds
    WHERE r.at >= bounds.begins - %(back)s * interval '1 day' AND r.at < bounds.ends
), placed AS (
    SELECT p.bin_id, r.at, r.name, r.missing, r.temperature_c, r.battery_pct,
        {placed.LEVEL} AS level
    FROM counted AS r CROSS JOIN bounds JOIN LATERAL {placed.PLACEMENT} ON p.bin_id IS NOT NULL
    WHERE r.at >= bounds.begins
)
INSERT INTO waste_binday (bin_id, day, readings, unknown, came, lost, level_min, level_max,
    level_mean, level_last, temperature_max, battery_pct)
SELECT bin_id, %(day)s::date, count(*), count(*) - count(level),
    count(*) FILTER (WHERE name <> '@'),
    coalesce(sum(missing) FILTER (WHERE name <> '@' AND missing BETWEEN 1 AND 16384), 0),
    min(level), max(level), avg(level),
    (array_agg(level ORDER BY at DESC) FILTER (WHERE level IS NOT NULL))[1],
    max(temperature_c), min(battery_pct)
FROM placed GROUP BY bin_id
ON CONFLICT (bin_id, day) DO UPDATE SET readings = excluded.readings, unknown = excluded.unknown,
    came = excluded.came, lost = excluded.lost, level_min = excluded.level_min,
    level_max = excluded.level_max, level_mean = excluded.level_mean,
    level_last = excluded.level_last, temperature_max = excluded.temperature_max,
    battery_pct = excluded.battery_pct
"""  # noqa: S608


def make_due() -> int:
    """Background work: the figures of all days that got readings; how many days."""
    newest = DueDay.objects.order_by("-id").values_list("id", flat=True).first()
    if newest is None:
        return 0
    due = DueDay.objects.filter(id__lte=newest)
    days = sorted(set(due.values_list("day", flat=True)))
    for day in days:
        make(day=day)
    # What came while we were at it has higher numbers, and is due still.
    due.delete()
    return len(days)


@transaction.atomic
def make(*, day: dt.date) -> None:
    """The figures of one Danish day anew, as the readings and the placements are now.

    What is lost before a session's first uplink of the last days is not known and not counted.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, {"day": day, "zone": HOME.key, "back": LOOK_BACK})
