# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Writers and sequencers to be killed: children forked from a process that has Django set up.

A child that had to import Django first would spend seconds of each life on that. The parent must
hold no database connection when it forks.
"""

from __future__ import annotations

import gc
import mmap
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import ledger_home
import psycopg

WRITTEN, WITHDRAWN, HEADS = "written", "withdrawn", "heads"
"""What the names of the children's files begin with."""
MOST_IN_ONE = 3
REST_S = 0.004
WITHDRAWN_SHARE = 0.1
BATCHES = (7, 60, 300, 5000)
PAUSE_S = 0.01
"""Far below the real one, so that most kills hit a sequencer at work and not in its pause."""


@dataclass
class Life:
    """One process in a place: the same place gets a new one when it is killed."""

    pid: int
    generation: int


class Children:
    """So many writers and sequencers; whoever is killed is replaced at once."""

    def __init__(
        self, *, folder: Path, url: str, payload: dict[str, object], counts: tuple[int, int]
    ) -> None:
        self._folder, self._url, self._payload = folder, url, payload
        self._writers, sequencers = counts
        self._lives: dict[int, Life] = {}
        self._busy = mmap.mmap(-1, self._writers + sequencers)
        """A byte for each place, shared with its process: not zero in the midst of its work."""
        self.kills = {"writers": 0, "sequencers": 0, "at work": 0}
        # What is frozen is not looked at by the children's collectors, so its pages stay shared.
        gc.collect()
        gc.freeze()
        for place in range(len(self._busy)):
            self._start(place, 0)

    def kill_one(self, draw: random.Random) -> None:
        """SIGKILL to a writer or a sequencer, then a new one in its place."""
        writer = draw.random() < 0.5
        places = range(self._writers) if writer else range(self._writers, len(self._busy))
        place = draw.choice(places)
        life = self._lives.pop(place)
        os.kill(life.pid, signal.SIGKILL)
        _wait_for(life.pid, place)
        self.kills["writers" if writer else "sequencers"] += 1
        self.kills["at work"] += self._busy[place] != 0
        self._start(place, life.generation + 1)

    def require_alive(self) -> None:
        """Nobody may end on their own: a database that goes away is to be waited for."""
        for place, life in list(self._lives.items()):
            if os.waitpid(life.pid, os.WNOHANG) != (0, 0):
                # Its number may be somebody else's from now on.
                del self._lives[place]
                raise ChildDiedError(f"the process in place {place} ended on its own")

    def end(self) -> None:
        """Kill all; not counted."""
        for life in self._lives.values():
            os.kill(life.pid, signal.SIGKILL)
        while self._lives:
            place, life = self._lives.popitem()
            _wait_for(life.pid, place)

    def _start(self, place: int, generation: int) -> None:
        self._busy[place] = 0
        parent = os.getpid()
        pid = os.fork()
        if pid:
            self._lives[place] = Life(pid, generation)
            return
        status = 1
        try:
            child = _Child(
                folder=self._folder, busy=self._busy, place=place, life=generation, parent=parent
            )
            if place < self._writers:
                child.write(self._url, self._payload)
            else:
                child.sequence()
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            # Past all that the parent has registered to happen at its own end.
            os._exit(status)


class ChildDiedError(Exception):
    """A writer or a sequencer ended without being killed."""


def _wait_for(pid: int, place: int) -> None:
    ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if ended != -signal.SIGKILL:
        raise ChildDiedError(f"the process in place {place} ended on its own ({ended})")


class _Child:
    def __init__(
        self, *, folder: Path, busy: mmap.mmap, place: int, life: int, parent: int
    ) -> None:
        self._folder, self._busy, self._place, self._parent = folder, busy, place, parent
        self._mark = f"{place}g{life}"
        self._draw = random.Random(self._mark)

    def write(self, url: str, payload: dict[str, object]) -> None:
        """Press the button again and again, in transactions of one to three, until killed."""
        written, withdrawn = self._file(WRITTEN), self._file(WITHDRAWN)
        number = 0
        while True:
            self._stop_without_parent()
            try:
                connection = psycopg.connect(url)
                while True:
                    names = [
                        f"w{self._mark}n{number + more}"
                        for more in range(self._draw.randint(1, MOST_IN_ONE))
                    ]
                    number += len(names)
                    self._busy[self._place] = 1
                    for name in names:
                        connection.execute(ledger_home.STOP, ledger_home.with_reason(payload, name))
                    if self._draw.random() < WITHDRAWN_SHARE:
                        withdrawn(names)
                        connection.rollback()
                    else:
                        connection.commit()
                        written(names)
                    self._busy[self._place] = 0
                    self._stop_without_parent()
                    time.sleep(self._draw.expovariate(1 / REST_S))
            except psycopg.OperationalError:
                # Whether what was being committed is there, nobody knows: it was not acknowledged.
                time.sleep(0.02)

    def sequence(self) -> None:
        """The sequencer as the worker runs it, with batches of one size or another."""
        from kodeks.kernel import sequencer, storage

        heads = self._file(HEADS)
        integrate = sequencer.integrate

        def integrate_and_tell() -> int:
            self._stop_without_parent()
            self._busy[self._place] = 1
            covered = integrate()
            self._busy[self._place] = 0
            if covered:
                # Perhaps another sequencer's: whoever has read it may have given it away.
                head = storage.latest_checkpoint()
                assert head is not None
                heads([f"{head.size} {bytes(head.root).hex()}"])
            return covered

        sequencer.integrate = integrate_and_tell
        sequencer.PAUSE = PAUSE_S
        sequencer.BATCH = self._draw.choice(BATCHES)
        sequencer.run(threading.Event())

    def _file(self, kind: str) -> Callable[[list[str]], None]:
        """Appends lines to a file of this life's own, each with one write."""
        path = self._folder / f"{kind}-{self._mark}"
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)

        def append(lines: list[str]) -> None:
            for line in lines:
                os.write(descriptor, f"{line}\n".encode())

        return append

    def _stop_without_parent(self) -> None:
        if os.getppid() != self._parent:
            os._exit(1)


class Told:
    """What the children have told in their files so far; read on from where it was read to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, int] = {}
        self.lines: dict[str, list[str]] = {WRITTEN: [], WITHDRAWN: [], HEADS: []}

    def read(self) -> dict[str, list[str]]:
        """What is new since the last time."""
        new: dict[str, list[str]] = {kind: [] for kind in self.lines}
        for path in sorted(self._folder.iterdir()):
            with path.open("rb") as file:
                file.seek(self._read.get(path, 0))
                data = file.read()
            whole = data[: data.rfind(b"\n") + 1]
            self._read[path] = self._read.get(path, 0) + len(whole)
            new[path.name.partition("-")[0]] += whole.decode().splitlines()
        for kind, lines in new.items():
            self.lines[kind] += lines
        return new
