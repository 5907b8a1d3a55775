# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Enevo ONe: the sheet of emptyings, as xlsx with its long headings or as CSV with short ones.

Each row is an emptying and the level before it. The sheet itself says that "100 percent is actually
a bin that's 80 percent full": the percent is a calibration, so 100 is only known to be at least the
top of that scale. The zone of its times stands in the heading ("Europe/London").
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kodeks.waste.engine.payloads import foreign
from kodeks.waste.engine.payloads.results import Uplink
from kodeks.waste.engine.payloads.rows import decimal

SOURCE = "enevo"
TOP = 100.0
HEADER_WITHIN = 10
"""The sheet has a title or two above its headings."""
_STARTS = {
    "emptied_at": "emptied_at",
    "date_time_of_bin_collection": "emptied_at",
    "fill_before_pct": "fill_before_pct",
    "fill_level_before_collection": "fill_before_pct",
}
_ZONE = re.compile(r"\(([A-Za-z_]{1,30}/[A-Za-z_]{1,30})\)")
_EXCEL = {False: dt.datetime(1899, 12, 30), True: dt.datetime(1904, 1, 1)}


def header_of(cells: Sequence[str]) -> tuple[list[str], ZoneInfo | None] | None:
    """The columns by our names and the zone that a heading states; None if it is no such header."""
    names, zone = [], None
    for cell in cells:
        plain = re.sub(r"[^a-z0-9]+", "_", cell.replace("&", "").lower()).strip("_")
        found = next((ours for start, ours in _STARTS.items() if plain.startswith(start)), plain)
        if found == "emptied_at" and (told := _ZONE.search(cell)):
            zone = _zone(told.group(1))
        names.append(found)
    return (names, zone) if {"site", "emptied_at", "fill_before_pct"} <= set(names) else None


def of_row(row: Mapping[str, str], *, zone: ZoneInfo, from_1904: bool = False) -> Uplink:
    """One emptying; a time that is a number is days as spreadsheets count them. Raises Unusable."""
    level = decimal(row["fill_before_pct"])
    found: dict[str, object] = {"before_emptying": True}
    if level is None:
        found["failed"] = True
    else:
        found |= {"level_pct": level, "at_least": level == TOP}
    return Uplink(
        device=foreign.device(row["site"], "site"),
        at=foreign.moment(_iso(row["emptied_at"], from_1904), zone=zone),
        source=SOURCE,
        quantities=found,
    )


def _iso(text: str, from_1904: bool) -> str:
    days = decimal(text)
    if type(days) is not float or not 1 <= days < 100_000:
        return text
    # Spreadsheets keep days as floats; their seconds are right once rounded.
    at = _EXCEL[from_1904] + dt.timedelta(seconds=round(days * 86_400))
    return at.isoformat(sep=" ")


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
