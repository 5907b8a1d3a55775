# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A plain CSV of levels: bin,time,level_pct, and what else a reading may hold."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from zoneinfo import ZoneInfo

from kodeks.waste.engine.payloads import foreign
from kodeks.waste.engine.payloads.results import Uplink
from kodeks.waste.engine.payloads.rows import decimal

SOURCE = "csv"
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "spand": "bin", "beholder": "bin", "device": "bin", "tid": "time", "tidspunkt": "time",
        "niveau_pct": "level_pct", "fyldning_pct": "level_pct", "afstand_mm": "distance_mm",
        "temperatur_c": "temperature_c", "batteri_pct": "battery_pct",
    }
)  # fmt: skip
"""Danish names of the columns."""
VALUES = ("level_pct", "distance_mm", "temperature_c", "battery_pct", "battery_v")


def is_header(header: list[str]) -> bool:
    return {"bin", "time"} <= set(header) and bool({"level_pct", "distance_mm"} & set(header))


def of_row(row: Mapping[str, str], *, zone: ZoneInfo) -> Uplink:
    """One row. An empty level (and distance) is a measurement that failed. Raises Unusable."""
    found = {name: decimal(row[name]) for name in VALUES if name in row}
    quantities: dict[str, object] = {k: v for k, v in found.items() if v is not None}
    if "level_pct" not in quantities and "distance_mm" not in quantities:
        quantities["failed"] = True
    return Uplink(
        device=foreign.device(row["bin"], "bin"),
        at=foreign.moment(row["time"], zone=zone),
        source=SOURCE,
        quantities=quantities,
    )
