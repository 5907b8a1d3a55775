# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The municipality's own map: its list of places in the home folder, and what pages draw from it.

A page includes `components/map.html` with the address of its points (`of_points`) and shows the
same in a table beside it. Thousands are drawn without numbers (`of_many`). No tile server is asked:
behind the points lie the municipality's own districts and streets (`background`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from kodeks import files
from kodeks.geography import loading
from kodeks.geography.gazetteer import Gazetteer
from kodeks.geography.results import GeographyError, Named

Json = dict[str, Any]
_DIGITS = 5
"""Decimals of a degree: a metre."""


@dataclass(frozen=True, kw_only=True)
class Pin:
    """A point on a map: what it is called, where it leads, what kind it is (for its colour)."""

    latitude: float
    longitude: float
    title: str
    text: str
    address: str
    urgent: bool = False
    kind: str = ""
    """Of the page's legend, where many are drawn (`of_many`)."""


def path() -> Path:
    """Where the list of places is kept."""
    return Path(settings.KODEKS_HOME) / "geography" / "places.geojson"


def keep(names: Iterable[Named]) -> Gazetteer:
    """Make these the municipality's places; what was there before is replaced whole."""
    content = loading.as_json(names)
    files.write_atomic(path=path(), content=content.encode("utf-8"), mode=0o644)
    return gazetteer()


def gazetteer() -> Gazetteer:
    """The places as they are kept now; empty before anything has been loaded."""
    try:
        changed = path().stat().st_mtime_ns
    except FileNotFoundError:
        return Gazetteer.of(())
    return _read(path(), changed)[0]


def has_places() -> bool:
    """Whether the municipality has loaded any."""
    return bool(gazetteer().names)


def background() -> str:
    """Districts and streets as GeoJSON text, to be drawn behind the points."""
    try:
        return _read(path(), path().stat().st_mtime_ns)[1]
    except FileNotFoundError:
        return _drawn(())


def of_points(pins: Iterable[Pin]) -> Json:
    """Points as GeoJSON, in their order; `n` is a point's number in the table beside the map."""
    return _collection(
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [pin.longitude, pin.latitude]},
            "properties": {
                "n": number, "title": pin.title, "text": pin.text, "url": pin.address,
                "urgent": pin.urgent,
            },
        }
        for number, pin in enumerate(pins, start=1)
    )  # fmt: skip


def of_many(pins: Iterable[Pin]) -> Json:
    """The same for thousands of points, which the table beside the map has page by page: drawn
    small and without numbers, in the colour of their kind."""
    return _collection(
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": _pair(pin)},
            "properties": {
                "title": pin.title, "text": pin.text, "url": pin.address,
                "urgent": pin.urgent, "kind": pin.kind,
            },
        }
        for pin in pins
    )  # fmt: skip


@lru_cache(maxsize=2)
def _read(file: Path, changed: int) -> tuple[Gazetteer, str]:
    """The list as it was when the file was written; errors: GeographyError."""
    try:
        found = Gazetteer.of(loading.of_geojson(file.read_text(encoding="utf-8")))
    except UnicodeDecodeError as error:
        raise GeographyError("Listen over steder er ødelagt. Indlæs den igen.") from error
    return found, _drawn(found.names)


def _drawn(names: Iterable[Named]) -> str:
    features: list[Mapping[str, Any]] = []
    for one in names:
        properties = {"title": one.name, "kind": one.kind}
        if one.kind == "district":
            rings = [[[_pair(at) for at in (*ring, ring[0])]] for ring in one.rings]
            shape = {"type": "MultiPolygon", "coordinates": rings}
        elif one.kind == "street" and any(len(side) > 1 for side in one.sides):
            lines = [[_pair(at) for at in side] for side in one.sides if len(side) > 1]
            shape = {"type": "MultiLineString", "coordinates": lines}
        else:
            continue
        features.append({"type": "Feature", "properties": properties, "geometry": shape})
    return json.dumps(_collection(features), ensure_ascii=False)


def _pair(point: Any) -> list[float]:
    return [round(point.longitude, _DIGITS), round(point.latitude, _DIGITS)]


def _collection(features: Iterable[Mapping[str, Any]]) -> Json:
    return {"type": "FeatureCollection", "features": list(features)}
