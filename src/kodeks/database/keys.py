# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Passwords of the database roles: one file each, made once, readable by their owner alone."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from kodeks.database.errors import DatabaseError

if TYPE_CHECKING:
    from pathlib import Path

SUPERUSER = "postgres"
OWNER = "kodeks_owner"
APPLICATION = "kodeks_app"
_ROLES = (SUPERUSER, OWNER, APPLICATION)


def make_missing(*, folder: Path) -> None:
    """Write a random password (256 bits) for every role that has none yet."""
    for role in _ROLES:
        path = _path(folder=folder, role=role)
        if path.exists():
            continue
        fresh = path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            # A data folder whose passwords were lost in a power cut cannot be opened again.
            os.fsync(file.fileno())
        fresh.replace(path)


def read(*, folder: Path, role: str) -> str:
    """The password of `role`.

    Raises:
        DatabaseError: the file is missing or may not be read.
    """
    path = _path(folder=folder, role=role)
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise DatabaseError(
            f"Adgangskoden til databasen mangler i {path}. Hent mappen keys fra en sikkerhedskopi."
        ) from None
    except OSError as error:
        raise DatabaseError(
            f"Adgangskoden i {path} kan ikke læses ({error.strerror}). "
            "Kør kommandoen som den bruger, der ejer installationen."
        ) from error


def _path(*, folder: Path, role: str) -> Path:
    return folder / f"database-{role}.password"
