# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Files in, a file out: `kodeks waste forecast` without the command around it."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import town_bins
from tests.support.town_bins import BINS, DAY, FIRST

from kodeks.files.tables import TableError
from kodeks.waste import forecasting
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.forecast.calendar import Scale
from kodeks.waste.known_days import DayFile, calendar


def day(number: int) -> str:
    return (dt.date(1970, 1, 1) + dt.timedelta(FIRST + number)).isoformat()


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def readings(tmp_path: Path, town: np.ndarray) -> Path:
    rows = (
        f"{town_bins.name(one)},{day(at)},{town[one, at]:.0f}"
        for one in range(BINS)
        for at in range(95)
    )
    return written(tmp_path / "r.csv", "bin,time,level_pct", *rows)


def test_each_moment_gets_its_row_in_the_order_of_the_file(tmp_path, readings):
    asked = [(town_bins.name(3), day(90)), ("ny spand", day(85)), (town_bins.name(0), day(94))]
    origins = written(tmp_path / "o.csv", "bin;time", *(f"{one};{at}" for one, at in asked))
    out = tmp_path / "out.csv"
    told: list[int] = []
    count = forecasting.forecast_file(
        readings=readings, origins=origins, out=out, full=80.0, refit=28, progress=told.append
    )
    assert count == sum(told) == 3
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert tuple(rows[0]) == forecasting.COLUMNS
    assert [(row["bin"], row["origin"]) for row in rows] == asked
    for row in rows:
        chances = [float(row[f"p_full_{hours}h"]) for hours in (24, 48, 72, 168)]
        hours = [float(row[f"hours_to_full_q{share}"]) for share in range(10, 100, 10)]
        assert chances == sorted(chances)
        assert chances[0] >= 0
        assert chances[-1] <= 1
        assert hours == sorted(hours)


def test_the_chance_by_each_hour_of_the_week_can_be_had_too(tmp_path, readings):
    origins = written(tmp_path / "o.csv", "bin;time", f"{town_bins.name(3)};{day(90)}")
    out = tmp_path / "out.csv"
    forecasting.forecast_file(
        readings=readings, origins=origins, out=out, full=80.0, refit=28, hourly=True
    )
    (row,) = csv.DictReader(out.open(encoding="utf-8"))
    assert tuple(row) == forecasting.COLUMNS + forecasting.HOUR_COLUMNS
    by_hour = [float(row[name]) for name in forecasting.HOUR_COLUMNS]
    assert len(by_hour) == 168
    assert by_hour == sorted(by_hour)
    for hours in (24, 48, 72, 168):
        assert row[f"p_full_by_{hours}h"] == row[f"p_full_{hours}h"]
    # The sensors of this town speak at midnight: until then nothing is added.
    assert by_hour[22] == 0.0
    assert by_hour[23] > 0.0


def test_emptyings_alone_give_levels_at_planned_visits(tmp_path):
    history = town_bins.rounds()
    rows = (
        f"{history.bins[at]},{moment(time)},{level:.0f},1"
        for at, time, level in zip(history.at, history.time, history.level, strict=True)
    )
    readings = written(tmp_path / "r.csv", "bin,time,level_pct,emptied", *rows)
    begin = int(np.quantile(history.time, 0.8))
    origins = written(
        tmp_path / "o.csv",
        "bin,time,visit",
        f"{history.bins[0]},{moment(begin)},{moment(begin + DAY)}",
        f"{history.bins[0]},{moment(begin)},{moment(begin + 3 * DAY)}",
        f"{history.bins[1]},{moment(begin)},",
    )
    out = tmp_path / "out.csv"
    forecasting.forecast_file(readings=readings, origins=origins, out=out, full=80.0, refit=28)
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert tuple(rows[0]) == forecasting.COLUMNS + forecasting.VISIT_COLUMNS
    soon, late, none = rows
    assert float(soon["level_q50"]) < float(late["level_q50"])
    assert none["level_q50"] == ""
    assert float(none["p_full_24h"]) <= float(none["p_full_168h"])


def moment(seconds: int) -> str:
    return (dt.datetime(1970, 1, 1) + dt.timedelta(seconds=int(seconds))).isoformat()


def test_a_sensor_s_level_at_a_visit_is_no_lower_than_now_and_rises(tmp_path, readings, town):
    low = int(np.argmin(town[:, 90]))
    rows = [f"{town_bins.name(low)},{day(90)},{day(90 + ahead)}" for ahead in (0, 2, 5)]
    origins = written(
        tmp_path / "o.csv", "bin,time,visit", *rows, f"{town_bins.name(1)},{day(90)},"
    )
    out = tmp_path / "out.csv"
    forecasting.forecast_file(readings=readings, origins=origins, out=out, full=80.0, refit=28)
    *found, none = csv.DictReader(out.open(encoding="utf-8"))
    assert none["level_q50"] == ""
    levels = np.array([[float(row[name]) for name in forecasting.VISIT_COLUMNS] for row in found])
    assert (np.diff(levels, axis=0) >= 0).all()
    assert (np.diff(levels, axis=1) >= 0).all()
    np.testing.assert_allclose(levels[0], town[low, 90], atol=0.1)
    assert levels[2, 9] > levels[1, 9] > levels[0, 9]


def test_a_sensor_s_level_is_told_a_week_ahead_at_most(tmp_path, readings):
    origins = written(tmp_path / "o.csv", "bin,time,visit", f"x,{day(90)},{day(98)}")
    with pytest.raises(WasteError, match="højst ligge syv døgn"):
        forecasting.forecast_file(
            readings=readings, origins=origins, out=tmp_path / "x", full=80.0, refit=28
        )


def test_a_stored_model_answers_as_one_that_is_learned_on_the_spot(tmp_path, readings):
    origins = written(
        tmp_path / "o.csv",
        "bin,time,visit",
        f"{town_bins.name(3)},{day(88)},{day(90)}",
        f"{town_bins.name(0)},{day(92)},",
        f"ny spand,{day(90)},",
    )
    model, stored, spot = (tmp_path / name for name in ("m", "stored.csv", "spot.csv"))
    learned = forecasting.refit_file(readings=readings, out=model, full=80.0, until=day(88))
    assert forecasting.told(learned.until) == f"{day(88)} 00:00:00"
    told: list[int] = []
    count = forecasting.score_file(
        model=model, readings=readings, origins=origins, out=stored, progress=told.append
    )
    assert count == sum(told) == 3
    forecasting.forecast_file(readings=readings, origins=origins, out=spot, full=80.0, refit=28)
    assert stored.read_text() == spot.read_text()
    whole = forecasting.refit_file(readings=readings, out=model, full=80.0, levels=False)
    assert whole.until == (FIRST + 94) * DAY + 1
    with pytest.raises(WasteError, match="lært af målinger efter"):
        forecasting.score_file(model=model, readings=readings, origins=origins, out=stored)


def test_a_model_or_a_moment_that_cannot_be_read_is_told(tmp_path, readings):
    model = tmp_path / "m"
    with pytest.raises(WasteError, match="kan ikke læses"):
        forecasting.read_model(model)
    model.write_bytes(b"bin,time,level_pct")
    with pytest.raises(WasteError, match="Modellen kan ikke bruges"):
        forecasting.read_model(model)
    with pytest.raises(WasteError, match="»i går« er ikke et tidspunkt"):
        forecasting.refit_file(readings=readings, out=model, full=80.0, until="i går")


def test_a_sensor_that_stands_for_weeks_is_not_believed(tmp_path, town):
    """It says 10 % for six weeks. Without a judgement the bin will not be full tomorrow."""
    stands = town.copy()
    stands[5, 50:] = 10.0
    rows = (
        f"{town_bins.name(one)},{day(at)},{stands[one, at]:.0f},{one * 1000 + at}"
        for one in range(BINS)
        for at in range(93)
    )
    readings = written(tmp_path / "r.csv", "bin,time,level_pct,counter", *rows)
    origins = written(tmp_path / "o.csv", "bin,time", f"{town_bins.name(5)},{day(92)}")
    found = {}
    for judged in (True, False):
        out = tmp_path / "out.csv"
        forecasting.forecast_file(
            readings=readings, origins=origins, out=out, full=80.0, refit=28, judged=judged
        )
        (found[judged],) = csv.DictReader(out.open(encoding="utf-8"))
    assert float(found[False]["p_full_24h"]) < 0.1
    assert float(found[True]["p_full_24h"]) > 0.2
    assert width(found[True]) > 0


def width(row: dict[str, str]) -> float:
    return float(row["hours_to_full_q90"]) - float(row["hours_to_full_q10"])


def test_a_market_on_one_square_fills_its_bins(tmp_path):
    """Each fourth day or so there is a market at half of the bins, and they get twice as much."""
    draw = np.random.default_rng(6)
    market = draw.random((BINS, 120)) < 0.25
    market[BINS // 2 :] = False
    level, rows = np.zeros(BINS), []
    for at in range(100):
        # What is told at midnight came the day before.
        level = np.minimum(level + (3 * market[:, at] + 1) * draw.gamma(6.0, 2.0, BINS), 100.0)
        rows += [f"{town_bins.name(one)},{day(at + 1)},{level[one]:.0f}" for one in range(BINS)]
        level[level >= 80] = 0.0
    readings = written(tmp_path / "r.csv", "bin,time,level_pct", *rows)
    here = [(one, at) for one, at in np.argwhere(market).tolist() if at < 99]
    told = [f"{day(at)},{town_bins.name(one)},1" for one, at in here]
    asked = range(BINS // 2)
    origins = written(
        tmp_path / "o.csv", "bin,time", *(f"{town_bins.name(one)},{day(99)}" for one in asked)
    )
    out, model = tmp_path / "out.csv", tmp_path / "m"
    sums = []
    # The model learns from the markets that were; only in the second file is there one to come.
    for coming in ([], [f"{day(99)},{town_bins.name(one)},1" for one in asked]):
        days = written(tmp_path / "d.csv", "date,bin,marked", *told, *coming)
        forecasting.refit_file(
            readings=readings, out=model, full=80.0, until=day(99), days=days, judged=False
        )
        forecasting.score_file(
            model=model, readings=readings, origins=origins, out=out, days=days, judged=False
        )
        sums.append(sum(float(row["p_full_24h"]) for row in csv.DictReader(out.open())))
    assert sums[1] > sums[0] + 0.5
    with pytest.raises(WasteError, match="kolonnerne marked"):
        forecasting.score_file(model=model, readings=readings, origins=origins, out=out)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (",2026-01-01,5,", "række 2 mangler skraldespandens navn"),
        ("a,i går,5,", "række 2 er time ikke et tidspunkt"),
        ("a,0001-01-01T00:00+14:00,5,", "række 2 er time ikke et tidspunkt"),
        ("a,1026-01-01,5,", "række 2 er time ikke mellem år 2000 og 2099"),
        ("a,2026-01-01,101,", "række 2 er level_pct ikke fra 0 til 100"),
        ("a,2026-01-01,fuld,", "række 2 er level_pct ikke et tal"),
        ("a,2026-01-01,inf,", "række 2 er level_pct ikke et tal"),
        ("a,2026-01-01,5,måske", "række 2 er emptied hverken 1 eller 0"),
    ],
)
def test_a_reading_that_does_not_fit_is_told_with_its_row(tmp_path, row, told):
    file = written(tmp_path / "r.csv", "bin,time,level_pct,emptied", row)
    with pytest.raises(WasteError, match=told):
        forecasting.read_readings(file)


def test_a_file_without_readings_is_told(tmp_path):
    with pytest.raises(WasteError, match="ingen målinger"):
        forecasting.read_readings(written(tmp_path / "r.csv", "bin,time,level_pct"))


def test_a_visit_before_its_moment_is_told(tmp_path):
    file = written(tmp_path / "o.csv", "bin,time,visit", "a,2026-01-02,2026-01-01")
    with pytest.raises(WasteError, match="række 2 er besøget før"):
        forecasting.read_origins(file)


def test_danish_decimals_empty_levels_and_times_with_a_zone(tmp_path):
    file = written(
        tmp_path / "r.csv",
        "bin;time;level_pct",
        "a;2026-07-01T12:00:00+00:00;45,5",
        "a;2026-07-01 15:00;",
    )
    found = forecasting.read_readings(file)
    assert found.level[0] == 45.5
    assert np.isnan(found.level[1])
    # Noon in Greenwich is two o'clock in Copenhagen in July.
    assert (found.time[1] - found.time[0]) == 3_600


def test_levels_as_programs_write_them(tmp_path):
    said = ("33.333333333333336", "1e-05", "100.0")
    rows = (f"a,2026-01-0{at},{level}" for at, level in enumerate(said, start=1))
    file = written(tmp_path / "r.csv", "bin,time,level_pct", *rows)
    assert forecasting.read_readings(file).level.tolist() == [float(one) for one in said]


def test_days_that_are_known_beforehand(tmp_path):
    file = written(tmp_path / "d.csv", "date,marked,grader", "2026-01-01,1,-5", "2026-01-02,0,15")
    first = (dt.date(2026, 1, 1) - dt.date(1970, 1, 1)).days
    read = calendar(DayFile.read(file), since=first * DAY, until=(first + 9) * DAY)
    known = Scale.of(read, before=(first + 9) * DAY).days(read, ["a"])
    found = known(np.zeros(4, np.int64), np.array([first + 1, first, first + 9, first]))
    assert found.tolist() == [[0.0, 1.0], [1.0, 0.0], [0.5, 0.5], [1.0, 0.0]]
    with pytest.raises(WasteError, match="ingen dage med tal"):
        DayFile.read(written(tmp_path / "e.csv", "date", "2026-01-01"))
    with pytest.raises(WasteError, match="række 2 er regn ikke et tal"):
        DayFile.read(written(tmp_path / "f.csv", "date,regn", "2026-01-01,meget"))


CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.tuples(CELL, CELL, CELL, CELL), max_size=4), st.binary(max_size=40))
def test_no_file_is_more_than_refused(tmp_path_factory, rows, tail):
    file = tmp_path_factory.mktemp("fuzz") / "r.csv"
    text = "\n".join(["bin,time,level_pct,emptied", *(",".join(row) for row in rows)])
    file.write_bytes(text.encode() + tail)
    for read in (forecasting.read_readings, forecasting.read_origins, DayFile.read):
        with contextlib.suppress(WasteError, TableError):
            read(file)
