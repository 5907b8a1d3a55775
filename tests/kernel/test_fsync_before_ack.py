# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Nothing is acknowledged before it is on the disk: seen in the server's own system calls.

kill -9 does not test what a power cut does: the operating system keeps what it was given. So a
server runs under strace, with the settings that kodeks gives it, and each answer that ends a
transaction must come after an fsync that covers the log (WAL) written for it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ledger_home
import migrated
import psycopg
import pytest
import tracing
from django.db import connections
from django.test import override_settings
from tracing import Call

from kodeks.database import accounts, cluster, programs, server
from kodeks.database import layout as layouts
from kodeks.kernel import sequencer
from kodeks.workbench import database_url

WRITES = ("write", "writev", "pwrite64", "pwritev", "pwritev2")
CALLS = (*WRITES, *tracing.SYNCS, "sendto", "sendmsg", "recvfrom")
COMMITS, INTEGRATIONS = 50, 10
READY_S = 30.0


@dataclass
class Told:
    """What a run told: the sessions' processes, the writer of the log, and all calls."""

    sessions: dict[str, int]
    log_writer: int
    calls: list[Call]

    def acknowledgements(self, session: str, tag: str) -> list[Call]:
        """The answers that say that a command was done and that no transaction is open."""
        process = self.sessions[session]
        return [
            call
            for call in self.calls
            if call.process == process and call.name == "sendto" and _ends(call.data, tag)
        ]

    def durable(self, answer: Call) -> bool:
        """What was written to the log for this answer had reached the disk before it.

        What for it: by the session or by the log's writer, after the session was asked. That
        something was written is demanded too.
        """
        asked = max(
            call.ended
            for call in self.calls
            if (call.process, call.name) == (answer.process, "recvfrom")
            and call.answer > 0
            and call.ended < answer.began
        )
        written = [
            call
            for call in self.calls
            if call.process in (answer.process, self.log_writer)
            and _writes_log(call)
            and asked < call.began < answer.began
        ]
        synced = [
            call
            for call in self.calls
            if call.name in tracing.SYNCS and call.answer == 0 and asked < call.ended < answer.began
        ]
        return bool(written) and all(
            any(sync.file == write.file and write.ended < sync.began for sync in synced)
            for write in written
        )


def _writes_log(call: Call) -> bool:
    return call.name in WRITES and "/pg_wal/" in call.file


def _ends(data: bytes, tag: str) -> bool:
    """Whether these messages hold CommandComplete with `tag`, then ReadyForQuery (idle)."""
    messages = []
    while data:
        size = int.from_bytes(data[1:5], "big")
        messages.append((data[:1], data[5 : size + 1]))
        data = data[size + 1 :]
    return messages[-1:] == [(b"Z", b"I")] and (b"C", tag.encode() + b"\0") in messages


@contextmanager
def traced(home: Path, *, fsync: bool) -> Iterator[Path]:
    """The database of `home` under strace: what kodeks starts, but for pg_ctl; yields the trace."""
    layout = layouts.at(home)
    account = accounts.choose(data_folder=layout.data)
    found = programs.find(layout=layout, account=account)
    folder = home / f"trace-{fsync}"
    layouts.new_account_folder(folder, account=account)
    trace = folder / "trace"
    settings = server._fixed_settings(layout=layout, fsync=fsync)
    command = [
        *tracing.strace(trace, calls=CALLS, shown=1024),
        *(found.path("postgres"), "-D", str(layout.data)),
        *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
    ]
    ended: list[Any] = []
    runner = threading.Thread(
        target=lambda: ended.append(accounts.run(account=account, command=command))
    )
    runner.start()
    try:
        _wait_until_ready(home, ended)
        yield trace
    finally:
        cluster.stop(home=home)
        runner.join()


def _wait_until_ready(home: Path, ended: list[Any]) -> None:
    deadline = time.monotonic() + READY_S
    while True:
        try:
            psycopg.connect(cluster.connection_urls(home=home).owner).close()
        except psycopg.OperationalError:
            assert not ended, ended[0].stderr
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


@contextmanager
def django_in(home: Path) -> Iterator[None]:
    """Django works in `home` meanwhile, as the application role."""
    default = connections["default"]
    before = dict(default.settings_dict)
    url = cluster.connection_urls(home=home).application
    default.close()
    default.settings_dict.update(database_url.parse(url))
    try:
        with override_settings(KODEKS_HOME=home):
            yield
    finally:
        default.close()
        default.settings_dict.update(before)


def work(home: Path) -> tuple[dict[str, int], int]:
    """Commits one at a time, an integration after each fifth; the same without waiting for fsync.

    Returns the sessions' processes and that of the log's writer.
    """
    urls = cluster.connection_urls(home=home)
    payload = ledger_home.stop_payload(home)
    sessions = {}
    with psycopg.connect(urls.application, autocommit=True) as writer, django_in(home):
        sessions["writer"] = writer.info.backend_pid
        for number in range(COMMITS):
            writer.execute(ledger_home.STOP, ledger_home.with_reason(payload, f"n{number}"))
            if number % (COMMITS // INTEGRATIONS) == 0:
                assert sequencer.integrate() > 0
        sessions["sequencer"] = connections["default"].connection.info.backend_pid
    careless = "-c synchronous_commit=off"
    with psycopg.connect(urls.application, autocommit=True, options=careless) as writer:
        sessions["careless"] = writer.info.backend_pid
        for number in range(COMMITS):
            writer.execute(ledger_home.STOP, ledger_home.with_reason(payload, f"m{number}"))
    return sessions, _log_writer(home)


def _log_writer(home: Path) -> int:
    """By its title: the database tells our roles nothing about its own processes."""
    server_ = cluster.status(home=home).pid
    children = Path(f"/proc/{server_}/task/{server_}/children").read_text().split()
    (found,) = (int(child) for child in children if b"walwriter" in _title(child))
    return found


def _title(process: str) -> bytes:
    """Empty for one that has ended meanwhile, as connections do."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


@pytest.fixture(scope="module")
def home(django_db_blocker: Any) -> Iterator[Path]:
    with (
        ledger_home.fresh(fsync=False, begin=migrated.copy_into) as made,
        django_db_blocker.unblock(),
    ):
        cluster.stop(home=made)
        yield made


def run(home: Path, *, fsync: bool) -> Told:
    with traced(home, fsync=fsync) as trace:
        sessions, log_writer = work(home)
    return Told(sessions, log_writer, tracing.read_trace(trace.read_text(errors="replace")))


@pytest.fixture(scope="module")
def careful(home: Path) -> Told:
    """As kodeks starts its database."""
    return run(home, fsync=True)


def durable(told: Told, session: str, tag: str) -> tuple[int, int]:
    """How many acknowledgements there were, and how many after an fsync."""
    answers = told.acknowledgements(session, tag)
    return len(answers), sum(told.durable(answer) for answer in answers)


@pytest.mark.slow
def test_each_entry_is_on_the_disk_before_it_is_acknowledged(careful: Told) -> None:
    assert durable(careful, "writer", "SELECT 1") == (COMMITS, COMMITS)


@pytest.mark.slow
def test_each_head_is_on_the_disk_before_the_sequencer_goes_on(careful: Told) -> None:
    assert durable(careful, "sequencer", "COMMIT") == (INTEGRATIONS, INTEGRATIONS)


@pytest.mark.slow
def test_a_session_that_does_not_wait_for_the_disk_is_seen(careful: Told) -> None:
    """The same calls on the same server: the trace can tell the difference."""
    number, good = durable(careful, "careless", "SELECT 1")
    assert number == COMMITS
    # The log's writer comes by on its own now and then.
    assert good < COMMITS // 2


@pytest.mark.slow
def test_a_server_without_fsync_is_seen(home: Path) -> None:
    """As the other tests start theirs."""
    told = run(home, fsync=False)
    assert durable(told, "writer", "SELECT 1") == (COMMITS, 0)
    assert durable(told, "sequencer", "COMMIT") == (INTEGRATIONS, 0)
