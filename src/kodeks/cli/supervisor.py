# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Keeps database, web and worker running: starts a dead one again, stops them together."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import typer

from kodeks.cli import serving
from kodeks.database import cluster
from kodeks.database.errors import DatabaseError
from kodeks.workbench import configuration

_HOST = "127.0.0.1"
WEB = ("web",)
WORKER = ("worker",)
INGEST = ("waste", "ingest")
_PAUSE = 0.1
_STOP_SECONDS = 25.0
_LONGEST_WAIT = 10.0
_PORTS_TRIED = 20
_DATABASE_SECONDS = 1.0
_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG, linux/prctl.h


def address() -> str:
    return f"http://{_HOST}:{configuration.number('KODEKS_PORT')}/"


@dataclass
class _Child:
    """One kind of process; `failures` in a row lengthen the wait before it is started again."""

    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    not_before: float = 0.0

    def tend(self) -> None:
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            self.end(signal.SIGKILL)
            self.failures = 0 if now - self.started > _LONGEST_WAIT else self.failures + 1
            self.not_before = now + min(0.2 * 2**self.failures, _LONGEST_WAIT)
            self.process = None
        if self.process is None and now >= self.not_before:
            self.started = now
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kodeks", *self.command],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )

    def end(self, sign: signal.Signals) -> None:
        """Send to the whole group: what a killed process leaves behind holds its port."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, sign)


@dataclass
class _Database:
    """The embedded database, which nobody else would start again after a crash."""

    failures: int = 0
    not_before: float = 0.0

    def tend(self) -> None:
        now = time.monotonic()
        if now < self.not_before:
            return
        self.not_before = now + _DATABASE_SECONDS
        home = configuration.home()
        if cluster.status(home=home).running:
            self.failures = 0
            return
        typer.echo("Databasen kører ikke. Den bliver startet igen.", err=True)
        try:
            cluster.start(home=home)
        except DatabaseError as error:
            typer.echo(str(error), err=True)
            self.failures += 1
            self.not_before = time.monotonic() + min(2**self.failures, _LONGEST_WAIT)
        else:
            typer.echo("Databasen kører igen.", err=True)


def die_with_parent() -> None:
    """Ask Linux to end the child when the supervisor is killed; elsewhere it does nothing."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGTERM)


def wanted() -> tuple[Sequence[str], ...]:
    """What runs in this installation: sensors are heard where it has been told of a broker.

    Raises ConfigurationError.
    """
    heard = (INGEST,) if configuration.text("KODEKS_WASTE_MQTT_HOST") else ()
    return (WEB, *[WORKER] * configuration.number("KODEKS_WORKERS", least=1), *heard)


class PortInUse(Exception):
    """Another program listens where the site should. The text is Danish."""


def require_free_port() -> None:
    """Raises PortInUse when the site's port is taken: a web process would only die and die."""
    port = configuration.number("KODEKS_PORT")
    if not serving.is_free(_HOST, port):
        raise PortInUse(
            f"Port {port} er optaget af et andet program. Stop det, eller vælg en anden port "
            f"med KODEKS_PORT, for eksempel KODEKS_PORT={port + 1}."
        )


def choose_port() -> None:
    """Use the next free port when nobody has chosen one and the usual one is taken.

    For trying things out, where two copies may run side by side. Raises PortInUse.
    """
    if not os.environ.get("KODEKS_PORT"):
        usual = configuration.number("KODEKS_PORT")
        free = (port for port in range(usual, usual + _PORTS_TRIED) if serving.is_free(_HOST, port))
        os.environ["KODEKS_PORT"] = str(next(free, usual))
    require_free_port()


def run(
    *,
    announce: Callable[[], None],
    commands: Sequence[Sequence[str]] = (WEB, WORKER),
) -> None:
    """Run the processes until SIGINT or SIGTERM; `announce` is called when the site answers.

    Callers hold the installation (`running.only_one`) and stop the database afterwards.
    """
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, stop)
    children = [_Child(command) for command in commands]
    tended: list[_Database | _Child] = [_Database(), *children]
    announced = False
    try:
        while not stopping:
            for one in tended:
                one.tend()
            if not announced and answers():
                announced = True
                announce()
            time.sleep(_PAUSE)
    finally:
        _end(children)


@contextlib.contextmanager
def beside(commands: Sequence[Sequence[str]]) -> Iterator[None]:
    """Keep the processes running for as long as the caller works."""
    children = [_Child(command) for command in commands]
    try:
        for child in children:
            child.tend()
        yield
    finally:
        _end(children)


def answers() -> bool:
    """Whether the site answers and has its database."""
    try:
        with urllib.request.urlopen(address() + "sundhed/", timeout=2) as reply:  # noqa: S310
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _end(children: Sequence[_Child]) -> None:
    for child in children:
        child.end(signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    for child in children:
        if child.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(timeout=max(0.1, deadline - time.monotonic()))
            child.end(signal.SIGKILL)
            child.process.wait()
