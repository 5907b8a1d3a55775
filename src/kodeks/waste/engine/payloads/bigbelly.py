# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Bigbelly CLEAN: the list of assets as JSON, or the same columns as CSV (as Wyndham publishes it).

`latestFullness` is 0 to 10. ALERT with 0 is a fault and no empty bin: the level is unknown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from kodeks.waste.engine.payloads import foreign
from kodeks.waste.engine.payloads.quantities import number
from kodeks.waste.engine.payloads.results import Unusable, Uplink

SOURCE = "bigbelly"
COLUMNS = ("timestamp", "serialnumber", "latestfullness", "reason")
STEPS = 10
_TIMES = ("latestTimestamp", "lastReported", "timestamp")


def is_one(document: Mapping[str, Any]) -> bool:
    return "assets" in document


def uplink(asset: Any, *, document: Mapping[str, Any], received: dt.datetime) -> Uplink:
    """One asset. A snapshot that does not say when it was taken is of when it was fetched.

    Raises Unusable."""
    asset = foreign.table(asset, "assets")
    told = next((asset[name] for name in _TIMES if asset.get(name)), document.get("timestamp"))
    at = received if told is None else foreign.moment(told)
    return _uplink(
        foreign.device(asset.get("serialNumber"), "serialNumber"),
        at,
        asset.get("latestFullness"),
        asset.get("reason"),
    )


def of_row(row: Mapping[str, str], *, zone: ZoneInfo) -> Uplink:
    """One row of the CSV, by column names in small letters. Raises Unusable."""
    text = row["latestfullness"].strip()
    return _uplink(
        foreign.device(row["serialnumber"], "serialNumber"),
        foreign.moment(row["timestamp"], zone=zone),
        int(text) if text.isascii() and text.isdigit() and len(text) < 4 else (text or None),
        row["reason"].strip(),
    )


def _uplink(device: str, at: dt.datetime, fullness: Any, reason: Any) -> Uplink:
    if type(reason) is not str:
        raise Unusable("shape", "Feltet reason mangler, eller det er ikke en tekst.")
    known = number(fullness)
    found: dict[str, Any] = {}
    if reason.upper() == "ALERT":
        found["alert"] = True
    if fullness is None or (found and known == 0):
        found["failed"] = True
    else:
        found["level_pct"] = fullness if known is None else known * 100 / STEPS
    return Uplink(device=device, at=at, source=SOURCE, quantities=found)
