# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The whole line as a user runs it: once without a browser, and under kill -9."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="kodeks-demo-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def _environment(**more: str) -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("KODEKS_", "DJANGO_"))} | more


@pytest.mark.slow
def test_the_demo_runs_once_and_once_again(home: Path) -> None:
    command = [sys.executable, "-m", "kodeks", "demo", "--once"]
    for _ in range(2):
        done = subprocess.run(
            command,
            env=_environment(KODEKS_HOME=str(home)),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Alt holdt." in done.stdout
        assert "FEJL" not in done.stdout
    assert not (home / "database" / "postmaster.pid").exists()


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_under_kill_9() -> None:
    """A small run of the benchmark; docs/measurements.md has the thousand."""
    done = subprocess.run(
        [
            *(sys.executable, str(CHECKOUT / "benchmarks/robots/chaos.py")),
            *("--inquiries", "50", "--kills", "3", "--every", "2", "--seed", "7"),
        ],
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAULT" not in done.stdout
    assert "journal entries: 100" in done.stdout
