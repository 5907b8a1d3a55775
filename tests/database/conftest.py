# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Homes below a folder that PostgreSQL's account can enter (pytest's own tmp_path is 0700)."""

from __future__ import annotations

import shutil
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


def _stop(home: Path) -> None:
    if (home / "database" / "PG_VERSION").exists():
        cluster.stop(home=home)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="kodeks-test-"))
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
