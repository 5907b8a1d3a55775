# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Lists of places from plain files, and the list as one file of our own.

CSV (UTF-8, comma or semicolon): `name,kind,number,latitude,longitude`. `kind` is vej, sted or
bydel; `number` is a house number, or empty. A column `district` may say in which district it is,
where several have a street of the same name.

GeoJSON (RFC 7946): features with the properties `name` and `kind`, perhaps `district`, and
`number` for a house number. A Point or MultiPoint, a LineString or MultiLineString for a street, a
Polygon or MultiPolygon for a district. Degrees of WGS 84 in both.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from kodeks.geography.results import GeographyError, Named, NamedKind, Point

COLUMNS = ("name", "kind", "number", "latitude", "longitude")
KINDS: Mapping[str, NamedKind] = {"vej": "street", "sted": "place", "bydel": "district"}
LONGEST_NAME = 120
MOST_POINTS = 3_000_000
"""More points than there are addresses in Denmark."""
_WORDS = {kind: word for word, kind in KINDS.items()}


def of_csv(content: str) -> list[Named]:
    """The places of a CSV file's text, one for each name and kind. Errors: GeographyError that
    names the row."""
    head = content.lstrip("\ufeff").partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    rows = csv.DictReader(io.StringIO(content.lstrip("\ufeff"), newline=""), delimiter=delimiter)
    parts = []
    try:
        missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            raise GeographyError(
                f"Filen mangler kolonnen {missing[0]}. Den skal have: {', '.join(COLUMNS)}."
            )
        for number, row in enumerate(rows, start=2):
            parts.append(_of_row(row, f"Række {number}"))
    except csv.Error as error:
        raise GeographyError("Filen kan ikke læses som CSV. Gem den som CSV i UTF-8.") from error
    return _merged(parts)


def of_geojson(content: str) -> list[Named]:
    """The places of a GeoJSON FeatureCollection's text. Errors: GeographyError that names the
    feature by its place in the file."""
    try:
        read = json.loads(content.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise GeographyError("Filen er ikke GeoJSON. Gem den som GeoJSON i UTF-8.") from error
    features = read.get("features") if isinstance(read, dict) else None
    if not isinstance(features, list):
        raise GeographyError("Filen er ikke en FeatureCollection med »features«.")
    return _merged(
        _of_feature(feature, f"Element {number}")
        for number, feature in enumerate(features, start=1)
    )


def as_json(names: Iterable[Named]) -> str:
    """The places as GeoJSON that `of_geojson` reads back: the file that an installation keeps."""
    features: list[dict[str, Any]] = []
    for one in names:
        properties = {"name": one.name, "kind": _WORDS[one.kind]}
        if one.district:
            properties["district"] = one.district
        if one.rings:
            shape = {
                "type": "MultiPolygon",
                "coordinates": [[[_pair(at) for at in (*ring, ring[0])]] for ring in one.rings],
            }
        elif one.kind == "street" and len(one.points) > 1:
            shape = {"type": "LineString", "coordinates": [_pair(at) for at in one.points]}
        else:
            shape = {"type": "MultiPoint", "coordinates": [_pair(at) for at in one.points]}
        # A street that is known by its house numbers alone has no line: read back beside the line
        # of another file, it would be drawn from door to door across the road.
        if not one.is_numbers:
            features.append({"type": "Feature", "properties": properties, "geometry": shape})
        features += [
            {
                "type": "Feature",
                "properties": properties | {"number": number},
                "geometry": {"type": "Point", "coordinates": _pair(at)},
            }
            for number, at in one.numbers.items()
        ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def _pair(point: Point) -> list[float]:
    return [point.longitude, point.latitude]


def _of_row(row: Mapping[str, Any], where: str) -> Named:
    number = str(row.get("number") or "").strip()
    try:
        point = _point(
            float(str(row["longitude"]).replace(",", ".")),
            float(str(row["latitude"]).replace(",", ".")),
            where,
        )
    except ValueError as error:
        if isinstance(error, GeographyError):
            raise
        raise GeographyError(
            f"{where}: latitude og longitude skal være tal, f.eks. 55.5."
        ) from error
    named = _named(row.get("name"), row.get("kind"), number, (point,), (), where)
    return replace(named, district=_district(row.get("district"), where))


def _of_feature(feature: Any, where: str) -> Named:
    if not isinstance(feature, dict):
        raise GeographyError(f"{where}: det er ikke et element i GeoJSON.")
    properties, shape = feature.get("properties"), feature.get("geometry")
    if not isinstance(properties, dict) or not isinstance(shape, dict):
        raise GeographyError(f"{where}: der skal være »properties« og »geometry«.")
    kind, given = shape.get("type"), shape.get("coordinates")
    rings: tuple[tuple[Point, ...], ...] = ()
    try:
        if kind == "Point":
            points = _line([given], where)
        elif kind in ("LineString", "MultiPoint"):
            points = _line(given, where)
        elif kind == "MultiLineString":
            points = tuple(point for part in given for point in _line(part, where))
        elif kind in ("Polygon", "MultiPolygon"):
            outers = [given[0]] if kind == "Polygon" else [part[0] for part in given]
            rings = tuple(_line(outer, where)[:-1] for outer in outers)
            points = tuple(point for ring in rings for point in ring)
            if any(len(ring) < 3 for ring in rings):
                raise GeographyError(f"{where}: en flade skal have mindst tre hjørner.")
        else:
            raise GeographyError(f"{where}: formen {str(kind)[:40]} kendes ikke.")
    except (TypeError, IndexError, KeyError, ValueError, OverflowError) as error:
        if isinstance(error, GeographyError):
            raise
        raise GeographyError(f"{where}: koordinaterne har ikke den rette form.") from error
    number = properties.get("number")
    named = _named(
        properties.get("name"), properties.get("kind"),
        "" if number is None else str(number).strip(), points, rings, where,
    )  # fmt: skip
    return replace(named, district=_district(properties.get("district"), where))


def _district(given: Any, where: str) -> str:
    name = " ".join(str(given or "").split())
    if len(name) > LONGEST_NAME or "\x00" in name:
        raise GeographyError(f"{where}: bydelen skal være på højst {LONGEST_NAME} tegn.")
    return name


def _named(
    name: Any,
    kind: Any,
    number: str,
    points: tuple[Point, ...],
    rings: tuple[tuple[Point, ...], ...],
    where: str,
) -> Named:
    title = " ".join(str(name or "").split())
    if not title or len(title) > LONGEST_NAME or "\x00" in title:
        raise GeographyError(f"{where}: navnet skal være på 1 til {LONGEST_NAME} tegn.")
    if kind not in KINDS:
        raise GeographyError(f"{where}: kind skal være {', '.join(KINDS)}.")
    if not points:
        raise GeographyError(f"{where}: der er ingen koordinater.")
    if len(number) > 8:
        raise GeographyError(f"{where}: husnummeret er for langt.")
    numbers = {number.upper().replace(" ", "").lstrip("0"): points[0]} if number else {}
    return Named(name=title, kind=KINDS[str(kind)], points=points, numbers=numbers, rings=rings)


def _line(given: Any, where: str) -> tuple[Point, ...]:
    return tuple(_point(float(pair[0]), float(pair[1]), where) for pair in given)


def _point(longitude: float, latitude: float, where: str) -> Point:
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise GeographyError(
            f"{where}: koordinaterne er ikke grader (WGS 84). Er de i meter (ETRS89/UTM), "
            "så eksportér filen i WGS 84, EPSG:4326."
        )
    return Point(latitude, longitude)


def _merged(parts: Iterable[Named]) -> list[Named]:
    """One for each name, kind and district. House numbers' points count for a street's line only
    where it has no line of its own."""
    lines: dict[tuple[str, str, str], list[Named]] = {}
    count = 0
    for part in parts:
        lines.setdefault((part.name, part.kind, part.district), []).append(part)
        count += len(part.points)
        if count > MOST_POINTS:
            raise GeographyError("Filen har for mange punkter. Del den i mindre filer.")
    return [_one(of) for of in lines.values()]


def _one(parts: list[Named]) -> Named:
    first = parts[0]
    own = [point for part in parts if not part.numbers for point in part.points]
    of_numbers = [point for part in parts if part.numbers for point in part.points]
    return Named(
        name=first.name,
        kind=first.kind,
        district=first.district,
        points=tuple(dict.fromkeys(own or of_numbers)),
        numbers={number: at for part in parts for number, at in part.numbers.items()},
        rings=tuple(ring for part in parts for ring in part.rings),
    )
