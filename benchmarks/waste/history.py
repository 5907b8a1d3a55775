# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A bin's history and a town's day through database, archive and figures, by number of rows.

    python benchmarks/waste/history.py [--rows 2000000] [--bins 10000] [--hot-days 30]

Made up: each bin an hour apart, whole months in Parquet as the archive writes them, the last days
in PostgreSQL's partitions and figures by day for all of it. Wall time, the median of 15 bins or
days, each asked for the first time; and the CPU of the asking process, which has DuckDB in it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sized
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from ingest import prepare

ASKED = 15
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--bins", type=int, default=10_000)
    parser.add_argument("--hot-days", type=int, default=30)
    given = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="kodeks-history-"))
    home.chmod(0o711)
    for name in [name for name in os.environ if name.startswith("KODEKS_DATABASE")]:
        del os.environ[name]
    os.environ |= {
        "KODEKS_HOME": str(home),
        "KODEKS_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "kodeks.workbench.settings",
    }
    from kodeks.database import cluster

    try:
        cluster.start(home=home, fsync=False)
        prepare()
        import django

        django.setup()
        fill_and_ask(given.rows, given.bins, given.hot_days)
    finally:
        cluster.stop(home=home)
        shutil.rmtree(home, ignore_errors=True)


def fill_and_ask(rows: int, bins: int, hot_days: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from kodeks.waste import archiving, history

    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    hours = max(rows // bins, 24)
    hot = min(hot_days * 24, hours // 2)
    set_up(bins, now)
    began = time.process_time()
    archived = archive(bins, now - hours * HOUR, now - hot * HOUR)
    spent = time.process_time() - began
    fill_hot(bins, now - hot * HOUR, hot)
    days = fill_days(bins, now, hours // 24)
    size = sum(file.stat().st_size for file in archiving.files())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits"
            " WHERE inhparent = 'waste_reading'::regclass"
        )
        (table,) = cursor.fetchone()
    print(
        f"{archived + bins * hot:,} readings of {bins:,} bins over {hours // 24} days: "
        f"{archived:,} in {len(archiving.files())} files of {size / 1e6:.0f} MB "
        f"(written in {spent:.0f} CPU s), "
        f"{bins * hot:,} in the database ({int(table) / 1e6:.0f} MB), {days:,} figures by day"
    )
    random_ = np.random.default_rng(5)
    some = [f"spand-{at}" for at in random_.choice(bins, ASKED, replace=False)]
    whole = hours * HOUR
    for words, back in (("7 days", 7 * DAY), ("60 days", 60 * DAY), ("all of it", whole)):
        asked = [
            timed(
                lambda code=code, back=back: history.of_bin(code=code, since=now - back, until=now)
            )
            for code in some
        ]
        counts = {count for _, count in asked}
        say(f"a bin's history, {words} ({max(counts)} readings)", [took for took, _ in asked])
    today = now.date()
    back_to = [today - dt.timedelta(days=int(at)) for at in random_.integers(1, hours // 24, ASKED)]
    asked = [timed(lambda day=day: history.by_day(since=day, until=day)) for day in back_to]
    say("the town's figures of a day", [took for took, _ in asked])
    asked = [
        timed(lambda day=day: history.by_day(since=day, until=day, district="Vest"))
        for day in back_to
    ]
    say("a district's figures of a day", [took for took, _ in asked])


def set_up(bins: int, now: dt.datetime) -> None:
    """Bins, devices, placements and sessions, in bulk."""
    from kodeks.waste.models import Bin, Device, Placement, Session

    some: dict[str, Any] = {"batch_size": 5_000}
    made = Bin.objects.bulk_create(
        [
            Bin(code=f"spand-{at}", district="Vest" if at % 10 else "Øst", set_at=now)
            for at in range(bins)
        ],
        **some,
    )
    devices = Device.objects.bulk_create(
        [Device(name=f"24e124713d{at:06x}", added_at=now) for at in range(bins)], **some
    )
    since = now - 5_000 * DAY
    Placement.objects.bulk_create(
        [
            Placement(device=device, bin=one, since=since, empty_mm=1000, full_mm=200, set_at=now)
            for device, one in zip(devices, made, strict=True)
        ],
        **some,
    )
    Session.objects.bulk_create(
        [Session(device=device, name="00189440", began_at=since) for device in devices], **some
    )


def archive(bins: int, begins: dt.datetime, ends: dt.datetime) -> int:
    """Files of the hours in [begins, ends), by month; how many readings."""
    from kodeks.waste import archiving, parquet
    from kodeks.waste.models import ArchivedMonth

    count = 0
    month = begins
    while month < ends:
        following = (month.replace(day=1) + 32 * DAY).replace(day=1, hour=0)
        until = min(following, ends)
        name = f"readings-{month:%Y-%m}.parquet"
        rows = parquet.write_arrays(
            archiving.folder() / name, arrays(bins, month, (until - month) // HOUR)
        )
        ArchivedMonth.objects.create(
            month=month.date().replace(day=1), file=name, sha256="", rows=rows,
            archived_at=ends, emptied_at=ends,
        )  # fmt: skip
        count += rows
        month = until
    return count


def arrays(bins: int, begins: dt.datetime, hours: int) -> Any:
    """A day's readings of all bins at a time."""
    random_ = np.random.default_rng(3)
    plain = begins.replace(tzinfo=None)
    for first in range(0, hours, 24):
        many = min(24, hours - first)
        at = np.tile(np.arange(bins), many)
        hour = np.repeat(np.arange(first, first + many), bins)
        count = len(at)
        distance = random_.integers(200, 1000, count).astype(np.float32)
        second = random_.integers(0, 3600, count)
        yield {
            "bin": np.char.add("spand-", at.astype(str)).astype(object),
            "device": np.char.add("device-", at.astype(str)).astype(object),
            "session": np.full(count, "00189440", dtype=object),
            "number": hour.astype(np.int64),
            "measured_at": np.datetime64(plain, "us")
            + (hour * 3600 + second).astype("timedelta64[s]"),
            "flags": np.zeros(count, dtype=np.int32),
            "level": (1000 - distance) / 8,
            "level_pct": np.ma.masked_all(count, dtype=np.float32),
            "distance_mm": distance,
            "temperature_c": random_.integers(0, 250, count).astype(np.float32) / 10,
            "battery_pct": np.full(count, 92, dtype=np.float32),
            "battery_v": np.ma.masked_all(count, dtype=np.float32),
        }


def fill_hot(bins: int, begins: dt.datetime, hours: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO waste_reading (number, at, session_id, device_id, flags, distance_mm,"
            " temperature_c, battery_pct) SELECT h, %s + h * interval '1 hour'"
            " + s.id %% 3600 * interval '1 second', s.id, s.device_id, 0, 200 + random() * 800,"
            " random() * 25, 92 FROM generate_series(0, %s) AS h, waste_session AS s",
            [begins, hours - 1],
        )


def fill_days(bins: int, now: dt.datetime, days: int) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO waste_binday (bin_id, day, readings, unknown, came, lost, level_min,"
            " level_max, level_mean, level_last, temperature_max, battery_pct)"
            " SELECT b.id, %s::date - d, 24, 0, 24, 0, 10, 80, 40, 60, 20, 92"
            " FROM generate_series(0, %s) AS d, waste_bin AS b",
            [now.date(), days],
        )
        count = int(cursor.rowcount)
        # The owner's autovacuum does this in an installation; the application role may not.
        time.sleep(1)
    return count


def timed(ask: Callable[[], Sized]) -> tuple[tuple[float, float], int]:
    began, cpu = time.perf_counter(), time.process_time()
    found = ask()
    return (time.perf_counter() - began, time.process_time() - cpu), len(found)


def say(words: str, took: list[tuple[float, float]]) -> None:
    walls, cpus = zip(*took, strict=True)
    print(
        f"  {words:44} {statistics.median(walls) * 1e3:7.1f} ms, worst {max(walls) * 1e3:7.1f} ms; "
        f"CPU here {statistics.median(cpus) * 1e3:5.1f} ms"
    )


if __name__ == "__main__":
    main()
