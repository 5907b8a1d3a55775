# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The operating-system account that runs the server, and programs run as that account.

PostgreSQL refuses to run as root. As root we hand the work to an existing unprivileged account
and never create one; everyone else runs the server as themselves.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kodeks.database.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# LC_ALL=C.UTF-8 keeps PostgreSQL's own messages in English, which `server` reads; leaving out
# everything else keeps PG* settings and the secrets in KODEKS_* away from the server.
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True)
class Account:
    """An account of the operating system (name, numeric user and group)."""

    name: str
    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """Whether programs must change user to run as this account."""
        return self.uid != os.geteuid()


def choose(*, data_folder: Path) -> Account:
    """The account that owns `data_folder`, or, before it exists, the one that shall own it.

    Raises:
        DatabaseError: the folder belongs to someone else, or root finds no unprivileged account.
    """
    if data_folder.exists():
        account = _by_uid(data_folder.stat().st_uid)
        if account.uid == 0:
            raise DatabaseError(
                f"Mappen {data_folder} ejes af root. PostgreSQL kører aldrig som root. "
                "Giv mappen til den bruger, der skal køre databasen, for eksempel postgres."
            )
        if account.is_other and os.geteuid() != 0:
            raise DatabaseError(
                f"Databasen i {data_folder} ejes af brugeren {account.name}. "
                f"Kør kommandoen som {account.name} eller som root."
            )
        return account
    if os.geteuid() != 0:
        return _by_uid(os.geteuid())
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    raise DatabaseError(
        "PostgreSQL må ikke køre som root, og brugerne postgres og nobody findes ikke her. "
        "Kør kommandoen som en almindelig bruger."
    )


def run(
    *,
    account: Account,
    command: Sequence[str],
    stdin: int | None = None,
    timeout: float = 600.0,
) -> subprocess.CompletedProcess[str]:
    """Run `command` as `account` in `/` and return its output; `timeout` is in seconds.

    Raises:
        DatabaseError: the program is missing, too slow, or the account cannot be taken on.
    """
    try:
        return subprocess.run(
            list(command),
            stdin=subprocess.DEVNULL if stdin is None else stdin,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd="/",
            env=_ENVIRONMENT,
            umask=0o077,
            timeout=timeout,
            user=account.uid if account.is_other else None,
            group=account.gid if account.is_other else None,
            extra_groups=[] if account.is_other else None,
        )
    except subprocess.TimeoutExpired as error:
        raise DatabaseError(
            f"Programmet {command[0]} svarede ikke inden for {timeout:.0f} sekunder. Prøv igen."
        ) from error
    except OSError as error:
        raise DatabaseError(
            f"Programmet {command[0]} kunne ikke køres som brugeren {account.name} "
            f"({error.strerror})."
        ) from error


def first_closed_folder(*, account: Account, path: Path) -> Path | None:
    """The outermost part of `path` that `account` may not enter or run; None when it reaches it.

    Asked of the operating system as that account, so that access lists count too.
    """
    if _may_enter(account=account, path=path):
        return None
    for folder in reversed(path.parents):
        if not _may_enter(account=account, path=folder):
            return folder
    return path


def require_reachable(*, account: Account, path: Path) -> None:
    """Raise DatabaseError naming the folder that stops `account` on its way to `path`."""
    closed = first_closed_folder(account=account, path=path)
    if closed is not None:
        raise DatabaseError(
            f"Brugeren {account.name} kører databasen, men må ikke gå gennem mappen {closed}. "
            f"Vælg en anden mappe (KODEKS_HOME), eller giv adgang med: chmod o+x {closed}"
        )


def _may_enter(*, account: Account, path: Path) -> bool:
    probe = run(account=account, command=["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)])
    return probe.returncode == 0


def _by_uid(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        # Containers often run under a number without a name.
        return Account(name=str(uid), uid=uid, gid=os.getegid())
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)
