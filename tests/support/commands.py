# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks` as a process of its own: without an installation, or on a database of one module."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import warm

Run = Callable[..., subprocess.CompletedProcess[bytes]]
ENGLISH = (
    "Usage",
    "Options",
    "Commands",
    "Arguments",
    "Error",
    "Traceback",
    "default:",
    "required",
)


def environment(home: Path) -> dict[str, str]:
    """The environment of somebody who has set nothing but the folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KODEKS_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return kept | {"KODEKS_HOME": str(home)}


def one_sentence(answer: subprocess.CompletedProcess[bytes]) -> str:
    """What was said on standard error: one line of Danish that ends as a sentence should."""
    said = answer.stderr.decode().strip()
    assert said, "nothing was said"
    assert "\n" not in said, said
    assert not any(word in said for word in ENGLISH), said
    assert said.endswith((".", "--help")), said
    return said


def _run(
    arguments: tuple[object, ...], *, folder: Path, settings: dict[str, str], typed: str = ""
) -> subprocess.CompletedProcess[bytes]:
    return warm.run(
        ["-m", "kodeks", *arguments], cwd=folder, env=settings, typed=typed.encode(), timeout=600
    )


@pytest.fixture
def kodeks(tmp_path: Path) -> Run:
    """Runs the command in an empty folder without an installation; the answer is in bytes.

    `typed` is standard input, which is no terminal.
    """

    def run(*arguments: object, typed: str = "") -> subprocess.CompletedProcess[bytes]:
        return _run(
            arguments, folder=tmp_path, settings=environment(tmp_path / "home"), typed=typed
        )

    return run


class Installed:
    """An installation whose database is a fresh copy, and its owner's bare connection."""

    def __init__(self, *, folder: Path, settings: dict[str, str], owner: Any) -> None:
        self.folder = folder
        self.settings = settings
        self.owner = owner

    def run(self, *arguments: object, typed: str = "") -> subprocess.CompletedProcess[bytes]:
        return _run(arguments, folder=self.folder, settings=self.settings, typed=typed)

    def done(self, *arguments: object) -> str:
        """What a command answers that must succeed."""
        answer = self.run(*arguments)
        assert answer.returncode == 0, answer.stderr.decode()
        assert answer.stderr == b""
        return answer.stdout.decode()

    def refused(self, *arguments: object) -> str:
        """The sentence of a command that must not succeed."""
        answer = self.run(*arguments)
        assert answer.returncode == 1
        return one_sentence(answer)

    def key(self, username: str) -> Path:
        """The file with the key that a person of the demo signs with."""
        return Path(self.settings["KODEKS_HOME"]) / "keys" / f"demo-signer-{username}.pem"

    def count(self, table: str) -> int:
        (number,) = self.owner.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(number)


@pytest.fixture(scope="module")
def installed(
    databases: Any, worker_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installed]:
    name = f"{worker_database}_commands"
    databases.copy(name)
    home = Path(os.environ["KODEKS_TEST_HOME"])
    settings = environment(home) | {
        "KODEKS_DATABASE_URL": databases.url("application", name),
        "KODEKS_DATABASE_OWNER_URL": databases.url("owner", name),
    }
    folder = tmp_path_factory.mktemp("commands")
    with psycopg.connect(databases.url("owner", name), autocommit=True) as owner:
        yield Installed(folder=folder, settings=settings, owner=owner)
