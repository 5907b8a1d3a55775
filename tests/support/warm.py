# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`python -m kodeks` and scripts as processes that begin where the libraries are imported already.

Tests start hundreds of processes, and most of what each does is to import the same libraries once
more. A process made ready once (warm_start.py) forks instead; see there what it has and has not.
What is about starting itself, or about the process's own group, uses `subprocess`.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

SCRIPT = Path(__file__).parent / "warm_start.py"


class _Ready:
    """The process that forks, begun at the first use and ended with this one."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="kodeks-warm-"))
        self._address = str(self._folder / "socket")
        self.of = os.getpid()
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("KODEKS_", "DJANGO_"))}
        # It ends when its standard input does, so also when this process is killed.
        self._popen = subprocess.Popen(
            [sys.executable, str(SCRIPT), self._address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=kept,
        )
        assert self._popen.stdout is not None
        assert self._popen.stdout.readline() == b"ready\n"
        atexit.register(self.end)

    def connected(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self._address)
        return connection

    def end(self) -> None:
        if self.of != os.getpid():
            return
        self._popen.kill()
        self._popen.wait()
        for stream in (self._popen.stdin, self._popen.stdout):
            if stream is not None:
                stream.close()
        with contextlib.suppress(OSError):
            Path(self._address).unlink()
            self._folder.rmdir()


_ready: list[_Ready] = []


class Started:
    """A process that goes on, with what tests use of `subprocess.Popen`."""

    def __init__(
        self,
        arguments: Sequence[object],
        *,
        env: Mapping[str, str],
        cwd: Path | None,
        streams: Sequence[int],
    ) -> None:
        if not _ready or _ready[0].of != os.getpid():
            _ready[:] = [_Ready()]
        self.args = [sys.executable, *map(str, arguments)]
        self.returncode: int | None = None
        order = {"arguments": self.args[1:], "env": dict(env), "cwd": str(cwd or Path.cwd())}
        self._connection = _ready[0].connected()
        socket.send_fds(self._connection, [b"!"], list(streams))
        self._connection.sendall(json.dumps(order).encode() + b"\n")
        self.pid = int(self._line())

    def _line(self) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            some = self._connection.recv(64)
            assert some, "the process that forks is gone"
            line += some
        return line

    def wait(self, timeout: float | None = None) -> int:
        """The exit status, negative for a signal.

        Raises:
            TimeoutExpired: it is not done after `timeout` seconds, and goes on.
        """
        if self.returncode is None:
            self._connection.settimeout(timeout)
            try:
                self.returncode = int(self._line())
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(self.args, timeout or 0) from None
            self._connection.close()
        return self.returncode

    def poll(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(timeout=0)
        return None

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def start(
    arguments: Sequence[object], *, env: Mapping[str, str], cwd: Path | None = None
) -> Started:
    """Goes on beside the test with nothing to read, and says what it says where the tests do."""
    with Path(os.devnull).open("rb") as nothing:
        return Started(arguments, env=env, cwd=cwd, streams=(nothing.fileno(), 1, 2))


def run(
    arguments: Sequence[object],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    typed: bytes = b"",
    timeout: float = 600,
) -> subprocess.CompletedProcess[bytes]:
    """`subprocess.run([sys.executable, *arguments], input=typed, capture_output=True)`.

    Raises:
        TimeoutExpired: it is not done after `timeout` seconds; it is killed then.
    """
    with (
        tempfile.TemporaryFile() as told,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as error,
    ):
        told.write(typed)
        told.seek(0)
        streams = [one.fileno() for one in (told, out, error)]
        process = Started(arguments, env=env, cwd=cwd, streams=streams)
        try:
            code = process.wait(timeout)
        finally:
            process.kill()
        out.seek(0)
        error.seek(0)
        return subprocess.CompletedProcess(process.args, code, out.read(), error.read())


def run_text(
    arguments: Sequence[object],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    typed: str = "",
    timeout: float = 600,
) -> subprocess.CompletedProcess[str]:
    """`run` in text."""
    done = run(arguments, env=env, cwd=cwd, typed=typed.encode(), timeout=timeout)
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )
