# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A file of readings in, a file of emptyings and faults out."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.files.tables import TableError
from kodeks.waste import sensor_health
from kodeks.waste.engine.errors import WasteError

BEGIN = dt.datetime(2026, 6, 1)


def at(hour: float) -> str:
    return (BEGIN + dt.timedelta(hours=hour)).isoformat()


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def told(folder: Path, readings: Path) -> list[dict[str, str]]:
    out = folder / "out.csv"
    sensor_health.health_file(readings=readings, out=out)
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert not rows or tuple(rows[0]) == sensor_health.COLUMNS
    return rows


def test_each_bin_has_its_row_its_emptyings_and_its_faults(tmp_path):
    draw = np.random.default_rng(5)
    rows = []
    for hour in range(96):
        level = 40 + hour / 4 if hour < 60 else 2 + (hour - 60) / 4
        seen = np.clip(level + draw.normal(0, 2), 0, 100)
        # The counter is rows back to front, as a platform may export them.
        rows.insert(0, f"a,{at(hour)},{seen:.1f},{int(30 <= hour < 38)},s,{hour}")
        rows.insert(0, f"b,{at(hour)},,,{'s' if hour < 50 else 't'},{hour if hour < 50 else 0}")
    rows.append(f"c,{at(3)},20,,,")
    header = "bin,time,level_pct,tilt,session,counter"
    found = told(tmp_path, written(tmp_path / "r.csv", header, *rows))
    assert [row["kind"] for row in found if row["bin"] == "a"] == ["sensor", "tilt", "emptying"]
    sensor, tilt, emptying = (row for row in found if row["bin"] == "a")
    assert (sensor["from"], sensor["to"]) == (at(0), at(95))
    assert float(sensor["trust"]) == pytest.approx(88 / 96, abs=0.02)
    assert (tilt["from"], tilt["to"], tilt["trust"]) == (at(30), at(38), "0.00")
    assert (emptying["from"], emptying["to"]) == (at(59), at(60))
    assert emptying["reason"].startswith("Tømt fra 5")
    dumb = [row for row in found if row["bin"] == "b"]
    assert (dumb[0]["kind"], dumb[0]["trust"]) == ("sensor", "0.00")
    assert dumb[0]["reason"].endswith("Niveauet er ukendt.")
    assert [row["kind"] for row in dumb[1:]] == ["drop-out", "re-join"]
    assert [row["trust"] for row in found if row["bin"] == "c"] == ["1.00"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a,2026-01-01,120,", "række 2 er level_pct ikke fra 0 til 100"),
        ("a,2026-01-01,20,varm", "række 2 er temperature_c ikke et tal"),
        ("a,1026-01-01,20,", "mellem år 2000 og 2099"),
        (",2026-01-01,20,", "mangler skraldespandens navn"),
    ],
)
def test_a_reading_that_does_not_fit_is_told_with_its_row(tmp_path, row, message):
    file = written(tmp_path / "r.csv", "bin,time,level_pct,temperature_c", row)
    with pytest.raises(WasteError, match=message):
        told(tmp_path, file)
    assert not (tmp_path / "out.csv").exists()


def test_a_file_without_readings_is_told(tmp_path):
    with pytest.raises(WasteError, match="ingen målinger"):
        told(tmp_path, written(tmp_path / "r.csv", "bin,time,level_pct"))


CELL = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.sampled_from(["a", "2026-01-01T05:00", "5", "1e300", "nan", "-3", "1,5"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL, CELL, CELL, CELL), max_size=5))
def test_no_file_is_more_than_refused(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("fuzz")
    header = "bin;time;level_pct;temperature_c;session;counter"
    text = "\n".join([header, *(";".join(row) for row in rows)])
    (folder / "r.csv").write_bytes(text.encode())
    with contextlib.suppress(WasteError, TableError):
        told(folder, folder / "r.csv")
