# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Figures by day, months in files, and a bin's history through both."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.utils import timezone
from tests.support.waste_stage import placed, reasons, told, took, uplink

from kodeks.robots import background, schedules
from kodeks.robots.errors import BusinessError
from kodeks.waste import (
    archiving,
    bins,
    history,
    learning,
    many_series,
    months,
    quarantine,
    rollups,
)
from kodeks.waste.models import ArchivedMonth, Bin, BinDay, DueDay, Quarantined, Reading, Session

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.KODEKS_WASTE_ARCHIVE_FOLDER = tmp_path / "archive"
    return tmp_path / "archive"


def noon(days_ago: int) -> dt.timedelta:
    """How long ago noon (UTC) of that day was."""
    now = timezone.now()
    return now - (now - days_ago * DAY).replace(hour=12, minute=0, second=0, microsecond=0)


def test_a_day_has_levels_by_where_the_sensor_hung_and_what_was_lost() -> None:
    (device,) = placed(1)
    ago = noon(2)
    took(
        uplink(device, 1, ago=ago, distance=1000),
        uplink(device, 2, ago=ago - HOUR, distance=600),
        uplink(device, 5, ago=ago - 2 * HOUR, distance=200, temperature=30),
        uplink(device, 6, ago=ago - 3 * HOUR, distance=60_000),
        uplink(device, 9, ago=ago - DAY, distance=600),
    )
    assert rollups.make_due() == 2
    assert not DueDay.objects.exists()
    first, second = BinDay.objects.order_by("day")
    assert (first.readings, first.unknown, first.came, first.lost) == (4, 1, 4, 2)
    assert (first.level_min, first.level_mean, first.level_max) == (0.0, 50.0, 100.0)
    assert (first.level_last, first.temperature_max) == (100.0, 30.0)
    assert (second.came, second.lost) == (1, 2)
    # The sensor was moved before that: the figures follow when they are made anew.
    bins.place(
        device=device,
        bin_code="spand-ny",
        empty_mm=2000,
        full_mm=200,
        set_by="test",
        since=timezone.now() - ago + DAY - HOUR,
    )
    took(uplink(device, 10, ago=ago - DAY - HOUR, distance=1100))
    rollups.make_due()
    moved = BinDay.objects.get(bin__code="spand-ny")
    assert (moved.readings, moved.level_max) == (2, pytest.approx(100 * 1400 / 1800))
    day = history.by_day(since=first.day, until=first.day)[0]
    assert (day.bins, day.readings, day.loss) == (1, 4, pytest.approx(2 / 6))
    assert history.by_day(since=first.day, until=first.day, district="Vest") == []


def test_a_month_goes_into_a_file_and_the_history_is_the_same(folder: Path, settings: Any) -> None:
    first, second = placed(2)
    days = (100, 95, 70, 40, 1)
    settings.KODEKS_WASTE_HOT_DAYS = 110
    for device in (first, second):
        took(
            uplink(device, 10 + at, ago=noon(ago), distance=300 + at * 100)
            for at, ago in enumerate(days)
        )
    bins.place(
        device=first,
        bin_code="spand-0",
        empty_mm=1000,
        full_mm=200,
        since=timezone.now() - 200 * DAY,
        set_by="test",
    )
    span = {"since": timezone.now() - 105 * DAY, "until": timezone.now()}
    before = history.of_bin(code="spand-0", **span)
    assert before.level[:2].round(3).tolist() == [87.5, 75.0]
    assert len(before) == len(days)
    settings.KODEKS_WASTE_HOT_DAYS = 35
    assert archiving.archive() >= 1
    assert Reading.objects.filter(at__lt=timezone.now() - 68 * DAY).count() == 0
    assert Reading.objects.count() < 10
    assert archiving.files()
    assert all(file.is_file() for file in archiving.files())
    after = history.of_bin(code="spand-0", **span)
    for name in ("at", "level", "flags", "temperature_c"):
        assert np.array_equal(getattr(after, name), getattr(before, name), equal_nan=True)
    assert len(history.of_bin(code="spand-x", **span)) == 0
    assert archiving.archive() == 0
    # A counter of a month that lies in a file is still no new one.
    took(uplink(first, 11))
    assert reasons() == ["replay"]
    settings.KODEKS_WASTE_ARCHIVE_MONTHS = 0
    archiving.archive()
    assert list(folder.glob("*.parquet")) == []
    assert not ArchivedMonth.objects.filter(removed_at=None).exists()


def test_a_partition_is_not_emptied_when_its_file_lacks_something(settings: Any) -> None:
    (device,) = placed(1)
    settings.KODEKS_WASTE_HOT_DAYS = 80
    took(uplink(device, 1, ago=noon(70)))
    settings.KODEKS_WASTE_HOT_DAYS = 20
    archiving.archive()
    settings.KODEKS_WASTE_HOT_DAYS = 80
    took(uplink(device, 2, ago=noon(70) - HOUR))
    settings.KODEKS_WASTE_HOT_DAYS = 20
    with pytest.raises(BusinessError):
        archiving.archive()
    assert Reading.objects.count() == 1


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_a_partition_is_not_emptied_when_its_file_is_not_as_it_was_written(
    folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    """As after a power cut between the file and the emptying."""
    (device,) = placed(1)
    settings.KODEKS_WASTE_HOT_DAYS = 80
    took(uplink(device, 1, ago=noon(70)))
    settings.KODEKS_WASTE_HOT_DAYS = 20
    empty = archiving._empty

    def cut_short(partition: months.Partition) -> None:
        (file,) = folder.glob("*.parquet")
        if harm == "gone":
            file.unlink()
        else:
            file.write_bytes(file.read_bytes()[:-1])
        empty(partition)

    monkeypatch.setattr(archiving, "_empty", cut_short)
    with pytest.raises(BusinessError, match="Intet er slettet"):
        archiving.archive()
    assert Reading.objects.count() == 1


def test_months_have_partitions_ahead_and_what_is_beyond_lies_in_the_rest(
    settings: Any,
) -> None:
    names = [one.name for one in months.partitions()]
    today = timezone.now().date()
    assert len(names) == months.BEHIND + 1 + months.AHEAD + 1
    assert f"waste_reading_{today:%Y_%m}" in names
    months.look()
    (device,) = placed(1)
    settings.KODEKS_WASTE_HOT_DAYS = 200
    took(uplink(device, 1, ago=180 * DAY))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM waste_reading_rest")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_the_owner_makes_a_partition_of_what_lies_in_the_rest(as_owner: Any, settings: Any) -> None:
    (device,) = placed(1)
    settings.KODEKS_WASTE_HOT_DAYS = 200
    took(uplink(device, 1, ago=180 * DAY))
    first = months.following((timezone.now() - 180 * DAY).date(), 0)
    as_owner.execute("SELECT waste_make_months(%s, %s)", [first, first])
    assert as_owner.execute("SELECT count(*) FROM waste_reading_rest").fetchone() == (0,)
    assert as_owner.execute("SELECT count(*) FROM waste_reading").fetchone() == (1,)
    row = as_owner.execute(
        "SELECT has_table_privilege('kodeks_app', %s, 'UPDATE'),"
        " has_table_privilege('kodeks_app', %s, 'TRUNCATE')",
        [f"waste_reading_{first:%Y_%m}"] * 2,
    ).fetchone()
    assert row == (False, True)


def test_the_quarantine_forgets_and_the_work_comes_by_the_clock() -> None:
    took(uplink("24e124713d0000ff", 1))
    assert quarantine.forget() == 0
    Quarantined.objects.update(received_at=timezone.now() - 91 * DAY)
    assert quarantine.forget() == 1
    work = set(background.work_of("skraldespande"))
    assert work >= {"waste.rollups", "waste.archive", "waste.forget", "waste.months"}
    assert work >= {"waste.look", "waste.watch", "waste.lessons", "waste.worth", "waste.past"}
    assert work >= {"waste.heard", "waste.scores"}
    assert len(work) == 11
    assert work <= {one.schedule.task for one in schedules.standings()}
    assert not Session.objects.exists()


def test_what_is_learned_reaches_into_the_archive(folder: Path, settings: Any) -> None:
    settings.KODEKS_WASTE_HOT_DAYS = 130
    now = timezone.now()
    for number, device in enumerate(placed(2)):
        levels = [float((step * 7 + number * 3) % 90) for step in range(2 * 90)]
        told(device, levels, every=dt.timedelta(hours=12))
    rollups.make_due()
    bins_ids = list(Bin.objects.order_by("code").values_list("id", flat=True))
    span = {"since": now - 89 * DAY, "until": timezone.now()}
    before = [one for lot in many_series.told(bins_ids, **span) for one in lot]
    settings.KODEKS_WASTE_HOT_DAYS = 30
    assert archiving.archive() >= 2
    hot = [one for lot in many_series.told(bins_ids, **span) for one in lot]
    assert hot[0].series.time.size < before[0].series.time.size - 20
    after = [one for lot in many_series.told(bins_ids, **span, archived=True) for one in lot]
    assert [one.bin_id for one in after] == [one.bin_id for one in before]
    for one, other in zip(after, before, strict=True):
        for name in ("time", "level", "temperature", "battery", "session", "counter"):
            mine, was = getattr(one.series, name), getattr(other.series, name)
            assert (mine is None) == (was is None), name
            if mine is not None:
                assert np.allclose(mine, was, equal_nan=True), name
    learned = learning.judged_bins(timezone.now(), days=400)
    assert min(int(one.time.size) for one in learned) >= 178
    # A town with more readings than can be held is learned from for fewer days, and never under 62.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learning, "MOST_READINGS", 4 * 75)
        fewer = learning.judged_bins(timezone.now(), days=400)
        assert 145 <= min(int(one.time.size) for one in fewer) <= 156
        patch.setattr(learning, "MOST_READINGS", 10)
        fewest = learning.judged_bins(timezone.now(), days=400)
        assert 120 <= min(int(one.time.size) for one in fewest) <= 126
