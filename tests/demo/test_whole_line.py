# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The whole line as a user runs it: once without a browser, and under kill -9."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kodeks.cli import demo_home
from kodeks.database import cluster

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def old_home() -> Iterator[Path]:
    """A demo's folder whose database had the migrations of another time."""
    home = Path(tempfile.mkdtemp(prefix="kodeks-old-"))
    home.chmod(0o711)  # the database's own user must get through
    try:
        demo_home.take(home, is_default=False)
        made = cluster.start(home=home)
        with psycopg.connect(made.owner_url, autocommit=True) as owner:
            owner.execute(
                "CREATE TABLE django_migrations (id bigserial, app varchar, name varchar,"
                " applied timestamptz)"
            )
            owner.execute(
                "INSERT INTO django_migrations (app, name, applied)"
                " VALUES ('kernel', '0001_initial', now())"
            )
            owner.execute("CREATE TABLE kernel_system (slug text)")
        cluster.stop(home=home)
        yield home
    finally:
        cluster.stop(home=home)
        shutil.rmtree(home)


def _environment(**more: str) -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("KODEKS_", "DJANGO_"))} | more


@pytest.mark.slow
def test_an_old_demo_is_made_anew_and_runs_once_and_once_again(old_home: Path) -> None:
    command = [sys.executable, "-m", "kodeks", "demo", "--once"]
    for number in (1, 2):
        done = subprocess.run(
            command,
            env=_environment(KODEKS_HOME=str(old_home)),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Alt holdt." in done.stdout
        assert "FEJL" not in done.stdout
        assert "Traceback" not in done.stderr
        anew = number == 1
        assert ("Prøvemiljøet er lavet af en anden udgave af kodeks." in done.stderr) is anew
        emptied = "Tømmer prøvemiljøet. Kun opdigtede data går tabt"
        assert (emptied in done.stdout) is anew
    recorded = json.loads((old_home / "demo-home.json").read_text())
    assert "kernel.0008_fairness" in recorded
    assert not (old_home / "database" / "postmaster.pid").exists()


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_under_kill_9() -> None:
    """A small run of the benchmark; docs/measurements.md has the thousand."""
    done = subprocess.run(
        [
            *(sys.executable, str(CHECKOUT / "benchmarks/robots/chaos.py")),
            *("--inquiries", "16", "--kills", "3", "--every", "2", "--seed", "7"),
        ],
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAULT" not in done.stdout
    assert "journal entries: 32" in done.stdout
