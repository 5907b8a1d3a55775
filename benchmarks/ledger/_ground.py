# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the measurements of the ledger share: the sequencer's process, leaves, times, memory."""

from __future__ import annotations

import contextlib
import multiprocessing as mp
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

import psycopg

from kodeks.database import cluster
from kodeks.database.cluster import Cluster

# A forked process would count this one's memory as its own.
PROCESSES = mp.get_context("spawn")
MB = 1024 * 1024


@contextmanager
def fresh() -> Iterator[Cluster]:
    """An installation in a temporary folder with its database running, fsync on.

    Not the demo, which the other measurements use: its log has witnesses, and an export waits for
    them. The environment points there; Django is set up by whoever uses it, in each process.
    """
    home = Path(tempfile.mkdtemp(prefix="kodeks-bench-"))
    home.chmod(0o711)
    os.environ.pop("KODEKS_DEMO", None)
    os.environ |= {
        "KODEKS_HOME": str(home),
        "KODEKS_MUNICIPALITY": "Målekøbing Kommune",
        "KODEKS_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "kodeks.workbench.settings",
    }
    try:
        subprocess.run([sys.executable, "-m", "kodeks", "init"], check=True)
        found = cluster.start(home=home)
        # Else the first figure would be of the disk that still writes what was installed.
        os.sync()
        yield found
    finally:
        cluster.stop(home=home)
        shutil.rmtree(home, ignore_errors=True)


def leaf() -> bytes:
    """A leaf as kernel.enter writes it: canonical JSON, 230 bytes of which most are random."""
    random = os.urandom(48).hex()
    one = f"{random[64:72]}-{random[72:76]}-4{random[77:80]}-8{random[81:84]}-{random[84:]}"
    return (
        f'{{"at":"2026-11-26T10:15:34.{int(random[:5], 16) % 10**6:06}Z",'
        f'"commitment":"{random[:64]}","id":"{one}","kind":"recommendation",'
        '"system":"inquiries-of-roads-and-environment"}'
    ).encode()


@contextmanager
def sequencing() -> Iterator[BaseProcess]:
    """The sequencer in a process of its own, as `kodeks worker` runs it."""
    process = PROCESSES.Process(target=_sequence, daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def _sequence() -> None:
    import threading

    import django

    django.setup()
    from kodeks.kernel import sequencer

    sequencer.run(threading.Event())


def covered(owner: psycopg.Connection) -> int:
    """How many entries the newest signed head covers."""
    (size,) = owner.execute("SELECT coalesce(max(size), 0) FROM kernel_ledgercheckpoint").fetchone()
    return size


def wait_until(
    done: Callable[[], bool], sequencer: BaseProcess, *, seconds_between: float = 0.02
) -> None:
    """Wait until `done`, for as long as the sequencer lives."""
    while not done():
        if not sequencer.is_alive():
            raise RuntimeError("the sequencer has ended")
        time.sleep(seconds_between)


def settle(owner: psycopg.Connection, sequencer: BaseProcess) -> int:
    """Wait until nothing waits for its place; the tree's size."""
    waiting = "SELECT EXISTS (SELECT FROM kernel_ledgerpending)"
    wait_until(lambda: not owner.execute(waiting).fetchone()[0], sequencer)
    return covered(owner)


def percentiles(times: Sequence[float], *shares: float) -> list[float]:
    """The times at `shares`, and the longest."""
    ordered = sorted(times)
    return [*(ordered[int(len(ordered) * share)] for share in shares), ordered[-1]]


@dataclass(frozen=True)
class Memory:
    """A process' memory in MB: now, at its greatest, and now without what it shares with others."""

    resident: float
    greatest: float
    own: float


def memory(pid: int) -> Memory:
    found = {}
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        found[name] = value
    resident, greatest, own = (
        int(found[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM", "RssAnon")
    )
    return Memory(resident, greatest, own)


@dataclass(frozen=True)
class Run:
    """What a program said, the seconds it took, and its greatest memory in MB with its children."""

    output: str
    seconds: float
    memory: float


def run(*command: str) -> Run:
    """Run a program to its end. Raises CalledProcessError when it fails."""
    began, greatest = time.perf_counter(), 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        # Sampled, since what wait4 reports begins with the memory of the process that started it.
        while process.poll() is None:
            greatest = max(greatest, sum(_resident(pid) for pid in _family(process.pid)))
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
        took = time.perf_counter() - began
        output = process.stdout.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    return Run(output, took, greatest)


def _family(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))


def _resident(pid: int) -> float:
    try:
        return memory(pid).resident
    except (OSError, KeyError):
        return 0.0  # it has just ended
