# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Turns a PostgreSQL address (libpq's URI form) into Django's database settings."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from kodeks.workbench.configuration import ConfigurationError

SCHEMES = frozenset({"postgresql", "postgres"})

# Nothing listens on port 1: a process without a database imports, and fails when it asks it.
UNREACHABLE = "postgresql://kodeks@127.0.0.1:1/kodeks?connect_timeout=1"


def parse(url: str) -> dict[str, Any]:
    """Django's `DATABASES` entry for `postgresql://user:password@host:port/name?option=value`.

    The host may stand as the option `host` (a socket folder), as libpq allows. Options go to
    libpq unchanged. Raises ConfigurationError, whose text never repeats the address, as it may
    hold a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ConfigurationError("Databasens adresse kan ikke læses. Ret den.") from error
    if parts.scheme not in SCHEMES:
        raise ConfigurationError("Databasens adresse skal begynde med postgresql://. Ret den.")
    name = unquote(parts.path.removeprefix("/"))
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    host = unquote(parts.hostname or "") or options.pop("host", "")
    if not name:
        raise ConfigurationError("Databasens adresse mangler databasens navn. Skriv det efter /.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or "") or options.pop("user", ""),
        "PASSWORD": unquote(parts.password or "") or options.pop("password", ""),
        "HOST": host,
        "PORT": str(port or options.pop("port", "")),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
