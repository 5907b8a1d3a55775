# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Homes below a folder that PostgreSQL's account can enter (pytest's own tmp_path is 0700)."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kodeks.database import cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

VARIABLES = (
    "KODEKS_DATABASE_URL",
    "KODEKS_DATABASE_OWNER_URL",
    "KODEKS_POSTGRES_BIN",
    "KODEKS_POSTGRES_SUPPLIER",
    "PGPORT",
    "PGHOST",
)


def _memory_or_disk() -> str | None:
    """Shared memory when it has room: every home is a thousand small files."""
    memory = Path("/dev/shm")  # noqa: S108
    roomy = memory.is_dir() and os.access(memory, os.W_OK)
    return str(memory) if roomy and shutil.disk_usage(memory).free > 2**30 else None


def _stop(home: Path) -> None:
    if (home / "database" / "PG_VERSION").exists():
        cluster.stop(home=home)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="kodeks-database-", dir=_memory_or_disk()))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def new_home(open_folder: Path) -> Iterator[Callable[[], Path]]:
    """Makes homes that are stopped when the test ends."""
    homes: list[Path] = []

    def make() -> Path:
        homes.append(Path(tempfile.mkdtemp(dir=open_folder)) / "home")
        homes[-1].parent.chmod(0o711)
        return homes[-1]

    yield make
    with pytest.MonkeyPatch.context() as patch:
        for name in VARIABLES:
            patch.delenv(name, raising=False)
        for home in homes:
            _stop(home)
            shutil.rmtree(home.parent)


@pytest.fixture(scope="session")
def finished_home(open_folder: Path) -> Path:
    """A complete, stopped home to copy, because making one takes most of a second."""
    home = open_folder / "finished"
    with pytest.MonkeyPatch.context() as patch:
        for name in VARIABLES:
            patch.delenv(name, raising=False)
        cluster.start(home=home, fsync=False)
        cluster.stop(home=home)
    return home


@pytest.fixture
def copied_home(finished_home: Path, new_home: Callable[[], Path]) -> Path:
    """A complete home of the test's own, stopped."""
    home = new_home()
    subprocess.run(["cp", "-a", str(finished_home), str(home)], check=True)
    return home


@pytest.fixture(scope="session")
def shared_home(open_folder: Path) -> Iterator[Path]:
    """A home whose server the tests share and leave running."""
    home = open_folder / "shared"
    yield home
    with pytest.MonkeyPatch.context() as patch:
        for name in VARIABLES:
            patch.delenv(name, raising=False)
        _stop(home)


@pytest.fixture
def shared(shared_home: Path) -> cluster.Cluster:
    return cluster.start(home=shared_home, fsync=False)
