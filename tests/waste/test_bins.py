# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The lists of bins, of sensors that may send, and of sources."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from tests.support.waste_stage import EM400, eui

from kodeks.robots import credentials
from kodeks.waste import bins, sources
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.models import Bin, Device, DueDay, Placement, Source

pytestmark = pytest.mark.django_db


def written(tmp_path: Path, *lines: str) -> Path:
    file = tmp_path / "list.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_bins_of_a_file_are_made_and_corrected(tmp_path: Path) -> None:
    head = "bin;place;district;latitude;longitude;litres"
    file = written(tmp_path, head, "t-1;Torvet;Vest;55,68;12,57;80", "t-2;;;;;")
    assert bins.read_bins(path=file, set_by="test") == bins.Read(2, 0)
    assert bins.read_bins(path=file, set_by="test") == bins.Read(0, 2)
    file = written(tmp_path, head, "t-1;Torvet 2;Vest;55,68;12,57;120")
    assert bins.read_bins(path=file, set_by="test") == bins.Read(1, 0)
    found = Bin.objects.get(code="t-1")
    assert (found.place, found.litres, found.latitude) == ("Torvet 2", 120, 55.68)


@pytest.mark.parametrize(
    "row", ["t-3;;;95;12;", "t-3;;;55;;", ";Torvet;;;;", "t-3;;;x;12;", "t-3;;;55;12;-1"]
)
def test_a_file_with_a_row_that_is_wrong_changes_nothing(tmp_path: Path, row: str) -> None:
    head = "bin;place;district;latitude;longitude;litres"
    with pytest.raises(WasteError) as refused:
        bins.read_bins(path=written(tmp_path, head, "t-1;;;;;", row), set_by="test")
    assert "Række 3" in str(refused.value)
    assert not Bin.objects.exists()


def test_devices_of_a_file_are_placed_and_moved_and_nothing_is_forgotten(tmp_path: Path) -> None:
    head = "device,bin,sensor,empty_mm,full_mm"
    file = written(tmp_path, head, f"{eui(1).upper()},t-1,{EM400},1000,200")
    assert bins.read_devices(path=file, set_by="test") == bins.Read(1, 0)
    assert bins.read_devices(path=file, set_by="test") == bins.Read(0, 1)
    file = written(tmp_path, head, f"{eui(1)},t-2,{EM400},900,150")
    assert bins.read_devices(path=file, set_by="test") == bins.Read(1, 0)
    assert Device.objects.get().name == eui(1)
    placements = Placement.objects.order_by("id").values_list("bin__code", "empty_mm")
    assert list(placements) == [("t-1", 1000.0), ("t-2", 900.0)]


def test_a_column_that_is_not_there_changes_nothing_and_an_empty_field_clears(
    tmp_path: Path,
) -> None:
    sources.make(name="os2iot", made_by="test")
    head = "device,bin,sensor,empty_mm,full_mm,source"
    full = written(tmp_path, head, f"{eui(1)},t-1,{EM400},1000,200,os2iot")
    bins.read_devices(path=full, set_by="test")
    short = written(tmp_path, "device,bin", f"{eui(1)},t-1")
    assert bins.read_devices(path=short, set_by="test") == bins.Read(0, 1)
    held = Placement.objects.get()
    assert (held.empty_mm, held.full_mm, held.source) == (1000.0, 200.0, "os2iot")
    cleared = written(tmp_path, "device,bin,source", f"{eui(1)},t-1,")
    assert bins.read_devices(path=cleared, set_by="test") == bins.Read(1, 0)
    newest = Placement.objects.latest("id")
    assert (newest.empty_mm, newest.source) == (1000.0, "")
    with pytest.raises(WasteError, match="Skriv empty_mm og full_mm"):
        bins.read_devices(path=written(tmp_path, "device,bin", f"{eui(1)},t-2"), set_by="test")

    about = written(tmp_path, "bin,place,litres", "t-1,Torvet,80")
    bins.read_bins(path=about, set_by="test")
    bins.read_bins(path=written(tmp_path, "bin,litres", "t-1,120"), set_by="test")
    found = Bin.objects.get(code="t-1")
    assert (found.place, found.litres) == ("Torvet", 120)
    bins.read_bins(path=written(tmp_path, "bin,place", "t-1,"), set_by="test")
    assert Bin.objects.get(code="t-1").place == ""


def test_distances_are_corrected_from_a_day_on_and_the_days_figures_are_due(tmp_path: Path) -> None:
    day = timezone.localdate() - dt.timedelta(days=3)
    head = "device,bin,empty_mm,full_mm,since"
    first = written(tmp_path, head, f"{eui(1)},t-1,1000,200,{day}")
    assert bins.read_devices(path=first, set_by="test") == bins.Read(1, 0)
    assert DueDay.objects.count() == 4
    assert bins.read_devices(path=first, set_by="test") == bins.Read(0, 1)
    assert DueDay.objects.count() == 4
    right = written(tmp_path, head, f"{eui(1)},t-1,1400,200,{day}")
    assert bins.read_devices(path=right, set_by="test") == bins.Read(1, 0)
    newest = Placement.objects.order_by("-since", "-id").first()
    assert newest is not None
    assert (newest.empty_mm, timezone.localdate(newest.since)) == (1400.0, day)
    for wrong, said in (
        ("i går", "ikke en dag"),
        ("1999-01-01", "år 2000"),
        ("2999-01-01", "i dag"),
    ):
        file = written(tmp_path, head, f"{eui(1)},t-1,1000,200,{wrong}")
        with pytest.raises(WasteError, match=said):
            bins.read_devices(path=file, set_by="test")
    moved = written(tmp_path, head, f"{eui(1)},t-2,1000,200,{day}")
    with pytest.raises(WasteError, match="sad i t-1"):
        bins.read_devices(path=moved, set_by="test")
    DueDay.objects.all().delete()
    later = day + dt.timedelta(days=1)
    several = [f"{eui(2)},t-2,1000,200,{later}", f"{eui(3)},t-3,1000,200,{day}"]
    assert bins.read_devices(path=written(tmp_path, head, *several), set_by="test").changed == 2
    assert DueDay.objects.count() == 4, "once for the file, from the earliest day on"


@pytest.mark.parametrize(
    "row",
    [
        "x,t-1,no-such-sensor,,,",
        "x,t-1,,100,200,",
        "x,t-1,,100,,",
        "x,t-1,,,,nobody",
        ",t-1,,,,",
        "x\x07,t-1,,,,",
    ],
)
def test_a_device_that_cannot_be_right_is_refused(tmp_path: Path, row: str) -> None:
    file = written(tmp_path, "device,bin,sensor,empty_mm,full_mm,source", row)
    with pytest.raises(WasteError) as refused:
        bins.read_devices(path=file, set_by="test")
    assert "Intet er gemt." in str(refused.value)
    assert not Placement.objects.exists()


def test_a_sources_key_is_kept_as_a_digest_and_its_secret_sealed() -> None:
    made = sources.make(name="os2iot", made_by="test", signs=True)
    assert sources.of(made.key) == Source.objects.get()
    assert sources.of("") is None
    row = Source.objects.values_list().get()
    assert made.key not in map(str, row)
    assert credentials.in_use(robot=sources.ROBOT).get().name == "hmac-os2iot"
    with pytest.raises(WasteError):
        sources.make(name="os2iot", made_by="test")
    for wrong in ("mqtt", "", "Æ", "a" * 41):
        with pytest.raises(WasteError):
            sources.make(name=wrong, made_by="test")
    sources.revoke(name="os2iot", revoked_by="test")
    assert sources.of(made.key) is None
    assert not credentials.in_use(robot=sources.ROBOT).exists()
    with pytest.raises(WasteError):
        sources.revoke(name="os2iot", revoked_by="test")
