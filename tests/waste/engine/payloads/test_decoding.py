# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Bytes by the sensors' tables: the makers' own vectors, and ours, which need no data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.payloads.decoding import Decoded
from kodeks.waste.engine.payloads.library import Library, library, shipped
from kodeks.waste.engine.payloads.loading import of_toml

LIBRARY = library(shipped())


def decoded(sensor: str, data: bytes | str) -> Decoded:
    decode = LIBRARY.by_id[sensor].decode
    assert decode is not None
    return decode(bytes.fromhex(data) if isinstance(data, str) else data)


def test_the_makers_vectors_come_out_exactly(data_folder: Path) -> None:
    """As they lie with The Things Network's device repository; the file is no part of kodeks."""
    sensors = {
        "Milesight EM310-UDL": "milesight-em310-udl",
        "Milesight EM400-UDL/TLD": "milesight-em400",
        "Decentlab DL-MBX": "decentlab-dl-mbx",
    }
    vectors = json.loads((data_folder / "waste" / "lorawan_uplink_vectors.json").read_text())
    assert {one["device"] for one in vectors} == set(sensors)
    for one in vectors:
        sensor = LIBRARY.by_id[sensors[one["device"]]].sensor
        found = decoded(sensor.id, one["hex"])
        assert found.fields == one["decoded"]
        assert (found.unread, found.failed) == (None, False)
        assert one["fPort"] in sensor.ports


# Ours: made by hand from the tables, so that these fail without the data too.


@pytest.mark.parametrize(
    ("sensor", "data", "fields"),
    [
        ("milesight-em310-udl", "040000", {"tilt": "normal"}),
        ("milesight-em310-udl", "ff166749d00000000000 0382ff0f", {"distance": 4095}),
        ("milesight-em400", "0367f6ff", {"temperature": -1.0}),
        ("milesight-em400", "036700 80", {"temperature": -3276.8}),
        (
            "milesight-em400",
            "8482640001",
            {"distance": 100, "distance_alarm": "alarm"},
        ),
        (
            "milesight-em400",
            "8367bc0200",
            {"temperature": 70.0, "temperature_alarm": "normal"},
        ),
        ("milesight-em500-udl", "017564 03821027", {"battery": 100, "distance": 10000}),
        (
            "decentlab-dl-mbx",
            "02 ffff 0001 1388 000a",
            {"protocol_version": 2, "device_id": 65535, "distance_mm": 5000, "valid_samples": 10},
        ),
    ],
)
def test_our_vectors_come_out_exactly(sensor: str, data: str, fields: dict[str, Any]) -> None:
    found = decoded(sensor, data)
    assert found.fields == fields
    assert found.unread is None


def test_a_missing_flag_is_a_measurement_that_failed() -> None:
    """As TTN's second example of the DL-MBX: the battery is there, the distance is not."""
    found = decoded("decentlab-dl-mbx", "02 012f 0002 0bb1")
    assert found.failed
    assert found.quantities == {"battery_v": 2.993}
    assert found.unread is None


@pytest.mark.parametrize(
    ("sensor", "data", "rest"),
    [
        ("milesight-em310-udl", "017550 7777 01", (3, "777701")),
        ("milesight-em310-udl", "017550 0382 44", (3, "038244")),
        ("milesight-em310-udl", "017550 03", (3, "03")),
        ("milesight-em400", "ffff", (0, "ffff")),
        ("decentlab-dl-mbx", "02 0001 0003 04d2 0001 0bb1 aa", (11, "aa")),
        ("decentlab-dl-mbx", "02 0001 0006 0bb1 1234", (7, "1234")),
        ("decentlab-dl-mbx", "02 0001 0001 04d2", (5, "04d2")),
    ],
)
def test_what_no_table_knows_is_kept_unread_with_its_place(
    sensor: str, data: str, rest: tuple[int, str]
) -> None:
    assert decoded(sensor, data).unread == (rest[0], bytes.fromhex(rest[1]))


def test_a_truncated_measurement_of_a_sensor_with_flags_failed() -> None:
    assert decoded("decentlab-dl-mbx", "02 0001 0001 04d2").failed


def test_another_version_of_the_message_is_refused() -> None:
    with pytest.raises(WasteError, match="protocol_version 3"):
        decoded("decentlab-dl-mbx", "03 0001 0000")


@pytest.mark.parametrize("data", [b"", bytes(1025)])
def test_nothing_and_too_much_are_refused(data: bytes) -> None:
    with pytest.raises(WasteError):
        decoded("milesight-em400", data)


ELSE = """
format = 1
id = "prove"
name = "Prøve"
source = "test"
layout = "tlv"
tag_bytes = 1
byte_order = "big"
[[channel]]
tag = "0E"
[[channel.field]]
name = "afstand"
bytes = 3
multiply = 10
unit = "mm"
quantity = "distance_mm"
failed = [16777215]
"""


def test_a_municipalitys_own_table_with_a_number_that_means_failure() -> None:
    own: Library = library([*shipped(), of_toml(ELSE)])
    decode = own.by_id["prove"].decode
    assert decode is not None
    assert decode(b"\x0e\x00\x00\x7b").quantities == {"distance_mm": 1230}
    unmeasured = decode(b"\x0e\xff\xff\xff")
    assert (unmeasured.failed, unmeasured.quantities) == (True, {})
    assert unmeasured.fields == {"afstand": None}


@given(data=st.binary(max_size=300))
def test_any_bytes_give_values_or_a_refusal(data: bytes) -> None:
    for ready in LIBRARY.by_id.values():
        if ready.decode is None:
            continue
        try:
            found = ready.decode(data)
        except WasteError:
            continue
        if found.unread is not None:
            at, rest = found.unread
            assert rest
            assert data[at:] == rest


@given(data=st.lists(st.sampled_from([b"\x01\x75", b"\x03\x67", b"\x84\x82", b"\x00", b"\xff"])))
def test_read_and_unread_together_are_the_message(data: list[bytes]) -> None:
    """Cutting the unread rest off changes nothing of what was read."""
    message = b"".join(data)
    if not message:
        return
    whole = decoded("milesight-em400", message)
    if whole.unread is not None and whole.unread[0]:
        again = decoded("milesight-em400", message[: whole.unread[0]])
        assert again.fields == whole.fields
        assert again.unread is None
