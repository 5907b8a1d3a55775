# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Where one installation keeps its database: folders, their owners and their modes.

    home/                     0711 as root (the server's account must pass through), else 0700
    home/keys/                0700, passwords in files 0600
    home/database/            0700, the data folder
    home/logs/postgresql/     0700, the server's log
    home/socket/              0700, the socket (elsewhere when the path would be too long)
    home/programs/            copies of the wheel's programs, only when root needs them

Folders the server's account owns are apart from those we write to as root, so that the account
cannot plant links that root would follow.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kodeks.database import accounts
from kodeks.database.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kodeks.database.accounts import Account

PORT = 5432  # only part of the socket's name: the server listens on no network port
_SOCKET_PATH_LIMIT = 107  # bytes, sockaddr_un.sun_path less its final zero (unix(7))
_LOCK_WAIT_S = 180.0


@dataclass(frozen=True)
class Layout:
    """The folders of the installation in `home` (absolute, links resolved)."""

    home: Path

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.home / "database"

    @property
    def keys(self) -> Path:
        """Passwords."""
        return self.home / "keys"

    @property
    def logs(self) -> Path:
        """The server's log."""
        return self.home / "logs" / "postgresql"

    @property
    def programs(self) -> Path:
        """Copies of PostgreSQL's programs."""
        return self.home / "programs"

    @property
    def socket(self) -> Path:
        """The socket's folder: depends on `home` alone, so that every process agrees on it."""
        inside = self.home / "socket"
        if len(os.fsencode(inside / f".s.PGSQL.{PORT}")) <= _SOCKET_PATH_LIMIT:
            return inside
        # Root's folder lies where others cannot take its name. Either is made 0700, and its owner
        # is checked at every start.
        owner = self.home.stat().st_uid if self.home.exists() else os.geteuid()
        short = Path("/run" if owner == 0 and Path("/run").is_dir() else "/tmp")  # noqa: S108
        return short / f"kodeks-{path_mark(self.home)}"

    @property
    def initialised(self) -> bool:
        """Whether the data folder holds a cluster."""
        try:
            return (self.data / "PG_VERSION").exists()
        except PermissionError:
            raise DatabaseError(
                f"Du har ikke adgang til mappen {self.data}. "
                "Kør kommandoen som den bruger, der ejer installationen."
            ) from None


def at(home: Path) -> Layout:
    """The layout of `home`."""
    return Layout(home=home.expanduser().resolve())


def path_mark(path: Path) -> str:
    """Eight hexadecimal digits that tell paths apart."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:8]


@contextmanager
def locked(layout: Layout) -> Iterator[None]:
    """Hold the installation's lock; start and stop exclude each other across processes.

    Raises:
        DatabaseError: home cannot be made, or another process held the lock for three minutes.
    """
    make_home(layout.home)
    descriptor = _open_lock(layout.home / "database.lock")
    try:
        _wait_for_lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def prepare(*, layout: Layout, account: Account) -> None:
    """Make the folders the server needs (not the data folder) and check that it reaches them."""
    try:
        _own_folder(layout.keys, mode=0o700)
        _own_folder(layout.logs.parent, mode=0o711 if account.is_other else 0o700)
        _account_folder(layout.logs, account=account)
        _account_folder(layout.socket, account=account)
    except OSError as error:
        raise DatabaseError(
            f"Mappen {error.filename} kunne ikke gøres klar ({error.strerror}). "
            "Kontrollér plads og rettigheder."
        ) from error
    accounts.require_reachable(account=account, path=layout.socket)
    accounts.require_reachable(account=account, path=layout.logs)


def new_account_folder(path: Path, *, account: Account) -> None:
    """Make `path` (0700) for `account`; it must not exist."""
    path.mkdir(mode=0o700)
    path.chmod(0o700)
    if account.is_other:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def read_text(path: Path) -> str | None:
    """The text of a file in a folder of the server's account; None when missing or a link."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    with os.fdopen(descriptor, encoding="utf-8", errors="replace") as file:
        return file.read()


def make_home(home: Path) -> None:
    """Make the installation's folder; the database's account must be able to go through it."""
    root = os.geteuid() == 0
    mode = 0o711 if root else 0o700
    try:
        missing = [folder for folder in (home, *home.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(exist_ok=True)
            folder.chmod(mode)
        if home.stat().st_uid == os.geteuid() and stat.S_IMODE(home.stat().st_mode) != mode:
            home.chmod(mode)
    except OSError as error:
        raise DatabaseError(
            f"Mappen {error.filename} kunne ikke oprettes ({error.strerror}). "
            "Vælg en anden mappe med KODEKS_HOME."
        ) from error


def _open_lock(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise DatabaseError(
            f"Filen {path} kan ikke åbnes ({error.strerror}). "
            "Kør kommandoen som den bruger, der ejer installationen."
        ) from error


def _wait_for_lock(descriptor: int) -> None:
    deadline = time.monotonic() + _LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise DatabaseError(
                    "En anden proces er ved at starte eller stoppe databasen. Vent, og prøv igen."
                ) from None
            time.sleep(0.02)
        else:
            return


def _own_folder(path: Path, *, mode: int) -> None:
    path.mkdir(exist_ok=True)
    if path.stat().st_uid == os.geteuid() and stat.S_IMODE(path.stat().st_mode) != mode:
        path.chmod(mode)


def _account_folder(path: Path, *, account: Account) -> None:
    try:
        new_account_folder(path, account=account)
    except FileExistsError:
        found = path.lstat()
        safe = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) & 0o077 == 0
        if not safe or found.st_uid != account.uid:
            raise DatabaseError(
                f"Mappen {path} skal tilhøre brugeren {account.name} alene (rettigheder 0700). "
                "Fjern den eller ret den, og prøv igen."
            ) from None
