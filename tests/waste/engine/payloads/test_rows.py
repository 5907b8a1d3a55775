# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Bigbelly's list, Enevo's sheet, and plain CSV: a bad row is told, the others are taken."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from bin_messages import HEADINGS, RECEIVED, bigbelly, taken, xlsx
from hypothesis import given
from hypothesis import strategies as st

from kodeks.waste.engine.payloads import sheets
from kodeks.waste.engine.payloads.results import Unusable
from kodeks.waste.engine.payloads.rows import decimal


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("changed", "level", "failed", "alarms"),
    [
        ({}, 40, False, ()),
        ({"latestFullness": 0}, 0, False, ()),
        ({"latestFullness": 10, "reason": "FULLNESS"}, 100, False, ()),
        ({"latestFullness": 10, "reason": "ALERT"}, 100, False, ("alert",)),
        ({"latestFullness": 0, "reason": "ALERT"}, None, True, ("alert",)),
        ({"latestFullness": None}, None, True, ()),
    ],
)
def test_bigbelly(
    changed: dict[str, Any], level: float | None, failed: bool, alarms: tuple[str]
) -> None:
    (reading,) = taken({"assets": [bigbelly(**changed)]}).readings
    assert (reading.device, reading.source, reading.at) == ("1599999", "bigbelly", RECEIVED)
    assert (reading.level_pct, reading.failed, reading.alarms) == (level, failed, alarms)


def test_a_bad_asset_among_good_ones_is_told() -> None:
    assets = [bigbelly(), bigbelly(latestFullness=11), bigbelly(serialNumber=None), None]
    found = taken({"assets": assets})
    assert [one.failed for one in found.readings] == [False, True]
    assert [one.code for one in found.refused] == ["limit", "no-device", "shape"]
    with pytest.raises(Unusable):
        taken({"assets": "ingen"})


def test_wyndhams_bins(data_folder: Path) -> None:
    found = taken((data_folder / "waste" / "wyndham" / "fill_levels.csv").read_bytes())
    assert (len(found.readings), len(found.refused)) == (17250, 0)
    kinds = Counter((one.failed, one.alarms) for one in found.readings)
    assert kinds == {(False, ()): 16501, (False, ("alert",)): 473, (True, ("alert",)): 276}
    assert {one.level_pct for one in found.readings} == {None, 0, 20, 40, 60, 80, 100}


def test_edinburghs_emptyings(data_folder: Path) -> None:
    found = taken((data_folder / "waste" / "edinburgh" / "emptyings.csv").read_bytes())
    assert (len(found.readings), len(found.refused)) == (5807, 0)
    assert all(one.before_emptying for one in found.readings)
    assert sum(one.at_least for one in found.readings) == 837
    assert all((one.level_pct == 100) == one.at_least for one in found.readings)


def test_enevos_sheet() -> None:
    rows = [
        ("Bin collections",),
        (),
        HEADINGS,
        (1, 325143, "Prøvetorv", "1 Prøvegade", 42524.5579398148, 43, 102.5, 7.2),
        (2, 325144, "Prøvetorv", "2 Prøvegade", "2016-06-03 13:24:05", 100, 102.5, 7.2),
        (3, 325145, "Prøvetorv", "2 Prøvegade", 42524.5, "", 0, 0),
        (4, 325146, "Prøvetorv", "2 Prøvegade", "i går", 50, 0, 0),
    ]
    found = taken(xlsx(rows))
    assert [(one.device, one.at, one.level_pct) for one in found.readings] == [
        ("325143", utc(2016, 6, 3, 12, 23, 26), 43),  # London is an hour ahead in June
        ("325144", utc(2016, 6, 3, 12, 24, 5), 100),
        ("325145", utc(2016, 6, 3, 11, 0, 0), None),
    ]
    assert [(one.at_least, one.failed) for one in found.readings] == [
        (False, False),
        (True, False),
        (False, True),
    ]
    (refused,) = found.refused
    assert refused.code == "no-time"
    assert refused.reason.startswith("Række 7:")


def test_dates_from_1904() -> None:
    rows = [HEADINGS, (1, 1, "", "", 41062.5, 43, 0, 0)]
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    book = f'<workbook {space}><workbookPr date1904="1"/></workbook>'
    (reading,) = taken(xlsx(rows, xl__workbook_xml="")).readings
    assert reading.at.year == 2012
    (reading,) = taken(xlsx(rows, **{"xl__workbook.xml": book})).readings
    assert reading.at == utc(2016, 6, 3, 11, 0, 0)


def test_a_sheet_with_a_document_type_is_refused() -> None:
    bomb = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">]><worksheet>&a;</worksheet>'
    with pytest.raises(Unusable, match="dokumenttype"):
        taken(xlsx([HEADINGS], sheet=bomb))


def test_a_zip_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_UNPACKED", 100_000)
    packed = xlsx([HEADINGS], sheet=" " * 1_000_000)
    assert len(packed) < 10_000
    with pytest.raises(Unusable, match="pakket ud"):
        taken(packed)


def test_another_sheet_is_refused() -> None:
    with pytest.raises(Unusable) as told:
        taken(xlsx([("navn", "adresse")]))
    assert told.value.code == "unknown-format"


@given(cut=st.integers(0, 2000), at=st.integers(0, 2000), sign=st.binary(min_size=1, max_size=3))
def test_a_damaged_sheet_is_read_or_refused(cut: int, at: int, sign: bytes) -> None:
    whole = xlsx([HEADINGS, (1, 2, "", "", 42524.5, 43, 0, 0)])
    damaged = whole[:at] + sign + whole[at + len(sign) :]
    for content in (damaged, b"PK\x03\x04" + whole[cut:], whole[: max(4, len(whole) - cut)]):
        with contextlib.suppress(Unusable):
            taken(content)


PLAIN = "bin,time,level_pct\ns1,2026-06-03T13:23:26Z,43.5\n"


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        "\ufeff" + PLAIN,
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        "spand;tid;niveau_pct\ns1;03-06-2026 15:23:26;43,5\n",
        "Spand;Tidspunkt;Fyldning_pct\ns1;3/6-2026 kl. 15.23.26;43,5 %",
        "\nSpand;Tid;level_pct;andet\n\ns1;03.06.2026 15:23:26;43,5;x\n\n",
        'bin,time,level_pct\n"s1","2026-06-03 15:23:26","43,5"\n',
    ],
)
def test_plain_csv_in_danish_and_iso(text: str) -> None:
    found = taken(text)
    assert not found.refused
    (reading,) = found.readings
    assert (reading.device, reading.level_pct) == ("s1", 43.5)
    assert reading.at == utc(2026, 6, 3, 13, 23, 26)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("s1,2026-06-03T10:00:00Z,101", "limit"),
        ("s1,2026-06-03T10:00:00Z,-1", "limit"),
        ("s1,2026-06-03T10:00:00Z,fuld", "no-number"),
        ("s1,2026-06-03T10:00:00Z,1.234.5", "no-number"),
        ("s1,2026-06-03T10:00:00Z,nan", "no-number"),
        ("s1,2026-13-03,1", "no-time"),
        ("s1,2026-03-29 02:30,1", "no-time"),
        ("s1,2027-01-01,1", "time"),
        (",2026-06-03,1", "no-device"),
        ("s1,2026-06-03", "columns"),
    ],
)
def test_a_bad_row_is_told_and_the_others_are_taken(row: str, code: str) -> None:
    found = taken(f"{PLAIN}{row}\ns2,2026-06-03,7\n")
    assert [one.code for one in found.refused] == [code]
    levels = {one.device: one.level_pct for one in found.readings if not one.failed}
    assert levels == {"s1": 43.5, "s2": 7}
    assert found.refused[0].reason.endswith(".")


def test_an_empty_level_is_a_measurement_that_failed() -> None:
    (reading,) = taken("bin,time,level_pct\ns1,2026-06-03,\n").readings
    assert (reading.level_pct, reading.failed) == (None, True)


def test_a_date_alone_is_noon_here() -> None:
    (reading,) = taken("bin,time,level_pct\ns1,2026-06-03,1\n").readings
    assert reading.at == utc(2026, 6, 3, 10, 0)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("navn,adresse\na,b\n", "unknown-format"),
        ("bin,time,level_pct,bin\n", "columns"),
        ('bin,time,level_pct\n"s1,2026', "csv"),
        (b"bin,time,level_pct\n\xe6,2026-06-03,1\n", "csv"),
        (b"bin,time,level_pct\n\x00", "csv"),
        ("bin,time,level_pct\n" + "x" * 200_000, "csv"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused(content: str | bytes, code: str) -> None:
    with pytest.raises(Unusable) as told:
        taken(content)
    assert told.value.code == code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("43", 43.0), ("43,5", 43.5), ("-0.5", -0.5), (" 7 % ", 7.0), ("", None), ("%", None),
        ("1.234,5", "1.234,5"), ("1e3", "1e3"), ("٣", "٣"), ("inf", "inf"), ("1,2,3", "1,2,3"),
    ],
)  # fmt: skip
def test_numbers_as_they_are_written(text: str, value: object) -> None:
    assert decimal(text) == value


@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200)))
def test_any_file_is_read_or_refused(content: bytes | str) -> None:
    for head in ("", PLAIN):
        raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
        with contextlib.suppress(Unusable):
            taken(head.encode() + raw)
