# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A small run of the benchmark of human oversight; docs/measurements.md has the large one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

SIMULATION = Path(__file__).parents[2] / "benchmarks" / "oversight" / "simulation.py"


def test_what_is_measured_holds_on_simulated_teams() -> None:
    done = subprocess.run(
        [
            *(sys.executable, str(SIMULATION), "--teams", "60", "--alarm-teams", "10"),
            *("--slack", "2.5", "--seed", "1"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = re.findall(r"^ +(.+), (?:points|%) +(-?[\d.]+)", done.stdout, re.MULTILINE)
    told = dict(rows)
    assert float(told["influence 10 points, base agreement 0.7"]) > 60
    assert float(told["all of these"]) < 7
    assert told["passes with a catch rate of 0.5, exact"] == "4.81"
    assert len(rows) == 49
    assert "0 outside their limits." in done.stdout
