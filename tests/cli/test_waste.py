# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks waste forecast` as a process of its own, without an installation."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

from tests.support import town_bins


def ran(folder: Path, *options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "kodeks", "waste", "forecast", *map(str, options)],
        cwd=folder,
        env=os.environ | {"KODEKS_HOME": str(folder / "home")},
        capture_output=True,
        timeout=120,
        check=False,
    )


def test_a_file_of_readings_becomes_a_file_of_chances(tmp_path: Path) -> None:
    levels, first = town_bins.levels(), dt.date(1970, 1, 1) + dt.timedelta(town_bins.FIRST)
    rows = (
        f"{town_bins.name(one)},{first + dt.timedelta(day)},{level:.0f}"
        for one, bin in enumerate(levels)
        for day, level in enumerate(bin)
    )
    readings, origins, out = (tmp_path / name for name in ("r.csv", "o.csv", "out.csv"))
    readings.write_text("\n".join(["bin,time,level_pct", *rows]))
    asked = first + dt.timedelta(90)
    origins.write_text(f"bin,time\n{town_bins.name(4)},{asked}\n{town_bins.name(5)},{asked}\n")
    options = ("--readings", readings, "--origins", origins, "--out", out)
    answer = ran(tmp_path, *options)
    assert answer.returncode == 0, answer.stderr.decode()
    assert answer.stdout.decode() == f"  2 svar\n2 svar står i {out}.\n"
    lines = out.read_text().splitlines()
    assert lines[0].startswith("bin,origin,p_full_24h,p_full_48h,p_full_72h,hours_to_full_q10,")
    assert len(lines) == 3
    assert not (tmp_path / "home").exists()
    # Of a bin that is full at 40 percent, every answer is sooner.
    assert ran(tmp_path, *options, "--full", 40, "--refit", 7).returncode == 0
    sooner = out.read_text().splitlines()
    for one, other in zip(lines[1:], sooner[1:], strict=True):
        assert float(one.split(",")[2]) <= float(other.split(",")[2])


def test_a_bad_file_is_one_sentence_and_nothing_is_written(tmp_path: Path) -> None:
    readings = tmp_path / "r.csv"
    readings.write_text("bin,time,level_pct\na,2026-01-01,120\n")
    answer = ran(
        tmp_path, "--readings", readings, "--origins", readings, "--out", tmp_path / "out.csv"
    )
    assert answer.returncode == 1
    said = answer.stderr.decode()
    assert said.startswith("I række 2 er level_pct ikke fra 0 til 100.")
    assert "Traceback" not in said
    assert not (tmp_path / "out.csv").exists()
