# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Roles, databases and what the application may do in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from kodeks.database import keys, urls
from kodeks.database.errors import DatabaseError

if TYPE_CHECKING:
    from psycopg import Connection

# Written last on the database, so that a set-up that was cut off is done again.
_PREPARED = "kodeks: prepared (1)"
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_ATTRIBUTES = {
    keys.OWNER: sql.SQL("LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS"),
    keys.APPLICATION: sql.SQL(
        "LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    ),
}


_NOT_YET = ("the database system is", "No such file or directory", "Connection refused")


class NotYetReadyError(DatabaseError):
    """The server does not take connections at this moment."""


def connect(url: str) -> Connection[tuple[object, ...]]:
    """A connection in autocommit.

    Raises:
        DatabaseError: the database cannot be reached; the text never holds the password.
    """
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        text = str(error).strip()
        kind = NotYetReadyError if any(sign in text for sign in _NOT_YET) else DatabaseError
        raise kind(
            f"Der er ingen forbindelse til databasen {urls.database_of(url)} som "
            f"{urls.role_of(url)}. PostgreSQL svarede: {text}"
        ) from None


def is_prepared(superuser: Connection[tuple[object, ...]]) -> bool:
    """Whether `set_up` has run to its end in this cluster."""
    row = superuser.execute(
        "SELECT shobj_description(oid, 'pg_database') = %s FROM pg_database WHERE datname = %s",
        (_PREPARED, urls.DATABASE),
    ).fetchone()
    return row is not None and row[0] is True


def set_up(
    superuser: Connection[tuple[object, ...]], *, owner_url: str, passwords: dict[str, str]
) -> None:
    """Make the two roles and the database `kodeks`; may be run again at any time."""
    for role, password in passwords.items():
        _make_role(superuser, role=role, password=password)
    owner, application = sql.Identifier(keys.OWNER), sql.Identifier(keys.APPLICATION)
    # Lets the owner end the application's connections when a database is dropped.
    superuser.execute(sql.SQL("GRANT {} TO {}").format(application, owner))
    superuser.execute("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC")
    superuser.execute(sql.SQL("GRANT CONNECT ON DATABASE postgres TO {}").format(owner))
    known = superuser.execute(
        "SELECT 1 FROM pg_database WHERE datname = %s", (urls.DATABASE,)
    ).fetchone()
    database = sql.Identifier(urls.DATABASE)
    if known is None:
        superuser.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(database, owner)
        )
    prepare_database(owner_url=owner_url, application=keys.APPLICATION)
    superuser.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(database, _PREPARED))


def restore(superuser: Connection[tuple[object, ...]], *, passwords: dict[str, str]) -> None:
    """Undo what a role may do to itself: its password and the settings its sessions begin with.

    PostgreSQL lets every role change both (ALTER ROLE), so whoever took over the web process
    could lock it out for good, or make every later session begin with settings of their choice.
    """
    database = sql.Identifier(urls.DATABASE)
    for role, password in passwords.items():
        _make_role(superuser, role=role, password=password)
        reset = sql.SQL("ALTER ROLE {}{} RESET ALL")
        for where in (sql.SQL(""), sql.SQL(" IN DATABASE {}").format(database)):
            superuser.execute(reset.format(sql.Identifier(role), where))


def prepare_database(*, owner_url: str, application: str) -> None:
    """As the database's owner: close it to others, and let the application use new tables.

    Taking TEMP from everyone also keeps temporary tables from shadowing names inside functions
    that run with the owner's rights (PostgreSQL manual, "Writing SECURITY DEFINER Functions
    Safely").
    """
    role = sql.Identifier(application)
    database = sql.Identifier(urls.database_of(owner_url))
    defaults = sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {} ON {} TO {}")
    with connect(owner_url) as connection:
        for statement in (
            sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database),
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, role),
            sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
            sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role),
            defaults.format(sql.SQL("SELECT, INSERT, UPDATE, DELETE"), sql.SQL("TABLES"), role),
            defaults.format(sql.SQL("USAGE, SELECT"), sql.SQL("SEQUENCES"), role),
        ):
            try:
                connection.execute(statement)
            except psycopg.errors.InsufficientPrivilege as error:
                raise DatabaseError(
                    "Rollen i KODEKS_DATABASE_OWNER_URL ejer ikke databasen. Lad den eje den, som "
                    "det står i vejledningen til it-drift, og prøv igen."
                ) from error


def may_read(url: str, *, table: str) -> bool:
    """Whether the role of `url` finds the table in schema public and may read it."""
    query = """
        SELECT coalesce(bool_or(has_table_privilege(c.oid, 'SELECT')), false)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relname = %s
    """
    with connect(url) as connection:
        row = connection.execute(query, [table]).fetchone()
    return row is not None and bool(row[0])


def create(*, owner_url: str, name: str, template: str | None) -> None:
    """Make the database `name` as the owner, from `template` or empty.

    Raises:
        DatabaseError: the name is not usable or taken, or the template is missing or in use.
    """
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        _identifier(name), _identifier(template or "template0")
    )
    with connect(urls.with_database(owner_url, database="postgres")) as connection:
        try:
            connection.execute(statement)
        except psycopg.errors.DuplicateDatabase:
            raise DatabaseError(f"Databasen {name} findes allerede. Vælg et andet navn.") from None
        except psycopg.errors.InvalidCatalogName:
            raise DatabaseError(f"Skabelonen {template} findes ikke.") from None
        except psycopg.errors.ObjectInUse:
            raise DatabaseError(
                f"Databasen {template} er i brug og kan ikke kopieres. Luk forbindelserne til den."
            ) from None
        except psycopg.errors.InsufficientPrivilege:
            raise DatabaseError(
                f"{urls.role_of(owner_url)} må ikke oprette databaser. "
                "Giv rollen retten CREATEDB og ejerskab over skabelonen."
            ) from None


def drop(*, owner_url: str, name: str) -> None:
    """Drop the database `name` and end the connections to it; nothing happens if it is missing.

    FORCE ends the application's connections, but is refused to all but superusers while autovacuum
    works in the database; plain DROP ends autovacuum (and waits 5 s), but no connections. So both.

    Raises:
        DatabaseError: it belongs to another role, or one that the owner may not end uses it.
    """
    plain = sql.SQL("DROP DATABASE IF EXISTS {}").format(_identifier(name))
    force = plain + sql.SQL(" WITH (FORCE)")
    with connect(urls.with_database(owner_url, database="postgres")) as connection:
        for statement in (force, plain, force):
            try:
                connection.execute(statement)
            except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
                continue
            return
    raise DatabaseError(
        f"Databasen {name} kan ikke slettes af {urls.role_of(owner_url)}. "
        "Den tilhører en anden rolle eller er i brug af en."
    )


def _make_role(superuser: Connection[tuple[object, ...]], *, role: str, password: str) -> None:
    known = superuser.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    # Only the SCRAM verifier travels (RFC 5802), never the password.
    verifier = superuser.pgconn.encrypt_password(
        password.encode(), role.encode(), b"scram-sha-256"
    ).decode("ascii")
    superuser.execute(
        sql.SQL("{} ROLE {} {} PASSWORD {}").format(
            sql.SQL("CREATE" if known is None else "ALTER"),
            sql.Identifier(role),
            _ATTRIBUTES[role],
            verifier,
        )
    )


def _identifier(name: str) -> sql.Identifier:
    if not _NAME.fullmatch(name):
        raise DatabaseError(
            f"{name!r} kan ikke være navn på en database. Brug små bogstaver a-z, tal og "
            "understreg, højst 63 tegn."
        )
    return sql.Identifier(name)
