# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Turns a PostgreSQL address (as libpq reads it) into Django's database settings."""

from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from kodeks.workbench.configuration import ConfigurationError

# Nothing listens on port 1: a process without a database imports, and fails when it asks it.
UNREACHABLE = "postgresql://kodeks@127.0.0.1:1/kodeks?connect_timeout=1"


# A role may change the defaults of its own sessions (ALTER ROLE), and whoever has the application's
# password could so break the stop button for good. What is set when connecting comes before that.
SESSION = {
    "search_path": "public",
    "default_transaction_isolation": "read committed",
    "default_transaction_read_only": "off",
    "default_transaction_deferrable": "off",
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
    # What was acknowledged must be on the disk.
    "synchronous_commit": "on",
    # Compiling loads LLVM into the sequencer's server process and keeps it there for nothing.
    "jit": "off",
}


def parse(url: str) -> dict[str, Any]:
    """Django's `DATABASES` entry for `postgresql://user:password@host:port/name?option=value`.

    The host may stand as the option `host` (a socket folder), as libpq allows. Options go to
    libpq unchanged. Raises ConfigurationError, whose text never repeats the address, as it may
    hold a password.
    """
    try:
        options = conninfo_to_dict(url)
    except (ProgrammingError, UnicodeError):
        # Without the cause, whose text may hold the password.
        raise ConfigurationError(
            "Databasens adresse kan ikke læses. Skriv den som "
            "postgresql://bruger:adgangskode@vært:port/database."
        ) from None
    name, port = options.pop("dbname", ""), str(options.pop("port", ""))
    if port and not port.isdecimal():
        raise ConfigurationError("Databasens adresse har en port, der ikke er et tal. Ret den.")
    if not name:
        raise ConfigurationError("Databasens adresse mangler databasens navn. Skriv det efter /.")
    options["options"] = _startup(str(options.get("options", "")))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": options.pop("user", ""),
        "PASSWORD": options.pop("password", ""),
        "HOST": options.pop("host", ""),
        "PORT": port,
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _startup(asked: str) -> str:
    """libpq's `options`: the session's settings, and what the address asks for, which counts."""
    marked = {name: value.replace(" ", "\\ ") for name, value in SESSION.items()}
    return " ".join([*(f"-c {name}={value}" for name, value in marked.items()), asked]).strip()
