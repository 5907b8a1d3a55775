# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""One supervisor for an installation: the file it holds while it runs, and how it is asked to end.

The lock is the truth, not the process number in the file: the kernel lets go of a lock when its
holder dies, however it dies, while a number may since belong to another process.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from kodeks.database import layout

_NAME = "supervisor.lock"
_PAUSE = 0.1
_STOP_SECONDS = 60.0


class AlreadyRunning(Exception):
    """The installation runs already, or does not end. The text is Danish."""


@contextlib.contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the installation in `home` for this process.

    Raises AlreadyRunning when another process holds it: two supervisors would stop the database
    under each other.
    """
    layout.make_home(home)
    with _opened(home, os.O_RDWR | os.O_CREAT) as file:
        if not _taken(file):
            raise AlreadyRunning(
                f"kodeks kører allerede i mappen {home}. Stop det med `kodeks stop`, eller vælg en "
                "anden mappe med --home."
            )
        os.truncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        # Until the supervisor listens, being asked to end must not leave a database behind.
        signal.signal(signal.SIGTERM, _leave)
        try:
            yield
        finally:
            os.truncate(file, 0)


def end(home: Path) -> bool:
    """Ask the supervisor in `home` to end, and wait until it has; False when none runs.

    Raises AlreadyRunning when it does not end within a minute.
    """
    if not (home / _NAME).exists():
        return False
    with _opened(home, os.O_RDWR) as file:
        if _taken(file):
            return False
        deadline = time.monotonic() + _STOP_SECONDS
        asked = False
        while time.monotonic() < deadline:
            number = os.pread(file, 32, 0).strip()
            # Empty for the moment between taking the lock and writing the number.
            if not asked and number.isdigit():
                os.kill(int(number), signal.SIGTERM)
                asked = True
            if _taken(file):
                return True
            time.sleep(_PAUSE)
    raise AlreadyRunning(
        "kodeks stoppede ikke inden for et minut. Se loggen, eller afslut processen "
        f"{number.decode() or 'kodeks start'}."
    )


def _leave(*_: object) -> None:
    raise SystemExit(128 + signal.SIGTERM)


@contextlib.contextmanager
def _opened(home: Path, flags: int) -> Iterator[int]:
    file = os.open(home / _NAME, flags | os.O_NOFOLLOW, 0o600)
    try:
        yield file
    finally:
        os.close(file)


def _taken(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
