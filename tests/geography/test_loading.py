# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A municipality's own files of places, and what is no such file."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.geography.gazetteer import Gazetteer
from kodeks.geography.loading import as_json, of_csv, of_geojson
from kodeks.geography.results import GeographyError, Point, holds

HEAD = "name,kind,number,latitude,longitude"


def collection(*features: object) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


def feature(shape: str, coordinates: object, **properties: object) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": {"name": "Prøvegade", "kind": "vej"} | properties,
        "geometry": {"type": shape, "coordinates": coordinates},
    }


def test_rows_of_one_street_become_one_street_with_its_numbers() -> None:
    (one,) = of_csv(f"{HEAD}\nPrøvegade,vej,,56.1,10.2\nPrøvegade,vej,14 b,56.2,10.3\n")
    assert one.points == (Point(56.1, 10.2),)
    assert one.numbers == {"14B": Point(56.2, 10.3)}


def test_spreadsheets_in_danish_are_read_too() -> None:
    (one,) = of_csv("\ufeffname;kind;number;latitude;longitude\nEngen;sted;;56,1;10,2\n")
    assert (one.kind, one.middle) == ("place", Point(56.1, 10.2))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "mangler kolonnen name"),
        (f"{HEAD}\nX,vej,,et,to", "Række 2"),
        (f"{HEAD}\nX,skov,,1,2", "kind skal være"),
        (f"{HEAD}\n,vej,,1,2", "navnet"),
        (f"{HEAD}\nX,vej,,6225000,720000", "WGS 84"),
        (f"{HEAD}\nX,vej,,nan,2", "Række 2"),
    ],
)
def test_a_csv_file_that_cannot_be_used_says_why(content: str, says: str) -> None:
    with pytest.raises(GeographyError, match=says):
        of_csv(content)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "ikke GeoJSON"),
        ("[]", "FeatureCollection"),
        (collection(7), "Element 1"),
        (collection(feature("Circle", [1, 2])), "formen Circle"),
        (collection(feature("Point", ["x", 2])), "koordinaterne"),
        (collection(feature("Point", [1])), "koordinaterne"),
        (collection(feature("LineString", [])), "ingen koordinater"),
        (collection(feature("Polygon", [[[1, 2], [1, 2]]])), "tre hjørner"),
        (collection(feature("Point", [1e9, 2])), "WGS 84"),
    ],
)
def test_a_geojson_file_that_cannot_be_used_says_why(content: str, says: str) -> None:
    with pytest.raises(GeographyError, match=says):
        of_geojson(content)


def test_the_kept_file_gives_the_same_list() -> None:
    ring = [[10, 56], [10.1, 56], [10.1, 56.1], [10, 56]]
    read = of_geojson(
        collection(
            feature("LineString", [[10, 56], [10.1, 56.1]]),
            feature("Point", [10.05, 56.05], number=7, district="Nordby"),
            feature("MultiPolygon", [[ring]], name="Nordby", kind="bydel"),
            feature("Point", [10, 56], name="Torvet", kind="sted"),
        )
    )
    names = Gazetteer.of(read).names
    assert Gazetteer.of(of_geojson(as_json(names))).names == names


@given(st.one_of(st.text(), st.text(max_size=60).map(lambda row: f"{HEAD}\n{row}")))
def test_any_text_is_read_as_csv_or_refused_in_danish(content: str) -> None:
    with contextlib.suppress(GeographyError):
        of_csv(content)


JSON = st.recursive(
    st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=6)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)


@given(
    JSON,
    st.sampled_from(["Point", "LineString", "Polygon", "MultiPolygon", "MultiLineString"]),
    JSON,
)
def test_any_json_is_read_as_geojson_or_refused_in_danish(
    coordinates: object, shape: str, name: object
) -> None:
    for content in (coordinates, {"features": [feature(shape, coordinates, name=name)]}):
        with contextlib.suppress(GeographyError):
            of_geojson(json.dumps(content))


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_point_is_inside_its_square_and_not_beside_it(north: float, east: float) -> None:
    ring = (Point(0, 0), Point(0, 1), Point(1, 1), Point(1, 0))
    assert holds(ring, Point(north, east))
    assert not holds(ring, Point(north, east + 1))


def test_house_numbers_in_a_file_of_their_own_draw_no_line_across_the_street() -> None:
    line = feature("LineString", [[10.0, 56.0], [10.2, 56.0]])
    doors = [(1, 10.05, 56.01), (2, 10.05, 55.99), (3, 10.15, 56.01), (4, 10.15, 55.99)]
    rows = "".join(f"\nPrøvegade,vej,{number},{north},{east}" for number, east, north in doors)
    (street,) = of_geojson(collection(line))
    (numbers,) = of_csv(f"{HEAD}{rows}")
    assert numbers.is_numbers
    assert not street.is_numbers
    even, odd = numbers.sides
    assert {point.latitude for point in odd} == {56.01}
    assert {point.latitude for point in even} == {55.99}
    for kept in ([street, numbers], [numbers, street]):
        (read,) = of_geojson(as_json(kept))
        assert read.points == street.points
        assert set(read.numbers) == {"1", "2", "3", "4"}
        assert read.sides == (street.points,)
        (both,) = Gazetteer.of(kept).names
        assert both.points == street.points
    (alone,) = of_geojson(as_json([numbers]))
    assert alone == numbers
