# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The SQL of what comes in. Each function is given the cursor of the caller's one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone

from kodeks.waste.cells import HOME
from kodeks.waste.engine.order import Course
from kodeks.waste.engine.payloads.foreign import AHEAD
from kodeks.waste.messages import Part, Values

_WRITER = 7_301_204_470
"""Key of the advisory lock: one writer of readings at a time, so that what is looked for before it
is stored cannot come in between. A batch holds it for milliseconds."""
_COURSE = """
    id, device_id, name, began_at, highest, came, lost, last_at, level_pct, distance_mm,
    temperature_c, flags
"""
_COURSES = f"SELECT {_COURSE} FROM waste_session WHERE device_id = ANY(%s)"  # noqa: S608
_NEW_COURSES = """
    INSERT INTO waste_session (device_id, name, began_at, came, lost, flags)
    SELECT device_id, name, began_at, 0, 0, 0
    FROM unnest(%s::integer[], %s::text[], %s::timestamptz[]) AS new (device_id, name, began_at)
    RETURNING id, device_id, name
"""
_KEEP = """
    UPDATE waste_session AS s SET highest = new.highest, came = new.came, lost = new.lost,
        last_at = new.last_at, level_pct = new.level_pct, distance_mm = new.distance_mm,
        temperature_c = new.temperature_c, flags = new.flags
    FROM unnest(%s::integer[], %s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[],
        %s::float8[], %s::float8[], %s::float8[], %s::integer[])
        AS new (id, highest, came, lost, last_at, level_pct, distance_mm, temperature_c, flags)
    WHERE s.id = new.id
"""
_VALUES = """
    flags, level_pct, distance_mm, temperature_c, battery_pct, battery_v, unread_at, unread
"""
_FOUND = f"""
    SELECT session_id, number, at, {_VALUES}
    FROM unnest(%s::integer[], %s::bigint[]) AS asked (session_id, number)
    JOIN waste_reading USING (session_id, number) WHERE at >= %s AND at < %s
"""  # noqa: S608
_COLUMNS = f"number, at, session_id, device_id, {_VALUES}"
_COPY = f"COPY waste_staged ({_COLUMNS}) FROM STDIN"
_INSERT = f"""
    INSERT INTO waste_reading ({_COLUMNS}) SELECT {_COLUMNS} FROM waste_staged
    ON CONFLICT DO NOTHING
"""  # noqa: S608
_EMPTY = "TRUNCATE waste_staged"
_DUE = "INSERT INTO waste_dueday (day) SELECT unnest(%s::date[])"


def one_writer(cursor: Any) -> None:
    """Wait until nobody else stores readings; until the transaction ends."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITER])


def courses(
    cursor: Any, wanted: Mapping[tuple[int, str], dt.datetime]
) -> dict[tuple[int, str], Course]:
    """All sessions of the devices that are named, with those wanted, which are made if new."""
    if not wanted:
        return {}
    cursor.execute(_COURSES, [sorted({device for device, _ in wanted})])
    found = {}
    for row in cursor.fetchall():
        course = Course(*row[1:], id=row[0])
        found[course.device, course.name] = course
    missing = sorted(key for key in wanted if key not in found)
    if missing:
        devices, names = [key[0] for key in missing], [key[1] for key in missing]
        cursor.execute(_NEW_COURSES, [devices, names, [wanted[key] for key in missing]])
        for number, device, name in cursor.fetchall():
            found[device, name] = Course(device, name, wanted[device, name], id=number)
    return found


def keep_courses(cursor: Any, all_of_them: Mapping[tuple[int, str], Course]) -> None:
    """Store how far the sessions are now, those that have moved."""
    moved = [one for one in all_of_them.values() if one.changed]
    if not moved:
        return
    columns = zip(
        *(
            (
                one.id, one.highest, one.came, one.lost, one.last_at,
                one.level_pct, one.distance_mm, one.temperature_c, one.flags,
            )
            for one in moved
        ),
        strict=True,
    )  # fmt: skip
    cursor.execute(_KEEP, [list(column) for column in columns])


def found(
    cursor: Any, places: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], tuple[dt.datetime, Values]]:
    """What is stored under a session and a number, at whatever time."""
    asked = sorted(set(places))
    now = timezone.now()
    # The bounds leave out the partitions of other times.
    oldest = now - dt.timedelta(days=settings.KODEKS_WASTE_HOT_DAYS + 1)
    sessions, numbers = [one[0] for one in asked], [one[1] for one in asked]
    cursor.execute(_FOUND, [sessions, numbers, oldest, now + 2 * AHEAD])
    return {(row[0], row[1]): (row[2], Values(*row[3:])) for row in cursor.fetchall()}


def store(cursor: Any, accepted: Mapping[tuple[int, int], Part]) -> int:
    """Store the parts by session and number; how many were new."""
    if not accepted:
        return 0
    with cursor.copy(_COPY) as copy:
        for (session, number), part in accepted.items():
            copy.write_row((number, part.at, session, part.device, *part.values))
    cursor.execute(_INSERT)
    stored = int(cursor.rowcount)
    cursor.execute(_EMPTY)
    cursor.execute(_DUE, [_days(accepted.values())])
    return stored


def _days(parts: Iterable[Part]) -> Sequence[dt.date]:
    hours = {part.at.replace(minute=0, second=0, microsecond=0) for part in parts}
    return sorted({hour.astimezone(HOME).date() for hour in hours})
