# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What every command needs: Django in the right role, steps with their times, Danish failures."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

_SILENT = "Databasen svarer ikke. Se, om den kører, med `kodeks status`. Intet er gået tabt."
_NOT_STORED = "En værdi er for lang eller passer ikke sammen med de andre. Intet er gemt. Ret den."
_NO_RIGHT = "42501"
_DATABASE_SAYS = {
    "OperationalError": _SILENT,
    "InterfaceError": _SILENT,
    "DataError": _NOT_STORED,
    "IntegrityError": _NOT_STORED,
    "ProgrammingError": "Databasen har ikke de rette tabeller. Kør `kodeks migrate`.",
    "InconsistentMigrationHistory": (
        "Databasen er lavet af en anden udgave af kodeks. Intet er ændret. Brug den udgave, der "
        "lavede den, eller gendan en kopi, der passer til denne."
    ),
    "MigrationSchemaMissing": (
        "Rollen kodeks_owner må ikke lave tabeller. Lad den eje databasen, og prøv igen."
    ),
}


def use_django(*, role: str = "application", quiet: bool = True) -> None:
    """Set Django up in this process, connected as `role` (application or owner).

    The installation's database is started if it is an embedded one that does not run. `quiet`
    keeps the log's everyday lines out of a command's answer, unless KODEKS_LOG_LEVEL asks for them.
    """
    os.environ["KODEKS_DATABASE_ROLE"] = role
    if quiet:
        os.environ.setdefault("KODEKS_LOG_LEVEL", "WARNING")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kodeks.workbench.settings")
    require_installation()
    import django

    django.setup()
    if role == "application":
        from kodeks.kernel import viewing

        # A command is for whoever has the installation's keys anyway: it sees all cases.
        viewing.serve_as("command")


def home() -> Path:
    """The installation's folder."""
    from kodeks.workbench import configuration

    return configuration.home()


def require_made() -> None:
    """Raises DatabaseError when there is no installation in the folder."""
    from kodeks.database import cluster
    from kodeks.database.errors import DatabaseError

    if not cluster.status(home=home()).initialised:
        raise DatabaseError(
            f"Der er ingen installation i mappen {home()}. Kør `kodeks init` først, eller "
            "vælg mappen med --home."
        )


def require_installation() -> None:
    """Start the embedded database of an installation that has been made. Raises DatabaseError."""
    from kodeks.database import cluster

    require_made()
    cluster.start(home=home())


def sentence_for(error: BaseException) -> str | None:
    """The Danish sentence for a failure the user can mend; None for an error in the program."""
    if type(error).__module__.startswith("kodeks."):
        return str(error)
    # Asked by name, because importing Django here would cost every command half a second.
    name = type(error).__name__
    if getattr(error.__cause__, "sqlstate", "") == _NO_RIGHT:
        return "Databasens rolle har ikke ret til det. Kør kommandoen med ejerens adgang."
    if type(error).__module__.startswith(("django.db", "psycopg")) and name in _DATABASE_SAYS:
        return _DATABASE_SAYS[name]
    if isinstance(error, UnicodeDecodeError):
        return "Filen er ikke tekst i UTF-8. Gem den som UTF-8, og prøv igen."
    return _sentence_for_file(error) if isinstance(error, OSError) else None


def _sentence_for_file(error: OSError) -> str | None:
    if isinstance(error, PermissionError):
        return f"Der er ikke adgang til {error.filename}. Kør som installationens bruger."
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return f"Filen {error.filename} findes ikke. Ret stien, og prøv igen."
    if isinstance(error, IsADirectoryError):
        return f"{error.filename} er en mappe. Angiv en fil."
    if isinstance(error, FileExistsError):
        return f"{error.filename} er en fil. Angiv en mappe."
    if error.errno == errno.ENOSPC:
        return "Disken er fuld. Gør plads, og prøv igen."
    return None


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print what is being done, and how long it took."""
    started = time.monotonic()
    typer.echo(f"{title} ... ", nl=False)
    try:
        yield
    except BaseException:
        typer.echo("gik galt")
        raise
    typer.echo(f"{time.monotonic() - started:.1f} s")
