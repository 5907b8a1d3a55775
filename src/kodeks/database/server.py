# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Makes, starts and stops the server of one installation. Callers hold the installation's lock."""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kodeks.database import accounts, keys
from kodeks.database import layout as layouts
from kodeks.database.errors import DatabaseError
from kodeks.database.layout import PORT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kodeks.database.accounts import Account
    from kodeks.database.layout import Layout
    from kodeks.database.programs import Programs

_ORPHANS_SIGN = "pre-existing shared memory block"
_ORPHANS_WAIT_S = 15.0
READY_WAIT_S = 300
_LOG_LINES = 8

# An administrator may tune these in postgresql.conf; everything in _fixed_settings wins over it.
_TUNABLE = """
# kodeks: starting values, change them to suit the machine.
max_connections = 100
shared_buffers = '128MB'
autovacuum_naptime = '5s'  # every entry of the log passes through a queue
"""
_HBA = "# kodeks: the socket and a password, nothing else.\nlocal all all scram-sha-256\n"


def initialise(*, layout: Layout, account: Account, programs: Programs, fsync: bool) -> None:
    """Make the data folder: UTF-8, code-point order, Danish text search, SCRAM-SHA-256 only.

    The folder gets its final name when it is complete, so a cut-off run leaves nothing half made.
    """
    # A name of its own: the initdb of a killed run lives on for a moment, writes in its folder and
    # removes it when it fails.
    for left in layout.home.glob("database.new*"):
        shutil.rmtree(left, ignore_errors=True)
    unfinished = layout.home / f"database.new-{secrets.token_hex(4)}"
    layouts.new_account_folder(unfinished, account=account)
    accounts.require_reachable(account=account, path=unfinished)
    done = _initdb(
        programs=programs,
        account=account,
        folder=unfinished,
        password=keys.read(folder=layout.keys, role=keys.SUPERUSER),
        fsync=fsync,
    )
    if done.returncode != 0:
        raise DatabaseError(
            "Databasen kunne ikke oprettes. Programmet initdb svarede:\n" + _tail(done.stderr)
        )
    _append(unfinished / "postgresql.conf", text=_TUNABLE)
    _append(unfinished / "pg_hba.conf", text=_HBA, replace=True)
    unfinished.rename(layout.data)


def start(*, layout: Layout, account: Account, programs: Programs, fsync: bool) -> None:
    """Start the server and wait until it takes connections.

    Raises:
        DatabaseError: with the last lines of the log when the server gives up.
    """
    accounts.require_reachable(account=account, path=layout.data)
    _clear_stale_locks(layout)
    _keep_previous_start_log(layout)
    settings = [
        part
        for name, value in _fixed_settings(layout=layout, fsync=fsync).items()
        for part in ("-c", f"{name}={value}")
    ]
    command = [
        programs.path("pg_ctl"),
        "start",
        "--silent",
        "--wait",
        f"--timeout={READY_WAIT_S}",
        f"--pgdata={layout.data}",
        f"--log={layout.logs / 'postgresql.log'}",
        f"--options={shlex.join(settings)}",
    ]
    deadline = time.monotonic() + _ORPHANS_WAIT_S
    while True:
        # Cut off between the server's birth and its postmaster.pid, nobody could find and stop it.
        with _ending_waits():
            done = accounts.run(account=account, command=command, timeout=READY_WAIT_S + 30)
        if done.returncode == 0:
            return
        lines = log_tail(layout)
        if _ORPHANS_SIGN not in lines:
            raise DatabaseError(
                f"PostgreSQL kunne ikke starte. De sidste linjer i loggen ({layout.logs}):\n{lines}"
            )
        # After kill -9 of the server its children need a moment to notice and end.
        if time.monotonic() > deadline:
            raise DatabaseError(
                "Databasen blev afbrudt, og en forespørgsel fra før arbejder endnu. "
                f"Vent lidt, og prøv igen, eller afslut processerne fra {account.name}, "
                'der hedder "postgres: kodeks".'
            )
        time.sleep(0.1)


@contextmanager
def _ending_waits() -> Iterator[None]:
    """Hold back SIGTERM and SIGINT in this thread, and in the programs that it starts."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def stop(*, layout: Layout, account: Account, programs: Programs) -> None:
    """Stop the server: open transactions are rolled back, everything is written to disk."""
    # As the server's account, so that a forged postmaster.pid cannot aim root's signal.
    done = accounts.run(
        account=account,
        command=[
            programs.path("pg_ctl"),
            "stop",
            "--silent",
            "--mode=fast",
            "--wait",
            "--timeout=120",
            f"--pgdata={layout.data}",
        ],
    )
    if done.returncode != 0 and running_pid(layout) is not None:
        raise DatabaseError(
            "PostgreSQL stoppede ikke inden for to minutter. De sidste linjer i loggen:\n"
            + log_tail(layout)
        )


def running_pid(layout: Layout) -> int | None:
    """The server's process number; None when it does not run.

    postmaster.pid alone proves nothing: after a power cut or in a restarted container another
    process may have that number, so its command line must name our data folder.
    """
    pid = _recorded_pid(layout)
    if pid is None:
        return None
    return pid if f" -D {layout.data} " in f"{_command_line(pid)} " else None


def log_tail(layout: Layout) -> str:
    """The last lines of the log; the settings keep statements and values out of it."""
    files = sorted(
        (path for path in layout.logs.glob("postgresql*.log") if not path.is_symlink()),
        key=lambda path: path.lstat().st_mtime,
    )
    text = "".join(layouts.read_text(path) or "" for path in files[-2:])
    return _tail(text)


def _fixed_settings(*, layout: Layout, fsync: bool) -> dict[str, str]:
    settings = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(layout.socket),
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        # One file per weekday, emptied when the weekday comes round: a week is kept, no more.
        "logging_collector": "on",
        "log_destination": "stderr",
        "log_directory": str(layout.logs),
        "log_filename": "postgresql-%a.log",
        "log_file_mode": "0600",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_truncate_on_rotation": "on",
        # Personal data: no statements, no values, no details, and no messages of failed
        # statements either (such a message quotes the value); the client still gets them all.
        "log_statement": "none",
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "log_min_duration_statement": "-1",
        "log_min_duration_sample": "-1",
        "log_transaction_sample_rate": "0",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_error_verbosity": "terse",
        "log_lock_waits": "off",
        "log_duration": "off",
        "debug_print_parse": "off",
        "debug_print_rewritten": "off",
        "debug_print_plan": "off",
    }
    # Said in both cases: what an administrator wrote must not lose what was acknowledged.
    durable = "on" if fsync else "off"
    names = ("fsync", "synchronous_commit", "full_page_writes")
    return settings | dict.fromkeys(names, durable)


def _initdb(
    *, programs: Programs, account: Account, folder: Path, password: str, fsync: bool
) -> subprocess.CompletedProcess[str]:
    # A pipe, so that the password lies in no file the server's account can read.
    reading, writing = os.pipe()
    try:
        if account.is_other:
            os.fchown(reading, account.uid, account.gid)
        os.write(writing, f"{password}\n".encode("ascii"))
        os.close(writing)
        return accounts.run(
            account=account,
            stdin=reading,
            command=[
                programs.path("initdb"),
                f"--pgdata={folder}",
                f"--username={keys.SUPERUSER}",
                "--pwfile=/dev/stdin",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--text-search-config=danish",
                "--data-checksums",
                *([] if fsync else ["--no-sync"]),
            ],
        )
    finally:
        os.close(reading)


def _clear_stale_locks(layout: Layout) -> None:
    """Remove the lock files of a dead server whose number now belongs to another process.

    PostgreSQL clears locks of numbers that are free; a taken one would stop it for good. Should
    a child of the dead server still live, shared memory stops the new one all the same.
    """
    if running_pid(layout) is not None:
        return
    socket = layout.socket / f".s.PGSQL.{PORT}"
    for path in (layout.data / "postmaster.pid", socket, Path(f"{socket}.lock")):
        path.unlink(missing_ok=True)


def _recorded_pid(layout: Layout) -> int | None:
    text = layouts.read_text(layout.data / "postmaster.pid") or ""
    first = text.split("\n", 1)[0].strip()
    return int(first) if first.isdecimal() else None


def _command_line(pid: int) -> str:
    if Path("/proc/self/cmdline").exists():
        try:
            return (
                Path(f"/proc/{pid}/cmdline")
                .read_bytes()
                .replace(b"\0", b" ")
                .decode(errors="replace")
            )
        except OSError:
            return ""
    listed = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return listed.stdout


def _keep_previous_start_log(layout: Layout) -> None:
    current = layout.logs / "postgresql.log"
    if current.exists():
        current.replace(layout.logs / "postgresql.previous.log")


def _append(path: Path, *, text: str, replace: bool = False) -> None:
    flags = os.O_WRONLY | os.O_NOFOLLOW | (os.O_TRUNC if replace else os.O_APPEND)
    with os.fdopen(os.open(path, flags), "a", encoding="utf-8") as file:
        file.write(text)


def _tail(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-_LOG_LINES:])
