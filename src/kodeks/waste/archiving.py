# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Months of readings as Parquet files, and their partitions emptied when they are over their time.

A month is written when nothing of it can come any more: all of it is older than the days that
readings stay in the database. The file says of each reading which bin it was of, so it can be read
without the database. Its partition is emptied when the file is on the disk with the digest that was
noted, and has as many rows as the database.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from kodeks.files import make_folder, put_in_place
from kodeks.robots.errors import BusinessError
from kodeks.waste import months, parquet, placed
from kodeks.waste.models import ArchivedMonth
from kodeks.waste.months import Partition
from kodeks.waste.storing import one_writer

log = structlog.get_logger(__name__)

_CHUNK = 50_000
_SPAN = "SELECT min(at), max(at) FROM {name}"
_ROWS = f"""
    SELECT coalesce(b.code, ''), d.name, s.name, r.number, r.at, r.flags,
        {placed.LEVEL},
        r.level_pct, r.distance_mm, r.temperature_c, r.battery_pct, r.battery_v
    FROM waste_reading AS r
    JOIN waste_session AS s ON s.id = r.session_id
    JOIN waste_device AS d ON d.id = r.device_id
    LEFT JOIN LATERAL {placed.PLACEMENT} ON true
    LEFT JOIN waste_bin AS b ON b.id = p.bin_id
    WHERE r.at >= %s AND r.at < %s
"""  # noqa: S608


def archive() -> int:
    """Background work: write the months that are over, empty them here, and remove files that are
    over their time; how many months were written."""
    # A day more than anything may be old when it comes.
    horizon = timezone.now() - dt.timedelta(days=settings.KODEKS_WASTE_HOT_DAYS + 1)
    written = 0
    for partition in months.partitions():
        first, last = _span(partition)
        while first is not None and last is not None and _ends(first) <= horizon:
            if partition.first is None and _ends(last) > horizon:
                # The rest is emptied as a whole or not at all.
                break
            if _write(first):
                written += 1
            if _ends(first) > last:
                _empty(partition)
                break
            first = _moment(months.following(first.date(), 1))
    _remove_old()
    return written


def folder() -> Path:
    """Where the files lie; made if it is not there."""
    found = Path(settings.KODEKS_WASTE_ARCHIVE_FOLDER)
    make_folder(found)
    return found


def files() -> list[Path]:
    """The files of the months that are kept, by month."""
    kept = ArchivedMonth.objects.filter(removed_at=None).values_list("file", flat=True)
    return [folder() / name for name in kept]


def _write(at: dt.datetime) -> bool:
    """Write the file of the month of `at`, unless it is there."""
    month = at.date().replace(day=1)
    if ArchivedMonth.objects.filter(month=month).exists():
        return False
    name = f"readings-{month:%Y-%m}.parquet"
    span = (_moment(month), _moment(months.following(month, 1)))
    partly = folder() / f".{name}.{os.getpid()}"
    try:
        with transaction.atomic(), connection.chunked_cursor() as cursor:
            cursor.execute(_ROWS, span)
            rows = parquet.write(partly, _chunks(cursor))
        put_in_place(written=partly, path=folder() / name)
    finally:
        partly.unlink(missing_ok=True)
    digest = _sha256(folder() / name)
    ArchivedMonth.objects.create(
        month=month, file=name, sha256=digest, rows=rows, archived_at=timezone.now()
    )
    log.info("month_archived", month=str(month), rows=rows)
    return True


def _empty(partition: Partition) -> None:
    """Empty it, unless a file is not as it was written, or something came that is in no file."""
    name = connection.ops.quote_name(partition.name)
    # Before nobody else can store: a file takes a while to read. What came to a month after it was
    # emptied is in no file.
    whole = [one for one in ArchivedMonth.objects.filter(emptied_at=None) if _is_whole(one)]
    kept = {one.month: one.rows for one in whole}
    with transaction.atomic(), connection.cursor() as cursor:
        one_writer(cursor)
        cursor.execute(
            "SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date, count(*) "  # noqa: S608
            f"FROM {name} GROUP BY 1"
        )
        here = dict(cursor.fetchall())
        if any(kept.get(month) != count for month, count in here.items()):
            raise BusinessError(
                "archive_differs",
                "Et arkiv over målinger har ikke de samme rækker som databasen, eller filen er væk "
                "eller ændret. Intet er slettet. Flyt filen væk, og vis den til dem, der passer "
                "programmet.",
            )
        cursor.execute(f"TRUNCATE {name}")
        ArchivedMonth.objects.filter(month__in=here).update(emptied_at=timezone.now())


def _is_whole(one: ArchivedMonth) -> bool:
    file = folder() / one.file
    return file.is_file() and _sha256(file) == one.sha256


def _remove_old() -> None:
    """Remove the files of months that are over KODEKS_WASTE_ARCHIVE_MONTHS."""
    oldest = months.following(timezone.now().date(), -settings.KODEKS_WASTE_ARCHIVE_MONTHS)
    for one in ArchivedMonth.objects.filter(month__lt=oldest, removed_at=None):
        (folder() / one.file).unlink(missing_ok=True)
        ArchivedMonth.objects.filter(pk=one.pk).update(removed_at=timezone.now())


def _span(partition: Partition) -> tuple[dt.datetime | None, dt.datetime | None]:
    with connection.cursor() as cursor:
        cursor.execute(_SPAN.format(name=connection.ops.quote_name(partition.name)))
        first, last = cursor.fetchone()
    return first, last


def _ends(at: dt.datetime) -> dt.datetime:
    return _moment(months.following(at.astimezone(dt.UTC).date(), 1))


def _moment(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def _chunks(cursor: Any) -> Any:
    while rows := cursor.fetchmany(_CHUNK):
        yield rows


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
