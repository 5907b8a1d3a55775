# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the municipality's file of known days says to a round and to learning.

A round goes on without a file that cannot be read: each day then counts as an ordinary one, and
what is wrong with the file stands on the page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from django.conf import settings

from kodeks.files.tables import TableError
from kodeks.waste import home_clock
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.forecast.slots import DAY
from kodeks.waste.engine.notices.ahead import Ahead
from kodeks.waste.known_days import EPOCH, DayFile
from kodeks.waste.ports import KnownDays

log = structlog.get_logger(__name__)

BEFORE, AFTER = 7, 8
"""Days around now: an unknown bin's answer begins at its last known level and goes a week ahead."""
_TOWN = ""


@dataclass(frozen=True)
class DaysAhead:
    """Columns and, by bin (its code, or empty for the town) and day since 1970, numbers by column.

    problem: a Danish sentence about a file that could not be read.
    """

    columns: tuple[str, ...] = ()
    first: int = 0
    told: Mapping[tuple[str, int], Mapping[str, float]] = field(default_factory=dict)
    problem: str = ""


def port() -> KnownDays | None:
    """The file of the setting, or None without one. Raises WasteError and TableError."""
    path = settings.KODEKS_WASTE_DAYS
    return DayFile.read(Path(path)) if path else None


def around(now: dt.datetime) -> DaysAhead:
    """What is known of the days around now."""
    try:
        known = port()
    except (WasteError, TableError) as error:
        log.error("known_days_not_read", error=type(error).__qualname__)
        return DaysAhead(problem=f"Filen med kendte dage kan ikke bruges. {error}")
    if known is None:
        return DaysAhead()
    first = home_clock.seconds(now) // DAY - BEFORE
    since = EPOCH + dt.timedelta(days=first)
    told = {
        (one.bin, (one.day - EPOCH).days): one.values
        for one in known.days(since=since, until=since + dt.timedelta(days=BEFORE + AFTER))
    }
    return DaysAhead(tuple(known.columns), first, told)


def of_bin(ahead: DaysAhead, code: str) -> Ahead | None:
    """What holds for a bin; None where there is no file."""
    if not ahead.columns:
        return None
    days = []
    for day in range(ahead.first, ahead.first + BEFORE + AFTER + 1):
        own, town = ahead.told.get((code, day), {}), ahead.told.get((_TOWN, day), {})
        days.append(tuple(own.get(name, town.get(name)) for name in ahead.columns))
    return Ahead(ahead.columns, ahead.first, tuple(days))
