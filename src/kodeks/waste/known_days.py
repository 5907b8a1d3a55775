# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is known of days beforehand, from a port or a file, as the engine's calendar."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from kodeks.files import tables
from kodeks.waste import cells
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.forecast.calendar import Calendar
from kodeks.waste.ports import KnownDay, KnownDays

REQUIRED = ("date",)
_NO_NUMBERS = ("date", "bin")
EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class DayFile:
    """The days of a CSV with date, perhaps bin, and columns of numbers; a cell may be empty."""

    columns: tuple[str, ...]
    told: tuple[KnownDay, ...]

    @classmethod
    def read(cls, path: Path) -> DayFile:
        """Raises WasteError and TableError."""
        columns: tuple[str, ...] = ()
        told = []
        for number, row in tables.read_rows(path, required=REQUIRED):
            columns = tuple(name for name in row if name not in _NO_NUMBERS)
            day = EPOCH + dt.timedelta(days=cells.moment(row["date"], "date", number) // 86_400)
            values = {
                name: cells.number(row[name], name, number) for name in columns if row[name].strip()
            }
            told.append(KnownDay(day=day, bin=row.get("bin", "").strip(), values=values))
        if not any(one.values for one in told):
            raise WasteError(
                "Der er ingen dage med tal i filen. Giv kolonnen date og mindst en til."
            )
        return cls(columns, tuple(told))

    def days(self, *, since: dt.date, until: dt.date) -> Iterable[KnownDay]:
        """As in `ports.KnownDays`."""
        return (one for one in self.told if since <= one.day <= until)


@dataclass(frozen=True)
class Together:
    """What several ports know; where two tell the same of a day and bin, the later one's counts."""

    ports: tuple[KnownDays, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """As in `ports.KnownDays`."""
        return tuple(dict.fromkeys(name for one in self.ports for name in one.columns))

    def days(self, *, since: dt.date, until: dt.date) -> Iterable[KnownDay]:
        """As in `ports.KnownDays`."""
        found: dict[tuple[dt.date, str], dict[str, float]] = {}
        for port in self.ports:
            own = {(one.day, one.bin): one.values for one in port.days(since=since, until=until)}
            for key, values in own.items():
                found.setdefault(key, {}).update(values)
        return [KnownDay(day=day, bin=bin, values=values) for (day, bin), values in found.items()]


def calendar(
    known: KnownDays, *, since: int, until: int, names: Mapping[str, str] | None = None
) -> Calendar:
    """What the port knows of the days from `since` to `until` (seconds on the clock at home).

    names: what bins are called in the history by what the port calls them, where that differs;
    rows of others are left out.
    """
    found = list(known.days(since=_day(since), until=_day(until)))
    if names is not None:
        called = {"": ""} | dict(names)
        found = [replace(one, bin=called[one.bin]) for one in found if one.bin in called]
    columns = known.columns
    value = [[one.values.get(name, math.nan) for name in columns] for one in found]
    return Calendar(
        columns=columns,
        bin=tuple(one.bin for one in found),
        day=np.array([(one.day - EPOCH).days for one in found], dtype=np.int64),
        value=np.array(value, dtype=np.float64).reshape(len(found), len(columns)),
    )


def _day(moment: int) -> dt.date:
    return EPOCH + dt.timedelta(days=moment // 86_400)
