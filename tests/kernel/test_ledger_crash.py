# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Killed writers and sequencers and a database stopped at once lose nothing acknowledged."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import ledger_home
import pytest

CRASH = Path(__file__).parents[2] / "benchmarks" / "ledger" / "crash.py"
NOTHING = """
    lost, duplicates, gaps, rolled back and in the log, in the log without event or the reverse,
    still waiting, wrong root, wrong signature, not consistent with the last,
    checkpoints seen that are lost, spoiled copies of the facts not found
"""


def _in_memory() -> dict[str, str]:
    """What is killed here leaves the operating system alone, so the disk only costs time.

    After a crash PostgreSQL syncs each of its thousand files: seconds on a disk that is in use.
    """
    memory = Path("/dev/shm")  # noqa: S108
    return {"TMPDIR": str(memory)} if memory.is_dir() else {}


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path) -> None:
    """A small run of the benchmark; docs/measurements.md has the large one."""
    done = subprocess.run(
        [
            *(sys.executable, str(CRASH), "--kills", "12", "--stops", "3", "--seed", "7"),
            *("--writers", "3", "--sequencers", "2"),
        ],
        env=ledger_home.environment(tmp_path) | _in_memory(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAULT" not in done.stdout
    rows = re.findall(r"^ *(.+?) {2,}([\d,.]+)$", done.stdout, re.MULTILINE)
    told = {name: float(number.replace(",", "")) for name, number in rows}
    assert told["SIGKILLs to writers"] + told["SIGKILLs to sequencers"] == 12
    assert told["immediate stops of the database"] == 3
    assert 100 < told["acknowledged"] <= told["in the log"]
    assert told["of these proved against the last"] > 10
    names = [name.strip() for name in NOTHING.split(",")]
    assert {name: told[name] for name in names} == dict.fromkeys(names, 0)
