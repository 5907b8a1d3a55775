# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a round over all bins costs: an installation of its own, invented bins, hourly readings.

    python benchmarks/waste/rounds.py [--bins 1000] [--days 28] [--parts]

Bins fill by 10 to 60 % a day with a sensor's noise and are emptied each second or third day; one in
fifty has been silent for three days. The model is the demo's, learned from its 16 bins. Told for
the first round, when all notices are asked, and for two more, when most stand already: the CPU of
the process, that of the database's backend, and notices. `--parts` shows where the time of the
first one goes.
"""

from __future__ import annotations

import argparse
import cProfile
import datetime as dt
import pstats
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "kernel")]

from history import set_up  # noqa: E402
from ingest import server_seconds  # noqa: E402
from installation import fresh  # noqa: E402

FILL = """
    INSERT INTO waste_reading (number, at, session_id, device_id, flags, distance_mm,
        temperature_c, battery_pct)
    SELECT h, %(begins)s + h * interval '1 hour' + s.id %% 3600 * interval '1 second', s.id,
        s.device_id, 0,
        1000 - 8 * least(100, (10 + s.id %% 50) / 24.0 * ((h + s.id * 7) %% (24 * (2 + s.id %% 2)))
            + 2 * random()),
        10 + 6 * sin(h / 24.0 * 2 * pi()) + random(), 92
    FROM generate_series(0, %(hours)s - 1) AS h, waste_session AS s
    JOIN waste_device AS d ON d.id = s.device_id
    WHERE d.name LIKE '24e124713d%%' AND (s.id %% 50 > 0 OR h < %(hours)s - 72)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bins", type=int, default=1_000)
    parser.add_argument("--days", type=int, default=28)
    parser.add_argument("--parts", action="store_true")
    given = parser.parse_args()
    with fresh():
        import django

        django.setup()
        measure(given.bins, given.days, given.parts)


def measure(count: int, days: int, parts: bool) -> None:
    from django.db import connection
    from django.utils import timezone

    from kodeks.waste import rounds
    from kodeks.waste.models import Notice

    now = timezone.now()
    set_up(count, now)
    with connection.cursor() as cursor:
        hours = days * 24
        cursor.execute(FILL, {"begins": now - dt.timedelta(hours=hours + 1), "hours": hours})
        print(f"{cursor.rowcount:,} readings of {count:,} bins")
    for number in range(3):
        profile = cProfile.Profile()
        server, began, before = server_seconds(), time.process_time(), Notice.objects.count()
        seen = profile.runcall(rounds.look) if parts and not number else rounds.look()
        cpu = time.process_time() - began
        asked = Notice.objects.count() - before
        print(
            f"round {number + 1}: {seen:,} bins, {asked:,} notices; {cpu:.1f} CPU s here and "
            f"{server_seconds() - server:.1f} in the database, "
            f"{cpu / seen * 1e3:.1f} ms a bin"
        )
        if parts and not number:
            pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    main()
