# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Two workers, and one who kills them while they are in the middle of a call to the ESDH system."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

_WORKER = Path(__file__).with_name("kill9_worker.py")
_OWN = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z]{3}-[0-9]{4}-[0-9]{6}|[0-9]+")
_MAKES = re.compile(
    r"api/Case/Import|api/Document/(UploadFile/.*|Import|Update)|_goapi/Cases"
    r"|_goapi/Documents/(AddToCase|MarkMultipleAsCaseRecord/.*)|api/v10/sag/template|api/person"
    r"|api/journalarknote/create|api/erindring|api/dokument/journaliser"
)
"""The calls that make something, in the three shapes."""


class Workers:
    """Keeps so many workers alive; each is a process group of its own."""

    def __init__(self, *, version: int) -> None:
        self._lock = threading.Lock()
        self._version = version
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, number: int) -> None:
        with self._lock:
            self.processes += [self._started() for _ in range(number)]

    def tend(self) -> None:
        """Start those again that have died."""
        with self._lock:
            for place, process in enumerate(self.processes):
                if process.poll() is not None:
                    self.processes[place] = self._started()

    def upgrade(self) -> None:
        """The next version: one worker ends as it is asked to, the other is killed."""
        with self._lock:
            self._version = 2
            for number, process in enumerate(self.processes):
                self._end(process, signal.SIGKILL if number else signal.SIGTERM)
            for process in self.processes:
                process.wait(timeout=60)
        self.tend()

    def stop(self) -> None:
        with self._lock:
            for process in self.processes:
                self._end(process, signal.SIGTERM)
            for process in self.processes:
                process.wait(timeout=60)

    def kill_who_has(self, port: int) -> bool:
        """Kill the worker whose connection has this local port; whether there was one."""
        inode = _socket_of(port)
        with self._lock:
            for process in self.processes:
                if process.poll() is None and inode and _holds(process.pid, inode):
                    self._end(process, signal.SIGKILL)
                    process.wait()
                    return True
        return False

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(_WORKER), "--version", str(self._version)]
        return subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL)

    @staticmethod
    def _end(process: subprocess.Popen[bytes], sign: signal.Signals) -> None:
        if process.poll() is None:
            os.killpg(process.pid, sign)


class Killer(threading.Thread):
    """Is told of each call, before and after its work, and kills the caller now and then."""

    def __init__(self, workers: Workers, draw: random.Random, *, every: float) -> None:
        super().__init__(daemon=True)
        self._workers, self._draw, self._every = workers, draw, every
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.killed: list[str] = []
        self.wanted = 0
        self._next = 0.0

    def run(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self._told(json.loads(connection.makefile().readline()))
                connection.sendall(b".")

    def close(self) -> None:
        self._socket.close()

    def _told(self, call: dict[str, str | int]) -> None:
        now, path = time.monotonic(), str(call["path"])
        if len(self.killed) >= self.wanted or now < self._next:
            return
        # Where nothing is made, a kill proves little: few are enough.
        if not _MAKES.fullmatch(path) and self._draw.random() < 0.95:
            return
        if self._draw.random() < 0.5:
            return
        if self._workers.kill_who_has(int(call["client"])):
            self.killed.append(f"{call['phase']} {_OWN.sub('*', path)}")
            self._next = now + self._every * self._draw.uniform(0.5, 1.5)


def _socket_of(port: int) -> str:
    """The inode of the connection with this local port (proc(5))."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].rpartition(":")[2], 16) == port and fields[9] != "0":
            return fields[9]
    return ""


def _holds(pid: int, inode: str) -> bool:
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            if os.readlink(descriptor) == f"socket:[{inode}]":
                return True
        except OSError:
            continue
    return False
