# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What others read of bins: valid by FIWARE's schema, and read back as it was."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from bin_messages import AT, taken
from hypothesis import given
from hypothesis import strategies as st
from referencing import Registry, Resource

from kodeks.geography.loading import of_geojson
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.payloads.outwards import Bin, container, geojson, status_of
from kodeks.waste.engine.payloads.results import Reading

COMMON = "https://smart-data-models.github.io/data-models/common-schema.json"
BIN = Bin(
    id="spand 1/æ",
    longitude=12.5,
    latitude=55.7,
    level_pct=57,
    seen_at=AT,
    temperature_c=21.5,
    status="ok",
    emptied_at=AT - dt.timedelta(days=1),
    litres=60,
    full_at_pct=80,
    devices=("24e124713d000001",),
)
BARE = Bin(id="s2", longitude=-8.7, latitude=42.6)


def _validator(folder: Path) -> jsonschema.Draft202012Validator:
    """The given schema; what it refers to elsewhere is written here as its documents say it."""
    schema = json.loads((folder / "waste" / "fiware" / "WasteContainer.schema.json").read_text())
    point = {
        "type": "object",
        "required": ["type", "coordinates"],
        "properties": {
            "type": {"enum": ["Point"]},
            "coordinates": {"type": "array", "minItems": 2, "items": {"type": "number"}},
        },
    }
    name = {"type": "string", "format": "uri", "minLength": 1, "maxLength": 256}
    common = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "definitions": {
            "GSMA-Commons": {"properties": {"id": name}},
            "Location-Commons": {"properties": {"location": point}},
            "PhysicalObject-Commons": {},
            "EntityIdentifierType": name,
            "timeInstant": {"type": "string"},
        },
    }
    registry = Registry().with_resource(COMMON, Resource.from_contents(common))
    return jsonschema.Draft202012Validator(schema, registry=registry)


@pytest.mark.parametrize("one", [BIN, BARE])
def test_a_container_holds_against_the_schema(data_folder: Path, one: Bin) -> None:
    validator = _validator(data_folder)
    validator.validate(container(one, key_values=True))
    # And the schema can say no.
    assert not validator.is_valid(container(one, key_values=True) | {"fillingLevel": 57})
    assert not validator.is_valid(container(one, key_values=True) | {"status": "fuld"})


@pytest.mark.parametrize("key_values", [True, False])
def test_our_own_container_is_read_back(key_values: bool) -> None:
    (reading,) = taken(container(BIN, key_values=key_values)).readings
    assert reading.device == "urn:ngsi-ld:WasteContainer:spand%201%2F%C3%A6"
    assert (reading.level_pct, reading.temperature_c) == (57, 21.5)
    assert reading.at == AT.replace(microsecond=0)


def test_every_attribute_of_a_normalised_container_has_its_kind() -> None:
    found = container(BIN)
    kinds = {name: value["type"] for name, value in found.items() if isinstance(value, dict)}
    assert kinds.pop("location") == "GeoProperty"
    assert kinds.pop("refDevice") == "Relationship"
    assert set(kinds.values()) == {"Property"}
    assert found["fillingLevel"] == {
        "type": "Property",
        "value": 0.57,
        "observedAt": "2026-11-27T11:58:07Z",
    }


def test_an_unknown_level_is_not_an_empty_bin() -> None:
    assert "fillingLevel" not in container(BARE)
    (feature,) = geojson([BARE])["features"]
    assert feature["properties"]["level_pct"] is None


def test_geojson_of_bins() -> None:
    made = geojson([BIN, BARE])
    assert [one["geometry"]["coordinates"] for one in made["features"]] == [
        [12.5, 55.7],
        [-8.7, 42.6],
    ]
    named: Any = json.loads(json.dumps(made))
    for one in named["features"]:
        one["properties"] |= {"name": one["id"], "kind": "sted"}
    assert len(of_geojson(json.dumps(named))) == 2


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, "ok"),
        ({"failed": True}, "unknown"),
        ({"tilt": True}, "dropped"),
        ({"alarms": ("alert", "burning"), "tilt": True}, "burning"),
        ({"alarms": ("lid",)}, "lidOpen"),
    ],
)
def test_a_readings_status_in_fiwares_words(said: dict[str, Any], status: str) -> None:
    assert status_of(Reading(device="d", at=AT, source="test", **said)) == status


@pytest.mark.parametrize(
    "wrong",
    [
        {"latitude": 91.0},
        {"longitude": float("nan")},
        {"level_pct": 101},
        {"level_pct": float("nan")},
        {"temperature_c": float("inf")},
        {"seen_at": dt.datetime(2026, 1, 1)},
    ],
)
def test_a_bin_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(WasteError):
        Bin(**{"id": "s", "longitude": 12.0, "latitude": 55.0} | wrong)


@given(names=st.sets(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=5))
def test_two_bins_never_get_one_name(names: set[str]) -> None:
    made = {container(Bin(id=name, longitude=0, latitude=0))["id"] for name in names}
    assert len(made) == len(names)
