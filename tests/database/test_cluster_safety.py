# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who may do what, on disk and in the database, and what the log keeps to itself."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from kodeks.database import cluster, keys, layout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOT_A_REAL_CPR = "010100-0000"


@pytest.fixture
def owner(shared: cluster.Cluster) -> Iterator[psycopg.Connection]:
    with psycopg.connect(shared.owner_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def application(shared: cluster.Cluster) -> Iterator[psycopg.Connection]:
    with psycopg.connect(shared.application_url, autocommit=True) as connection:
        yield connection


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_folders_and_passwords_are_private(shared: cluster.Cluster, shared_home: Path) -> None:
    assert shared.data_folder is not None
    assert shared.socket_folder is not None
    assert mode(shared_home) == (0o711 if os.geteuid() == 0 else 0o700)
    assert mode(shared.data_folder) == 0o700
    assert mode(shared.socket_folder) == 0o700
    assert mode(shared_home / "keys") == 0o700
    assert (shared_home / "keys").stat().st_uid == os.geteuid()
    files = sorted((shared_home / "keys").iterdir())
    assert len(files) == 3
    assert {mode(path) for path in files} == {0o600}
    assert len({path.read_text() for path in files}) == 3


def test_server_never_runs_as_root(shared: cluster.Cluster) -> None:
    assert shared.data_folder is not None
    assert shared.data_folder.stat().st_uid != 0


def test_only_the_socket_and_scram(shared: cluster.Cluster, shared_home: Path) -> None:
    with psycopg.connect(shared.owner_url) as connection:
        listening = connection.execute("SHOW listen_addresses").fetchone()
        encryption = connection.execute("SHOW password_encryption").fetchone()
    assert listening == ("",)
    assert encryption == ("scram-sha-256",)
    assert shared.data_folder is not None
    rules = [
        line.split()
        for line in (shared.data_folder / "pg_hba.conf").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert rules == [["local", "all", "all", "scram-sha-256"]]
    wrong = cluster.connection_urls(home=shared_home).owner
    password = psycopg.conninfo.conninfo_to_dict(wrong)["password"]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong.replace(str(password), "wrong"))


def test_neither_role_has_powers_over_the_server(owner: psycopg.Connection) -> None:
    rows = owner.execute(
        "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls "
        "FROM pg_roles WHERE rolname LIKE 'kodeks%' ORDER BY 1"
    ).fetchall()
    assert rows == [
        ("kodeks_app", False, False, False, False, False),
        ("kodeks_owner", False, True, False, False, False),
    ]
    assert owner.execute(
        "SELECT pg_has_role('kodeks_app', 'kodeks_owner', 'MEMBER')"
    ).fetchone() == (False,)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE TEMP TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
        "CREATE EXTENSION pg_trgm",
        "SET ROLE kodeks_owner",
        "ALTER ROLE kodeks_app SUPERUSER",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('PG_VERSION')",
        "ALTER SYSTEM SET fsync = off",
    ],
)
def test_application_role_is_refused(application: psycopg.Connection, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(statement)


def test_application_role_opens_no_other_database(
    shared: cluster.Cluster, shared_home: Path
) -> None:
    for name in ("postgres", "template1"):
        urls = cluster.connection_urls(home=shared_home, database=name)
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(urls.application)


def test_application_role_uses_the_owners_tables(
    owner: psycopg.Connection, application: psycopg.Connection
) -> None:
    owner.execute("CREATE TABLE used (id serial PRIMARY KEY, name text)")
    try:
        application.execute("INSERT INTO used (name) VALUES ('a'), ('b')")
        application.execute("UPDATE used SET name = 'c' WHERE name = 'a'")
        application.execute("DELETE FROM used WHERE name = 'b'")
        assert application.execute("SELECT name FROM used").fetchall() == [("c",)]
        for statement in ("TRUNCATE used", "DROP TABLE used", "ALTER TABLE used ADD more int"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(statement)
    finally:
        owner.execute("DROP TABLE used")


def test_danish_text_search_and_utf8(application: psycopg.Connection) -> None:
    row = application.execute(
        "SELECT to_tsvector('ansøgningerne') @@ to_tsquery('ansøgning'), "
        "upper('æøå'), current_setting('server_encoding'), current_setting('data_checksums')"
    ).fetchone()
    assert row == (True, "ÆØÅ", "UTF8", "on")


def test_log_keeps_personal_data_out(copied_home: Path) -> None:
    """Failed statements, their values, and the statement of a process that dies."""
    home = copied_home
    made = cluster.start(home=home, fsync=False)
    with psycopg.connect(made.owner_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE person (cpr text PRIMARY KEY)")
    with psycopg.connect(made.application_url, autocommit=True) as connection:
        connection.execute("INSERT INTO person VALUES (%s)", (NOT_A_REAL_CPR,))
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES (%s)", (NOT_A_REAL_CPR,))
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute(f"SELECT '{NOT_A_REAL_CPR}'::int")
        pid = connection.info.backend_pid
        sleeper = threading.Thread(
            target=_run_until_killed, args=(connection, f"SELECT pg_sleep(30), '{NOT_A_REAL_CPR}'")
        )
        sleeper.start()
        time.sleep(0.3)
        os.kill(pid, signal.SIGKILL)
        sleeper.join(timeout=10)
    cluster.start(home=home)
    cluster.stop(home=home)
    log = "".join(path.read_text() for path in (home / "logs" / "postgresql").iterdir())
    assert "terminated by signal 9" in log
    assert NOT_A_REAL_CPR not in log
    assert mode(home / "logs" / "postgresql") == 0o700


def _run_until_killed(connection: psycopg.Connection, statement: str) -> None:
    with pytest.raises(psycopg.OperationalError):
        connection.execute(statement)


def test_a_new_database_is_open_to_the_application_and_closed_to_others(
    shared: cluster.Cluster, shared_home: Path
) -> None:
    cluster.create_database(shared, "model")
    urls = cluster.connection_urls(home=shared_home, database="model")
    with psycopg.connect(urls.owner) as connection:
        connection.execute("CREATE TABLE first AS SELECT 1 AS id")
    cluster.create_database(shared, "copy", template="model")
    copy = cluster.connection_urls(home=shared_home, database="copy")
    with psycopg.connect(copy.owner) as connection:
        connection.execute("CREATE TABLE second AS SELECT 2 AS id")
    with psycopg.connect(copy.application) as connection:
        assert connection.execute("SELECT first.id, second.id FROM first, second").fetchall() == [
            (1, 2)
        ]
        rights = connection.execute(
            "SELECT has_database_privilege(current_database(), 'TEMP'), "
            "has_schema_privilege('public', 'CREATE')"
        ).fetchone()
        assert rights == (False, False)
        # Dropped although the application still uses it.
        cluster.drop_database(shared, "copy")
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    cluster.drop_database(shared, "model")
    cluster.drop_database(shared, "model")


def _superuser_url(home: Path) -> str:
    return cluster._url(layout.at(home), role=keys.SUPERUSER, database="copy")


def test_a_database_that_its_keeper_is_working_in_can_be_dropped(
    shared: cluster.Cluster, shared_home: Path
) -> None:
    """Autovacuum works as nobody, whom the owner may not end with FORCE; nor a superuser."""
    cluster.create_database(shared, "copy")
    with psycopg.connect(_superuser_url(shared_home)) as other:
        threading.Timer(1.0, other.close).start()
        cluster.drop_database(shared, "copy")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(_superuser_url(shared_home))


def test_database_errors_are_danish(shared: cluster.Cluster, shared_home: Path) -> None:
    with pytest.raises(cluster.DatabaseError, match="findes allerede"):
        cluster.create_database(shared, "kodeks")
    with pytest.raises(cluster.DatabaseError, match="findes ikke"):
        cluster.create_database(shared, "copy", template="missing")
    for name in ('a"; DROP DATABASE kodeks; --', "", "A", "æ", "a" * 64, "1a"):
        with pytest.raises(cluster.DatabaseError, match="navn på en database"):
            cluster.create_database(shared, name)
        with pytest.raises(cluster.DatabaseError, match="navn på en database"):
            cluster.drop_database(shared, name)
    with pytest.raises(cluster.DatabaseError, match="kan ikke slettes"):
        cluster.drop_database(shared, "postgres")


def test_a_restart_undoes_what_a_role_did_to_itself(copied_home: Path) -> None:
    """PostgreSQL lets a role change its own password and its sessions' first settings."""
    running = cluster.start(home=copied_home, fsync=False)
    with psycopg.connect(running.application_url, autocommit=True) as connection:
        connection.execute("ALTER ROLE kodeks_app SET standard_conforming_strings = off")
        connection.execute("ALTER ROLE kodeks_app IN DATABASE kodeks SET search_path = pg_temp")
        connection.execute("ALTER ROLE kodeks_app PASSWORD 'another'")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(running.application_url)
    cluster.stop(home=copied_home)
    again = cluster.start(home=copied_home, fsync=False)
    with psycopg.connect(again.application_url) as connection:
        shown = [
            connection.execute(f"SHOW {name}").fetchone()
            for name in ("standard_conforming_strings", "search_path")
        ]
    assert shown == [("on",), ('"$user", public',)]
