# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Messages a CPU second from bytes to stored and committed, beside a recipe and json.loads of them.

    python benchmarks/waste/ingest.py [--messages 20000] [--batch 500]

The *recipe* is the waste guide's, which made 10,400 a CPU second on its machine with receiving: the
message as JSON, device and counter as the key, COPY to a table beside and INSERT .. ON CONFLICT DO
NOTHING, a commit a batch. It decodes no sensor, knows no list of devices, and judges nothing. Ours
and the recipe take the batches in turn, so that both meet the machine as it is.

A PostgreSQL of its own with fsync on is made in a temporary folder and removed. The CPU is that of
the process that ingests; the server's is told beside it (0 where it cannot be read). Each message
is another one. Then the same are given again: all must be known.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from decoding import message

DEVICES = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=500)
    given = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="kodeks-ingest-"))
    home.chmod(0o711)
    os.environ |= {"KODEKS_HOME": str(home), "KODEKS_LOG_LEVEL": "ERROR"}
    for name in [name for name in os.environ if name.startswith("KODEKS_DATABASE")]:
        del os.environ[name]
    from kodeks.database import cluster

    try:
        found = cluster.start(home=home)
        prepare()
        measure(given.messages, given.batch, found.owner_url)
    finally:
        cluster.stop(home=home)
        shutil.rmtree(home, ignore_errors=True)


def prepare() -> None:
    """Tables, in a process of its own, as the owner."""
    import subprocess

    script = (
        "import django; django.setup()\n"
        "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
        "from kodeks.waste import months; months.make()"
    )
    environment = os.environ | {
        "KODEKS_DATABASE_ROLE": "owner",
        "DJANGO_SETTINGS_MODULE": "kodeks.workbench.settings",
    }
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)


def measure(count: int, batch: int, owner_url: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "kodeks.workbench.settings"
    import django

    django.setup()
    from django.utils import timezone

    from kodeks.waste import bins, ingesting
    from kodeks.waste.messages import Message

    for at in range(DEVICES):
        bins.place(
            device=f"24e124713d{at:06x}",
            bin_code=f"spand-{at}",
            sensor="milesight-em400",
            set_by="measure",
        )
    random_ = random.Random(11)
    now = timezone.now()
    made = []
    for at in range(count):
        topic, content = message(at, random_)
        event = json.loads(content)
        # An hour between the messages of a device, the newest now.
        ago = (count - 1 - at) // DEVICES
        event["time"] = (now - dt.timedelta(hours=ago, microseconds=at)).isoformat()
        event["fCnt"] = at // DEVICES
        content = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        made.append(Message(source="mqtt", content=content, topic=topic, received=now))

    began = time.process_time()
    for one in made:
        json.loads(one.content)
    floor = len(made) / (time.process_time() - began)

    recipe = Recipe(owner_url)

    def go() -> tuple[float, float, float, float, int, int, int]:
        cpu = wall = server = plain = 0.0
        stored = seen = aside = 0
        for begin in range(0, len(made), batch):
            lot = made[begin : begin + batch]
            before, clock, began = server_seconds(), time.monotonic(), time.process_time()
            outcome = ingesting.take(messages=lot)
            cpu += time.process_time() - began
            wall += time.monotonic() - clock
            server += server_seconds() - before
            stored, seen = stored + outcome.stored, seen + outcome.seen
            aside += outcome.quarantined
            began = time.process_time()
            recipe.take([one.content for one in lot])
            plain += time.process_time() - began
        return cpu, wall, server, plain, stored, seen, aside

    mean = sum(len(one.content) for one in made) / len(made)
    print(
        f"Python {platform.python_version()}, {count} messages of {mean:.0f} bytes, "
        f"batches of {batch}"
    )
    print(f"json.loads alone      {floor:9,.0f} messages a CPU second")
    for words in ("stored", "all known already"):
        cpu, wall, server, plain, stored, seen, aside = go()
        assert aside == 0
        assert (stored, seen) == ((count, 0) if words == "stored" else (0, count))
        rate = count / cpu
        print(
            f"{words:21} {rate:9,.0f} messages a CPU second ({floor / rate:.1f} times the time "
            f"of json.loads); server {server / count * 1e6:.0f} µs each; "
            f"{count / wall:,.0f} a second on the clock; the recipe {count / plain:,.0f}, "
            f"so ours is {plain / cpu:.2f} of it"
        )


class Recipe:
    """A table by device and counter in the same database."""

    def __init__(self, url: str) -> None:
        import psycopg

        self.connection = psycopg.connect(url)
        self.connection.execute(
            "CREATE TABLE raw (device text, counter int, at timestamptz, data text,"
            " PRIMARY KEY (device, counter))"
        )
        self.connection.execute("CREATE TABLE beside (LIKE raw)")
        self.connection.commit()

    def take(self, contents: list[bytes]) -> None:
        with self.connection.cursor() as cursor:
            with cursor.copy("COPY beside FROM STDIN") as copy:
                for content in contents:
                    event = json.loads(content)
                    device = event["deviceInfo"]["devEui"]
                    copy.write_row((device, event["fCnt"], event["time"], event["data"]))
            cursor.execute("INSERT INTO raw SELECT * FROM beside ON CONFLICT DO NOTHING")
            cursor.execute("TRUNCATE beside")
        self.connection.commit()


def server_seconds() -> float:
    """CPU seconds of the backend that serves us; 0 where there is no /proc."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    try:
        parts: Iterable[str] = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    user, system = list(parts)[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
