# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Bins for others to read: NGSI-LD WasteContainer (FIWARE) and GeoJSON (RFC 7946)."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.payloads.results import Reading

CONTEXT = (
    "https://raw.githubusercontent.com/smart-data-models/dataModel.WasteManagement/master/"
    "context.jsonld",
    "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld",
)
Status = Literal["ok", "lidOpen", "dropped", "moved", "vandalized", "burning", "unknown"]
_OURS: dict[str, Status] = {
    "burning": "burning", "vandalized": "vandalized", "moved": "moved", "lid": "lidOpen",
}  # fmt: skip
_URN = re.compile(r"[^A-Za-z0-9._~-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """A bin as the outside sees it: degrees of WGS 84, level in %, litres, times aware.

    `level_pct` is None when it is unknown, and then nothing is said of it: unknown is not empty.
    """

    id: str
    longitude: float
    latitude: float
    level_pct: float | None = None
    seen_at: dt.datetime | None = None
    temperature_c: float | None = None
    status: Status = "unknown"
    emptied_at: dt.datetime | None = None
    litres: float | None = None
    full_at_pct: float | None = None
    devices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (-180 <= self.longitude <= 180 and -90 <= self.latitude <= 90):
            raise WasteError("Spandens plads er ikke en længde og en bredde i grader.")
        if self.level_pct is not None and not 0 <= self.level_pct <= 100:
            raise WasteError("Spandens niveau skal være fra 0 til 100 %.")
        numbers = (self.temperature_c, self.litres, self.full_at_pct)
        if not all(one is None or math.isfinite(one) for one in numbers):
            raise WasteError("Spandens tal skal være almindelige tal.")
        if any(one is not None and one.tzinfo is None for one in (self.seen_at, self.emptied_at)):
            raise WasteError("Spandens tidspunkter skal have en tidszone.")


def status_of(reading: Reading) -> Status:
    """FIWARE's word for what a reading warns of; "unknown" when it could not measure."""
    for alarm, status in _OURS.items():
        if alarm in reading.alarms:
            return status
    if reading.tilt:
        return "dropped"
    return "unknown" if reading.failed else "ok"


def container(one: Bin, *, key_values: bool = False) -> dict[str, Any]:
    """The bin as an NGSI-LD entity of the type WasteContainer, normalised or as key-values.

    The key-values hold against the JSON schema of smart-data-models (0.3.0).
    """
    place = {"type": "Point", "coordinates": [one.longitude, one.latitude]}
    values: dict[str, Any] = {"location": place, "status": one.status}
    if one.level_pct is not None:
        values["fillingLevel"] = round(one.level_pct / 100, 6)
    if one.temperature_c is not None:
        values["temperature"] = one.temperature_c
    if one.litres is not None:
        values["binCapacity"] = one.litres
    if one.full_at_pct is not None:
        values["binFullnessThreshold"] = one.full_at_pct
    if one.emptied_at is not None:
        values["dateLastEmptying"] = moment(one.emptied_at)
    if one.seen_at is not None:
        values["binLoggedTime"] = moment(one.seen_at)
    if one.devices:
        values["refDevice"] = [f"urn:ngsi-ld:Device:{_urn(name)}" for name in one.devices]
    if not key_values:
        seen = {"observedAt": moment(one.seen_at)} if one.seen_at is not None else {}
        values = {name: _attribute(name, value, seen) for name, value in values.items()}
    head = {"id": f"urn:ngsi-ld:WasteContainer:{_urn(one.id)}", "type": "WasteContainer"}
    return head | values | {"@context": list(CONTEXT)}


def geojson(bins: Iterable[Bin]) -> dict[str, Any]:
    """The bins as a FeatureCollection; an unknown level is null."""
    return {"type": "FeatureCollection", "features": [_feature(one) for one in bins]}


def moment(at: dt.datetime) -> str:
    """A time in UTC as NGSI-LD and GeoJSON's readers want it: 2026-06-03T11:23:26Z."""
    return at.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _attribute(name: str, value: Any, seen: dict[str, str]) -> dict[str, Any]:
    if name == "location":
        return {"type": "GeoProperty", "value": value}
    if name == "refDevice":
        return {"type": "Relationship", "object": value}
    if name in ("dateLastEmptying", "binLoggedTime"):
        return {"type": "Property", "value": {"@type": "DateTime", "@value": value}}
    measured = name in ("fillingLevel", "temperature", "status")
    return {"type": "Property", "value": value} | (seen if measured else {})


def _feature(one: Bin) -> dict[str, Any]:
    properties = {
        "id": one.id,
        "level_pct": one.level_pct,
        "seen_at": None if one.seen_at is None else moment(one.seen_at),
        "temperature_c": one.temperature_c,
        "status": one.status,
        "emptied_at": None if one.emptied_at is None else moment(one.emptied_at),
    }
    place = {"type": "Point", "coordinates": [one.longitude, one.latitude]}
    return {"type": "Feature", "id": one.id, "geometry": place, "properties": properties}


def _urn(name: str) -> str:
    """The name with what a URN cannot hold as percent signs, so that two names stay two."""
    return _URN.sub(lambda sign: "".join(f"%{byte:02X}" for byte in sign.group().encode()), name)
