# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Does the line survive kill -9? Inquiries go through load, triage, decisions and the robot while
web and worker are killed at random; afterwards everything is counted.

    .venv/bin/python benchmarks/robots/chaos.py --inquiries 1000 --kills 12

The caseworker is simulated, but over HTTP through the real pages. The ESDH system is the archive
journal. Prints one line per fact and exits 0 only if nothing was lost and nothing doubled.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path

import caseworker
import counting

from kodeks.database import cluster
from kodeks.demo import corpus

_STEP_SECONDS = 900.0
say = partial(print, flush=True)


def main() -> int:
    options = _options()
    memory = Path("/dev/shm")  # noqa: S108
    home = Path(tempfile.mkdtemp(prefix="kodeks-chaos-", dir=memory if memory.is_dir() else None))
    home.chmod(0o711)
    os.environ |= {
        "KODEKS_HOME": str(home),
        "KODEKS_DEMO": "1",
        "KODEKS_INSECURE_HTTP": "1",
        "KODEKS_LOG_LEVEL": "ERROR",
        "KODEKS_PORT": str(_free_port()),
        "DJANGO_SETTINGS_MODULE": "kodeks.workbench.settings",
    }
    began = time.monotonic()
    try:
        faults = _run(options, home)
    finally:
        cluster.stop(home=home)
        shutil.rmtree(home, ignore_errors=True)
    say(f"In all {time.monotonic() - began:.0f} s.")
    for fault in faults:
        say(f"FAULT: {fault}")
    return 1 if faults else 0


def _run(options: argparse.Namespace, home: Path) -> list[str]:
    draw = random.Random(options.seed)
    cluster.start(home=home)
    _kodeks("demo-prepare")
    data = home / "inquiries.csv"
    _write_inquiries(data, options.inquiries)
    _load_and_kill_once(data)
    site = subprocess.Popen([sys.executable, "-m", "kodeks", "start"], start_new_session=True)
    done = threading.Event()
    killer = _Killer(
        supervisor=site.pid, draw=draw, kills=options.kills, every=options.every, done=done
    )
    began = time.monotonic()
    try:
        killer.start()
        caseworker.decide_all(port=int(os.environ["KODEKS_PORT"]))
        say(f"All {options.inquiries} decided after {time.monotonic() - began:.0f} s.")
        deadline = time.monotonic() + _STEP_SECONDS
        urls = cluster.connection_urls(home=home)
        while not counting.finished(urls.owner, options.inquiries):
            if time.monotonic() > deadline:
                break
            time.sleep(0.5)
        seconds = time.monotonic() - began
        done.set()
        killer.join()
        say(f"All runs done after {seconds:.0f} s: {options.inquiries / seconds:.1f} a second.")
        web, worker = killer.killed["web"], killer.killed["worker"]
        say(f"Killed with SIGKILL: {web} x web, {worker} x worker.")
        time.sleep(2)  # the sequencer's promised second, twice
        faults = counting.faults(urls.owner, options.inquiries, acts=4 * options.inquiries)
        faults += counting.archive_faults(urls.owner, options.inquiries, archive=home / "journal")
        if sum(killer.killed.values()) < options.kills:
            faults.append(f"only {killer.killed} kills happened")
        return faults
    finally:
        done.set()
        site.send_signal(signal.SIGTERM)
        site.wait(timeout=60)


class _Killer(threading.Thread):
    """Kills web and worker in turn by chance, spread over the run, until it has killed enough."""

    def __init__(
        self,
        *,
        supervisor: int,
        draw: random.Random,
        kills: int,
        every: float,
        done: threading.Event,
    ) -> None:
        super().__init__(daemon=True)
        self._supervisor = supervisor
        self._draw = draw
        self._kills = kills
        self._every = every
        self._done = done
        self.killed = {"web": 0, "worker": 0}

    def run(self) -> None:
        while sum(self.killed.values()) < self._kills:
            if self._done.wait(self._every * self._draw.uniform(0.4, 1.6)):
                return
            kind = self._draw.choice(["web", "worker"])
            for pid in _children(self._supervisor, kind):
                os.killpg(pid, signal.SIGKILL)
                self.killed[kind] += 1


def _children(parent: int, kind: str) -> list[int]:
    """The supervisor's children that run `kodeks <kind>`."""
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    found = []
    for pid in listed:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if b"kodeks" in words and kind.encode() in words:
            found.append(int(pid))
    return found


def _write_inquiries(path: Path, count: int) -> None:
    written = corpus.everything()
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["external_id", "text", "channel", "sender_name", "sender_cpr", "district"])
        for number in range(count):
            one = written[number % len(written)]
            rows.writerow(
                [
                    f"chaos-{number:05d}",
                    f"{one.text} (prøve {number})",
                    one.channel,
                    one.sender_name,
                    one.sender_cpr,
                    one.district,
                ]
            )


def _load_and_kill_once(data: Path) -> None:
    """Kill the first load in the middle, then load the whole file again."""
    command = [sys.executable, "-m", "kodeks", "inquiries", "load", "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        first.stdout.readline()
        first.kill()
    say("Load killed in the middle; loading again.")
    _kodeks("inquiries", "load", "--data", str(data))


def _kodeks(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "kodeks", *arguments], check=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inquiries", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--every", type=float, default=5.0, help="seconds between kills, about")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
