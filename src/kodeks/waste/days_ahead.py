# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is known of days beforehand, for a round and for learning: the classes that
KODEKS_WASTE_KNOWN_DAYS names, at first the file of KODEKS_WASTE_DAYS.

A round goes on without a file that cannot be read or a service that fails: each day then counts as
an ordinary one, and what is wrong stands on the page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from kodeks.files.tables import TableError
from kodeks.waste import home_clock
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.forecast.slots import DAY
from kodeks.waste.engine.notices.ahead import Ahead
from kodeks.waste.known_days import EPOCH, DayFile, Together
from kodeks.waste.ports import KnownDay, KnownDays

log = structlog.get_logger(__name__)

BEFORE, AFTER = 7, 8
"""Days around now: an unknown bin's answer begins at its last known level and goes a week ahead."""
_TOWN = ""


@dataclass(frozen=True)
class DaysAhead:
    """Columns and, by bin (its code, or empty for the town) and day since 1970, numbers by column.

    problem: a Danish sentence about what could not be read.
    """

    columns: tuple[str, ...] = ()
    first: int = 0
    told: Mapping[tuple[str, int], Mapping[str, float]] = field(default_factory=dict)
    problem: str = ""


class DaysOfFile:
    """The file of KODEKS_WASTE_DAYS, without which nothing is known. Raises WasteError and
    TableError."""

    def __init__(self) -> None:
        path = settings.KODEKS_WASTE_DAYS
        self._file = DayFile.read(Path(path)) if path else DayFile((), ())

    @property
    def columns(self) -> tuple[str, ...]:
        """As in `ports.KnownDays`."""
        return self._file.columns

    def days(self, *, since: dt.date, until: dt.date) -> Iterable[KnownDay]:
        """As in `ports.KnownDays`."""
        return self._file.days(since=since, until=until)


def port() -> KnownDays | None:
    """What the classes of the setting know together, or None where that is nothing. Raises
    WasteError and TableError, and what a municipality's own class raises."""
    known = Together(tuple(_made(path) for path in settings.KODEKS_WASTE_KNOWN_DAYS))
    return known if known.columns else None


def _made(path: str) -> KnownDays:
    try:
        made: KnownDays = import_string(path)()
    except ImportError as error:
        raise WasteError(
            f"Klassen {path} findes ikke. Ret KODEKS_WASTE_KNOWN_DAYS, og start kodeks igen."
        ) from error
    return made


def around(now: dt.datetime) -> DaysAhead:
    """What is known of the days around now."""
    try:
        return _around(now)
    except (WasteError, TableError) as error:
        log.error("known_days_not_read", error=type(error).__qualname__)
        return DaysAhead(problem=f"Filen med kendte dage kan ikke bruges. {error}")
    except Exception as error:  # A municipality's own class may raise anything.
        log.exception("known_days_failed", error=type(error).__qualname__)
        return DaysAhead(
            problem="Kilden til kendte dage svarer ikke. Bed it-driften om at se i loggen."
        )


def _around(now: dt.datetime) -> DaysAhead:
    known = port()
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
