# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Does a CPR number get into logs, queue or step tables? Each inquiry has three of its own planted.

    .venv/bin/python benchmarks/robots/planted.py --inquiries 10000

One stands in the text, in one of many ways of writing, one in the field for the sender's number and
one in what the caseworker writes as consideration. The inquiries go through load, triage, decisions
and the robot, with two workers that log all they can. In the middle the journal's folder is put out
of order for a while and a worker is killed, so that failures are logged too. Then everything that
the installation has written is read: its logs, PostgreSQL's own, every table and every file but
the database's. Prints where numbers were found, and exits 0 only when there were none.

Nobody has these numbers: they are of people born from 2030 to 2036.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path

import django
import psycopg
from psycopg import sql

from kodeks.database import cluster
from kodeks.demo import corpus

WORKERS = 2
_TURNED = 20.0
_WAYS = (
    "{0}-{1}",
    "{0}{1}",
    "{0} {1}",
    "{0} - {1}",
    "{0}\N{EN DASH}{1}",
    "{2}.{3}.{4}-{1}",
    "{2} {3} {4} {1}",
    "{2}/{3}/{4}-{1}",
    "cpr:{0}-{1}",
    "({0}-{1})",
    "{0}\N{NO-BREAK SPACE}{1}",
    "{0}-\n{1}",
)
# Ahead, so that a house number before it hides none. No colon stands inside: a time of the day with
# parts of a second (04:12:31.4968) would be a number's form, and one in 150 of those a planted one.
_LOOKS = re.compile(rb"(?=([0-9]{2}(?:[^0-9A-Za-z:]{0,4}[0-9]{2}){2}[^0-9A-Za-z:]{0,6}[0-9]{4}))")
# Ten digits stand in a row in hashes and random identifiers by chance. No text of a person has 32
# such characters in a row, a letter among them.
_RANDOM = re.compile(
    rb"(?<![0-9A-Za-z])(?:(?=[0-9]*[a-f])[0-9a-f]{32,}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})"
    rb"(?![0-9A-Za-z])"
)
_AS_BYTES = re.compile(rb"\\\\x((?:[0-9a-f]{2})+)")
_DECIDE = Path(__file__).with_name("planted_caseworker.py")
say = partial(print, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--inquiries", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="kodeks-planted-"))
    home.chmod(0o711)
    os.environ |= {
        "KODEKS_HOME": str(home),
        "KODEKS_DEMO": "1",
        "KODEKS_LOG_LEVEL": "DEBUG",
        "DJANGO_SETTINGS_MODULE": "kodeks.workbench.settings",
    }
    began = time.monotonic()
    try:
        cluster.start(home=home)
        found = _run(options, home)
    finally:
        cluster.stop(home=home)
        shutil.rmtree(home, ignore_errors=True)
    say(f"In all {time.monotonic() - began:.0f} s.")
    return 1 if found else 0


def _run(options: argparse.Namespace, home: Path) -> int:
    draw = random.Random(options.seed)
    planted = _numbers(draw, 3 * options.inquiries)
    logs = home / "logs-of-this-run"
    logs.mkdir()
    _logged(logs / "prepare", "demo-prepare")
    data = home / "inquiries.csv"
    considerations = home / "considerations.txt"
    _write(draw, planted, options.inquiries, data, considerations)
    # Whoever finds nothing must be known to see: all of them, where they were planted.
    seen = sum(_in_bytes(path.read_bytes(), set(planted)) for path in (data, considerations))
    say(f"numbers planted: {len(planted)}, seen where they were planted: {seen}")
    if seen != len(planted):
        raise SystemExit("the search does not see what was planted")
    _logged(logs / "load", "inquiries", "load", "--data", str(data))
    data.unlink()
    signers = [_started(logs / f"witness-{n}", *one) for n, one in enumerate(_witnesses(home))]
    workers = [_worker(logs, number) for number in range(WORKERS)]
    with (logs / "caseworker").open("wb") as log:
        caseworker = subprocess.Popen(
            [sys.executable, str(_DECIDE), str(considerations)],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    _disturb(home / "journal", workers, logs)
    if caseworker.wait() != 0:
        raise SystemExit((logs / "caseworker").read_text()[-2000:])
    considerations.unlink()
    _wait(cluster.connection_urls(home=home).owner, options.inquiries)
    for worker in (*workers, *signers):
        worker.send_signal(signal.SIGTERM)
        worker.wait()
    return _report(home, set(planted))


def _disturb(journal: Path, workers: list[subprocess.Popen[bytes]], logs: Path) -> None:
    """For a while the journal cannot be written, and a worker dies."""
    time.sleep(_TURNED / 2)
    aside = journal.with_name("journal-aside")
    journal.mkdir(exist_ok=True)
    journal.rename(aside)
    journal.write_text("ikke en mappe")
    time.sleep(_TURNED / 4)
    workers[0].kill()
    workers[0].wait()
    workers[0] = _worker(logs, WORKERS)
    journal.unlink()
    aside.rename(journal)


def _wait(url: str, count: int) -> None:
    with psycopg.connect(url, autocommit=True) as owner:
        while True:
            done, held = owner.execute(
                "SELECT count(*) FILTER (WHERE status = 'done'),"
                " count(*) FILTER (WHERE status = 'held') FROM robots_run"
            ).fetchone() or (0, 0)
            if done + held >= count:
                tries = owner.execute("SELECT count(*) FROM robots_steprecord").fetchone() or (0,)
                say(f"runs done: {done}, held: {held}, steps: {tries[0]}")
                return
            time.sleep(1)


def _report(home: Path, planted: set[str]) -> int:
    total = 0
    for what, counts in (("logs", _in_files(home, planted)), ("tables", _in_tables(home, planted))):
        found = Counter({place: number for place, number in counts.items() if number})
        total += sum(found.values())
        say(f"{what}: {len(counts)} read, numbers in {len(found)}")
        for place, number in found.most_common():
            say(f"  {place}: {number}")
    return total


def _in_files(home: Path, planted: set[str]) -> dict[str, int]:
    """Every file of the installation but the database's: logs, journal, models, keys, static."""
    counts = {}
    for path in home.rglob("*"):
        inside = path.relative_to(home).parts
        if path.is_file() and not (inside[0] == "database" and inside[1:2] != ("log",)):
            counts["/".join(inside[:2])] = counts.get("/".join(inside[:2]), 0) + _in_bytes(
                path.read_bytes(), planted
            )
    return counts


def _in_tables(home: Path, planted: set[str]) -> dict[str, int]:
    counts = {}
    with psycopg.connect(cluster.connection_urls(home=home).owner) as owner:
        names = owner.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        ).fetchall()
        for (name,) in names:
            copy = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(name))
            with owner.cursor().copy(copy) as rows:
                counts[name] = sum(_in_row(bytes(row), planted) for row in rows)
    return counts


def _in_row(row: bytes, planted: set[str]) -> int:
    """A row as text, and what its bytes columns hold."""
    found = sum(
        _in_bytes(bytes.fromhex(hexed.decode()), planted) for hexed in _AS_BYTES.findall(row)
    )
    return found + _in_bytes(_AS_BYTES.sub(b" ", row).replace(b"\\n", b"\n"), planted)


def _in_bytes(data: bytes, planted: set[str]) -> int:
    text = data.replace("\N{EN DASH}".encode(), b"-").replace("\N{NO-BREAK SPACE}".encode(), b" ")
    return sum(
        re.sub(rb"[^0-9]", b"", one).decode() in planted
        for one in _LOOKS.findall(_RANDOM.sub(b" ", text))
    )


def _numbers(draw: random.Random, count: int) -> list[str]:
    found: set[str] = set()
    while len(found) < count:
        day, month, year = draw.randint(1, 28), draw.randint(1, 12), draw.randint(30, 36)
        found.add(f"{day:02}{month:02}{year}{draw.choice('49')}{draw.randint(0, 999):03}")
    return sorted(found, key=lambda _: draw.random())


def _write(
    draw: random.Random, planted: list[str], count: int, data: Path, considerations: Path
) -> None:
    written = corpus.everything()
    numbers = iter(planted)
    with data.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["external_id", "text", "channel", "sender_name", "sender_cpr", "district"])
        for number in range(count):
            # By topic, as they lie, would look like drift, which stops the system.
            one = draw.choice(written)
            words = f"{one.text} (prøve {number})".split(" ")
            words.insert(draw.randrange(len(words) + 1), _in_a_way(draw, next(numbers)))
            text = " ".join(words)
            rows.writerow(
                [
                    f"plantet-{number:05d}",
                    text,
                    one.channel,
                    one.sender_name,
                    next(numbers),
                    one.district,
                ]
            )
    considerations.write_text(
        "".join(
            f"Jeg har læst henvendelsen fra {number[:6]}-{number[6:]} og valgt emnet.\n"
            for number in numbers
        ),
        encoding="utf-8",
    )


def _in_a_way(draw: random.Random, number: str) -> str:
    parts = (number[:6], number[6:], number[:2], number[2:4], number[4:6])
    return draw.choice(_WAYS).format(*parts)


def _witnesses(home: Path) -> list[tuple[str, ...]]:
    """They sign the log, so that letters get their receipts."""
    django.setup()
    from kodeks.demo import witnesses

    return [one.command for one in witnesses.neighbours(home)]


def _worker(logs: Path, number: int) -> subprocess.Popen[bytes]:
    return _started(logs / f"worker-{number}", "worker")


def _started(log: Path, *arguments: str) -> subprocess.Popen[bytes]:
    with log.open("wb") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "kodeks", *arguments], stdout=file, stderr=subprocess.STDOUT
        )


def _logged(log: Path, *arguments: str) -> None:
    with log.open("wb") as file:
        done = subprocess.run(
            [sys.executable, "-m", "kodeks", *arguments], stdout=file, stderr=subprocess.STDOUT
        )
    if done.returncode:
        raise SystemExit(log.read_text()[-2000:])


if __name__ == "__main__":
    sys.exit(main())
