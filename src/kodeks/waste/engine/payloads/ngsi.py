# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""NGSI-LD (and NGSI v2) entities: FIWARE's WasteContainer, and sensors as OS2iot writes them.

Normalised entities have {"type": "Property", "value": ...} for each attribute, key-values have the
value itself; both are read. Source: smart-data-models dataModel.WasteManagement 0.3.0.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from kodeks.waste.engine.payloads import foreign
from kodeks.waste.engine.payloads.quantities import number
from kodeks.waste.engine.payloads.results import Unusable, Uplink

CONTAINER = "WasteContainer"
FIWARE, OS2IOT = "fiware", "os2iot-ngsi"
_STATUS = {
    "burning": "burning", "moved": "moved", "vandalized": "vandalized", "lidOpen": "lid",
}  # fmt: skip
_TIMES = ("binLoggedTime", "timeInstant", "TimeInstant", "dateObserved", "observedAt")


def is_one(document: Mapping[str, Any]) -> bool:
    return type(document.get("id")) is str and type(document.get("type")) is str


def uplink(entity: Mapping[str, Any]) -> Uplink:
    """What one entity says was measured. Raises Unusable."""
    device = foreign.device(entity.get("id"), "id")
    kind = entity.get("type")
    plain = {name: _value(value) for name, value in entity.items() if not name.startswith("@")}
    at = _time(entity, plain)
    if kind == CONTAINER or (type(kind) is str and kind.endswith(f"/{CONTAINER}")):
        return Uplink(device=device, at=at, source=FIWARE, quantities=_container(plain))
    profile = kind if type(kind) is str else ""
    return Uplink(device=device, at=at, source=OS2IOT, decoded=plain, profile=profile)


def _container(plain: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    filled = plain.get("fillingLevel")
    if filled is not None:
        known = number(filled)
        # Rounded, as 0.57 of a bin is 57 % and not 56.99999999999999.
        found["level_pct"] = filled if known is None else round(known * 100, 6)
    if plain.get("temperature") is not None:
        found["temperature_c"] = plain["temperature"]
    status = plain.get("status")
    if type(status) is str and status in _STATUS:
        found[_STATUS[status]] = True
    if status == "dropped":
        found["tilt"] = True
    return found


def _value(attribute: Any) -> Any:
    """The value of an attribute, normalised or not, and of a typed JSON-LD value."""
    for key in ("value", "@value"):
        if type(attribute) is dict and key in attribute:
            attribute = attribute[key]
    return attribute


def _time(entity: Mapping[str, Any], plain: Mapping[str, Any]) -> dt.datetime:
    """When the level was seen: what stands on the level itself before what stands on the entity."""
    for name in ("fillingLevel", "distance", "temperature", "position", "battery"):
        attribute = entity.get(name)
        if type(attribute) is dict and "observedAt" in attribute:
            return foreign.moment(attribute["observedAt"])
        if type(attribute) is dict and type(attribute.get("metadata")) is dict:
            said = _value(attribute["metadata"].get("TimeInstant"))
            if said is not None:
                return foreign.moment(said)
    for name in _TIMES:
        if plain.get(name) is not None:
            return foreign.moment(plain[name])
    raise Unusable("no-time", "Enheden siger ikke, hvornår den målte (observedAt mangler).")
