# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Connection URLs, those we make and those an administrator gives in the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict

from kodeks.database.errors import DatabaseError
from kodeks.database.layout import PORT

if TYPE_CHECKING:
    from pathlib import Path

DATABASE = "kodeks"
_APPLICATION_VARIABLE = "KODEKS_DATABASE_URL"
_OWNER_VARIABLE = "KODEKS_DATABASE_OWNER_URL"


@dataclass(frozen=True)
class ConnectionUrls:
    """URLs in libpq's form; `repr` hides them because they hold passwords."""

    owner: str
    application: str

    def __repr__(self) -> str:
        """Say which roles, never the passwords."""
        return (
            f"ConnectionUrls(owner={role_of(self.owner)}, application={role_of(self.application)})"
        )


def for_socket(*, role: str, password: str, socket_folder: Path, database: str) -> str:
    """A URL for the socket in `socket_folder`; the port is named so that PGPORT is not asked."""
    query = urlencode({"host": str(socket_folder), "port": PORT}, quote_via=quote, safe="")
    who, secret, name = (quote(part, safe="") for part in (role, password, database))
    return f"postgresql://{who}:{secret}@/{name}?{query}"


def from_environment() -> ConnectionUrls | None:
    """The administrator's own database; None when the environment names none.

    Raises:
        DatabaseError: only one of the two URLs is given, or one is not a connection URL.
    """
    application = os.environ.get(_APPLICATION_VARIABLE, "")
    owner = os.environ.get(_OWNER_VARIABLE, "")
    if not application and not owner:
        return None
    for value, name, other, role in (
        (application, _APPLICATION_VARIABLE, _OWNER_VARIABLE, "programmet (kodeks_app)"),
        (owner, _OWNER_VARIABLE, _APPLICATION_VARIABLE, "ejeren (kodeks_owner)"),
    ):
        if not value:
            raise DatabaseError(
                f"{other} er sat, men {name} mangler. Sæt også {name} til databasens adresse "
                f"for {role}, eller fjern {other}."
            )
        if not _is_url(value):
            raise DatabaseError(
                f"{name} er ikke en gyldig adresse. "
                "Skriv den som postgresql://bruger:adgangskode@vært:port/database, "
                "og skriv @ i adgangskoden som %40."
            )
    return ConnectionUrls(owner=owner, application=application)


def with_database(url: str, *, database: str) -> str:
    """The same server and role, another database (URL or keyword form, as given)."""
    return psycopg.conninfo.make_conninfo(url, dbname=database)


def role_of(url: str) -> str:
    """The role a URL logs in as."""
    return str(conninfo_to_dict(url).get("user") or "")


def database_of(url: str) -> str:
    """The database a URL opens."""
    return str(conninfo_to_dict(url).get("dbname") or "")


def _is_url(value: str) -> bool:
    try:
        parts = conninfo_to_dict(value)
    except psycopg.ProgrammingError:
        return False
    # An @ in the host is the rest of a password that was not percent-encoded; libpq would print it.
    return bool(parts.get("user") and parts.get("dbname")) and "@" not in str(parts.get("host"))
