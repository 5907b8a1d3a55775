# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks waste` as a process of its own, without an installation."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
from pathlib import Path

import warm
from tests.support import town_bins
from tests.support.bin_messages import chirpstack


def ran(folder: Path, *words: object) -> subprocess.CompletedProcess[bytes]:
    return warm.run(
        ["-m", "kodeks", "waste", *words],
        cwd=folder,
        env=os.environ | {"KODEKS_HOME": str(folder / "home")},
        timeout=120,
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
    options = ("forecast", "--readings", readings, "--origins", origins, "--out", out)
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


def test_what_is_learned_at_night_answers_by_day(tmp_path: Path) -> None:
    levels, first = town_bins.levels(), dt.date(1970, 1, 1) + dt.timedelta(town_bins.FIRST)
    rows = (
        f"{town_bins.name(one)},{first + dt.timedelta(day)},{level:.0f}"
        for one, bin in enumerate(levels)
        for day, level in enumerate(bin[:91])
    )
    readings, origins, out, model = (tmp_path / name for name in ("r.csv", "o.csv", "out", "m"))
    readings.write_text("\n".join(["bin,time,level_pct", *rows]))
    asked = first + dt.timedelta(90)
    origins.write_text(f"bin,time\n{town_bins.name(4)},{asked}\n")
    learn = ("refit", "--readings", readings, "--out", model, "--no-visits", "--until", asked)
    answer = ran(tmp_path, *learn)
    assert answer.returncode == 0, answer.stderr.decode()
    told = f"Modellen har lært af målinger før {asked} 00:00:00 og står i {model}.\n"
    assert answer.stdout.decode() == told
    score = ("forecast", "--readings", readings, "--origins", origins, "--out", out)
    answer = ran(tmp_path, *score, "--model", model, "--no-health")
    assert answer.returncode == 0, answer.stderr.decode()
    assert answer.stdout.decode() == f"  1 svar\n1 svar står i {out}.\n"
    assert len(out.read_text().splitlines()) == 2
    assert not (tmp_path / "home").exists()


def test_a_bad_file_is_one_sentence_and_nothing_is_written(tmp_path: Path) -> None:
    readings = tmp_path / "r.csv"
    readings.write_text("bin,time,level_pct\na,2026-01-01,120\n")
    options = ("--readings", readings, "--origins", readings, "--out", tmp_path / "out.csv")
    answer = ran(tmp_path, "forecast", *options)
    assert answer.returncode == 1
    said = answer.stderr.decode()
    assert said.startswith("I række 2 er level_pct ikke fra 0 til 100.")
    assert "Traceback" not in said
    assert not (tmp_path / "out.csv").exists()


def test_messages_become_readings(tmp_path: Path) -> None:
    first, second = tmp_path / "a.json", tmp_path / "b.csv"
    first.write_text(json.dumps(chirpstack()))
    second.write_text("bin,time,level_pct\nx,2026-06-03 12:00,41\n")
    out = tmp_path / "out.csv"
    answer = ran(tmp_path, "read", first, second, "--out", out)
    assert answer.returncode == 0, answer.stderr.decode()
    told = answer.stdout.decode().splitlines()
    assert told[0] == f"1 målinger står i {out}."
    assert told[1] == "Afvist: 1. Kom to gange: 0. Uden måling: 0."
    assert "--refused" in told[2]
    header = "bin,time,level_pct,emptied,temperature_c,tilt,battery_pct,session,counter"
    assert out.read_text() == f"{header}\nx,2026-06-03T10:00:00+00:00,41.0,0,,,,,\n"


def test_readings_become_emptyings_and_faults(tmp_path: Path) -> None:
    begin = dt.datetime(2026, 6, 1)
    levels = [60.0, 62.5, 59.5, 63.0] * 6 + [3.0, 4.5, 2.0, 5.5] * 6
    rows = (f"x,{begin + dt.timedelta(hours=at)},{one}" for at, one in enumerate(levels))
    readings, out = tmp_path / "r.csv", tmp_path / "out.csv"
    readings.write_text("\n".join(["bin,time,level_pct", *rows]))
    answer = ran(tmp_path, "health", "--readings", readings, "--out", out)
    assert answer.returncode == 0, answer.stderr.decode()
    assert answer.stdout.decode() == f"1 skraldespande, 1 tømninger og 0 fejl står i {out}.\n"
    lines = out.read_text().splitlines()
    assert lines[0] == "bin,from,to,kind,trust,reason"
    assert [line.split(",")[3] for line in lines[1:]] == ["sensor", "emptying"]
    assert not (tmp_path / "home").exists()
