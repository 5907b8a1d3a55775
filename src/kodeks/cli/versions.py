# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether a database was made by this program's migrations or by another program's.

Django knows a migration by its name. One that this program has not, or that says something else
than when it was run, means tables that the program does not know.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.migrations.loader import MigrationLoader

_SQL = "kernel.sql"


class OtherVersion(Exception):
    """The database was made by another version of kodeks. The text is Danish."""


def require_same() -> None:
    """Raise OtherVersion when the database has had migrations that this program does not know."""
    unknown = unknown_migrations()
    if unknown:
        raise OtherVersion(
            f"Databasen er lavet af en anden udgave af kodeks ({unknown[0]}). Intet er ændret. "
            "Brug den udgave, der lavede den, eller gendan en kopi, der passer til denne."
        )


def unknown_migrations() -> list[str]:
    """Migrations that were run on the database and are not in this program."""
    loader = _loader()
    unknown = loader.applied_migrations.keys() - loader.disk_migrations.keys()
    return sorted(f"{app}.{name}" for app, name in unknown)


def fingerprints() -> dict[str, str]:
    """SHA-256 of our migrations that were run, and of the kernel's functions, by their names."""
    loader = _loader()
    found = {
        f"{app}.{name}": _digest(Path(str(sys.modules[migration.__module__].__file__)))
        for (app, name), migration in loader.disk_migrations.items()
        if migration.__module__.startswith("kodeks.") and (app, name) in loader.applied_migrations
    }
    parts = sorted(files("kodeks.kernel.sql").iterdir(), key=lambda part: part.name)
    sql = b"".join(part.read_bytes() for part in parts if part.name.endswith(".sql"))
    return found | {_SQL: hashlib.sha256(sql).hexdigest()}


def changed(recorded: Mapping[str, str]) -> list[str]:
    """What says something else now than when it was recorded with `fingerprints`."""
    loader, present = _loader(), fingerprints()
    waiting = loader.disk_migrations.keys() - loader.applied_migrations.keys()
    return [
        name
        for name, digest in recorded.items()
        # A kernel migration that waits will install the functions as they are now.
        if not (name == _SQL and any(app == "kernel" for app, _ in waiting))
        and present.get(name, digest) != digest
    ]


def _loader() -> MigrationLoader:
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    return MigrationLoader(connection)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
