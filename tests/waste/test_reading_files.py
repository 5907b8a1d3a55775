# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Messages in, readings out: `kodeks waste read` without the command around it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from tests.support.bin_messages import DEVICE, chirpstack

from kodeks.files.tables import TableError
from kodeks.waste import forecasting, reading_files, sensor_health
from kodeks.waste.engine.errors import WasteError

NO_MEASUREMENT = bytes.fromhex("01755c")


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def devices(tmp_path: Path) -> Path:
    return written(
        tmp_path / "d.csv", "device;bin;empty_mm;full_mm", f"{DEVICE.upper()};Torvet 1;2400;200"
    )


def test_messages_by_line_become_levels_once_each(tmp_path, devices):
    # 2,116 mm down to the rubbish: (2400 - 2116) / 2200.
    other = chirpstack(fCnt=5, time="2026-11-27T11:59:00Z")
    empty = chirpstack(NO_MEASUREMENT, fCnt=6)
    lines = [json.dumps(one) for one in (chirpstack(), other, chirpstack(), empty)]
    file = written(tmp_path / "m.jsonl", *lines, '{"hvad": "er det"}')
    out, refused = tmp_path / "out.csv", tmp_path / "no.csv"
    count = reading_files.read_files(messages=[file], out=out, refused=refused, devices=devices)
    assert (count.readings, count.doubled, count.without, count.refused) == (2, 1, 1, 1)
    assert [(row["bin"], row["level_pct"], row["emptied"]) for row in rows(out)] == [
        ("Torvet 1", "12.9", "0")
    ] * 2
    (no,) = rows(refused)
    assert no["file"] == "m.jsonl"
    assert no["reason"].startswith("Linje 5: ")
    assert forecasting.read_readings(out).level.tolist() == [12.9, 12.9]


def test_what_health_judges_by_is_written_where_the_message_has_it(tmp_path, devices):
    # Battery 92 %, 24.5 degrees, 2,116 mm, and the last leans.
    upright, leaning = (bytes.fromhex(f"01755c0367f5000482440805000{one}") for one in (0, 1))
    lines = [
        json.dumps(chirpstack(raw, fCnt=count, time=f"2026-11-27T{count:02}:00:00Z"))
        for count, raw in ((5, upright), (6, upright), (7, leaning))
    ]
    file = written(tmp_path / "m.jsonl", *lines)
    plain = written(tmp_path / "b.csv", "bin,time,level_pct", "x,2026-11-27 06:00,41")
    out = tmp_path / "out.csv"
    reading_files.read_files(messages=[file, plain], out=out, devices=devices)
    *mine, other = rows(out)
    assert [row["tilt"] for row in mine] == ["0", "0", "1"]
    assert {(row["temperature_c"], row["battery_pct"]) for row in mine} == {("24.5", "92.0")}
    assert [row["counter"] for row in mine] == ["5", "6", "7"]
    assert len({row["session"] for row in mine}) == 1
    assert [other[name] for name in reading_files.COLUMNS[4:]] == [""] * 5
    found = sensor_health.read_series(out)
    series = found["Torvet 1"]
    assert series.tilt.tolist() == [0.0, 0.0, 1.0]
    assert series.counter.tolist() == [5, 6, 7]
    assert (series.temperature[0], series.battery[0]) == (24.5, 92.0)
    bare = found["x"]
    assert bare.tilt is bare.temperature is bare.battery is bare.counter is bare.session is None


def test_a_distance_without_its_bin_is_refused_with_the_remedy(tmp_path):
    file = written(tmp_path / "m.json", json.dumps(chirpstack()))
    refused = tmp_path / "no.csv"
    count = reading_files.read_files(messages=[file], out=tmp_path / "out.csv", refused=refused)
    assert count.readings == 0
    (no,) = rows(refused)
    assert no["code"] == "uncalibrated"
    assert "Skriv empty_mm og full_mm" in no["reason"]
    assert float(no["value"]) == 2116


def test_a_sheet_of_emptyings_and_a_list_of_levels_in_one_file_of_readings(tmp_path):
    sheet = written(
        tmp_path / "a.csv",
        "id,site,site_name,emptied_at,fill_before_pct,litres,kg,partial,confidence",
        "1,9,Prøvegade,2026-06-03 13:23:26,43,102.5,7.2,False,100",
    )
    levels = written(tmp_path / "b.csv", "spand;tid;niveau_pct", "x;2026-06-03 12:00;", "x;i går;5")
    out = tmp_path / "out.csv"
    count = reading_files.read_files(messages=[sheet, levels], out=out)
    assert (count.readings, count.refused) == (2, 1)
    found = forecasting.read_readings(out)
    assert found.bins == ("9", "x")
    assert found.emptied.tolist() == [True, False]
    assert np.isnan(found.level[1])


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (",Torvet,100,10", "række 2 mangler device"),
        ("a,Torvet,10,100", "skal empty_mm være større end full_mm"),
        ("a,Torvet,100,", "begge skal stå der"),
        ("a,Torvet,langt,10", "række 2 er empty_mm ikke en afstand"),
    ],
)
def test_a_list_of_devices_that_does_not_fit_is_told(tmp_path, row, told):
    file = written(tmp_path / "d.csv", "device,bin,empty_mm,full_mm", row)
    with pytest.raises(WasteError, match=told):
        reading_files.read_devices(file)


def test_a_sensor_of_the_municipality_s_own_is_read(tmp_path):
    own = written(
        tmp_path / "egen.toml",
        "format = 1",
        'id = "egen"',
        'name = "Egen måler"',
        'source = "Prøve"',
        'profiles = ["Egen"]',
        'layout = "tlv"',
        'byte_order = "big"',
        "[[channel]]",
        'tag = "09 01"',
        "[[channel.field]]",
        'name = "fill"',
        "bytes = 1",
        'unit = "%"',
        'quantity = "level_pct"',
    )
    told = chirpstack(bytes.fromhex("09014b"), profile="Egen")
    file = written(tmp_path / "m.json", json.dumps(told))
    out = tmp_path / "out.csv"
    count = reading_files.read_files(messages=[file], out=out, sensors=[own])
    assert count.readings == 1
    assert rows(out)[0]["level_pct"] == "75.0"
    own.write_text(own.read_text().replace('unit = "%"', 'unit = "mm"'))
    with pytest.raises(WasteError):
        reading_files.read_files(messages=[file], out=out, sensors=[own])


def test_a_file_that_cannot_be_read_is_named_and_nothing_is_written(tmp_path):
    good = written(tmp_path / "god.csv", "bin,time,level_pct", "x,2026-06-03 12:00,41")
    bad = written(tmp_path / "daarlig.csv", "hvad,er,det", "1,2,3")
    out = tmp_path / "out.csv"
    with pytest.raises(WasteError, match=r"daarlig\.csv: Filens kolonner kendes ikke"):
        reading_files.read_files(messages=[good, bad], out=out)
    assert not out.exists()


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(TableError, match="findes ikke"):
        reading_files.read_files(messages=[tmp_path / "nej"], out=tmp_path / "out.csv")
