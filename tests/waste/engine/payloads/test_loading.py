# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A sensor's table from TOML: what is wrong is said in Danish, with the place."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.payloads.library import library, quantities_of, shipped
from kodeks.waste.engine.payloads.loading import TableError, of_toml

GOOD = """
format = 1
id = "prove"
name = "Prøve"
source = "test"
layout = "tlv"
byte_order = "little"
profiles = ["Prøve 1"]
[limits]
distance_mm = [30, 4500]
[[channel]]
tag = "03 82"
[[channel.field]]
name = "distance"
bytes = 2
unit = "mm"
quantity = "distance_mm"
[[channel]]
tag = "04 00"
[[channel.field]]
name = "tilt"
bytes = 1
words = { 0 = "normal", 1 = "tilt" }
quantity = "tilt"
true = [1]
[[vector]]
hex = "0382E803"
fields = { distance = 1000 }
"""


def test_the_shipped_tables_are_read_with_their_own_vectors() -> None:
    sensors = {sensor.id: sensor for sensor in shipped()}
    assert set(sensors) == {
        "decentlab-dl-mbx",
        "milesight-em310-udl",
        "milesight-em400",
        "milesight-em500-udl",
        "os2iot-distance-sensor",
    }
    assert all(sensor.vectors for sensor in sensors.values() if sensor.layout != "object")


def test_a_good_table_is_read() -> None:
    sensor = of_toml(GOOD)
    assert sensor.profiles == {"prøve 1"}
    assert sensor.limits == {"distance_mm": (30.0, 4500.0)}
    assert sorted(sensor.groups) == [0x0382, 0x0400]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("format = 1", "format = 2", "format = 1"),
        ("format = 1", "format =", "ikke TOML"),
        ('id = "prove"', "", "id mangler"),
        ('id = "prove"', "id = 7", "id mangler"),
        ('name = "Prøve"', 'name = " "', "name mangler"),
        ('layout = "tlv"', 'layout = "xml"', "layout skal være en af"),
        ('byte_order = "little"', "", "byte_order"),
        ('byte_order = "little"', 'byte_order = "little"\nnoget = 1', "noget kendes ikke"),
        ('tag = "03 82"', 'tag = "03"', "nummer 1: tag skal være 2 byte"),
        ('tag = "03 82"', 'tag = "zz zz"', "tag skal være 2 byte"),
        ('tag = "04 00"', 'tag = "03 82"', "nummer 2: den findes allerede"),
        ("bytes = 2", "bytes = 9", "bytes skal være et helt tal fra 1 til 8"),
        ("bytes = 2", "bytes = true", "bytes skal være et helt tal"),
        ('unit = "mm"', 'unit = "cm"', "distance_mm er i mm. Regn om"),
        ('quantity = "distance_mm"', 'quantity = "afstand"', "quantity kendes ikke"),
        ("true = [1]", "", "tilt skal have true"),
        ('quantity = "tilt"', "", "feltet skal ikke have true"),
        ("words = { 0 =", "words = { nul =", "words har nul"),
        ('"normal"', "0", "words skal være tekster"),
        ("[30, 4500]", "[4500, 30]", "det mindste først"),
        ("[30, 4500]", "[30, 90000]", "fra 0 til 20000"),
        ("[30, 4500]", "[nan, 4500]", "to tal"),
        ("distance_mm = [30", "hastighed = [30", "hastighed kendes ikke"),
        ("distance = 1000 }", "distance = 1001 }", "giver {'distance': 1000}"),
        ('hex = "0382E803"', 'hex = "æ"', "byte i hex"),
        ("[[vector]]", "[[object]]\npath='a..b'\nquantity='level_pct'\n[[vector]]", "punktum"),
        ("[[vector]]", "[[group]]\nbit=0\n[[vector]]", "ikke være [[group]]"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(old: str, new: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(TableError) as told:
        of_toml(GOOD.replace(old, new, 1))
    assert says in str(told.value)


def test_two_sensors_cannot_have_a_profile_in_common() -> None:
    other = of_toml(GOOD.replace('id = "prove"', 'id = "anden"'))
    with pytest.raises(TableError, match="begge profilen"):
        library([of_toml(GOOD), other])


def test_an_own_table_takes_the_place_of_one_with_its_id() -> None:
    own = of_toml(GOOD.replace('id = "prove"', 'id = "milesight-em310-udl"'))
    found = library([*shipped(), own])
    assert found.by_id["milesight-em310-udl"].sensor is own
    assert found.find(None, "EM310-UDL") is None
    assert found.find(None, " PRØVE 1 ") is not None
    assert found.find("ukendt", "Prøve 1") is None


def test_an_object_is_read_by_its_members() -> None:
    sensors = {sensor.id: sensor for sensor in shipped()}
    by_ttn = {"distance": {"value": 1234}, "battery_voltage": {"value": 2.993}}
    by_os2iot = {"distance": 1.234, "batteryVoltage": 2.993}
    for decoded in (by_ttn, by_os2iot):
        found = quantities_of(sensors["decentlab-dl-mbx"], decoded)
        assert found == {"distance_mm": 1234, "battery_v": 2.993}
    tilted = quantities_of(sensors["milesight-em400"], {"position": "tilt", "distance": "12"})
    assert tilted == {"tilt": True, "distance_mm": "12"}
    # The first of two places that say the same counts.
    both = quantities_of(sensors["milesight-em310-udl"], {"tilt": "tilt", "position": "normal"})
    assert both == {"tilt": True}


@given(text=st.text(max_size=300))
def test_any_text_is_a_table_or_a_sentence(text: str) -> None:
    with pytest.raises(WasteError):
        of_toml(text)


_PIECES = GOOD.split("\n")


@given(
    dropped=st.sets(st.integers(0, len(_PIECES) - 1), max_size=4),
    added=st.sampled_from(["", "x = nan", "bytes = -1", "[[channel]]", "tag = 1", "true = {}"]),
)
def test_a_table_with_lines_lost_is_a_table_or_a_sentence(dropped: set[int], added: str) -> None:
    lines = [line for at, line in enumerate(_PIECES) if at not in dropped]
    with contextlib.suppress(TableError):
        assert of_toml("\n".join([*lines, added])).groups
