# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Forecasts from files: readings and moments in, chances and hours out.

Nothing of it is about people, and nothing is decided or proposed here: it is what a planner or a
researcher tries on readings of their own.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from kodeks.files import tables
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.forecast.answers import DECILES, WEEK, Forecast
from kodeks.waste.engine.forecast.history import Floats, History, Integers
from kodeks.waste.engine.forecast.slots import DAY
from kodeks.waste.engine.forecast.steps import Days, no_days
from kodeks.waste.engine.forecast.visits import LEVELS
from kodeks.waste.engine.payloads.rows import decimal

READINGS, ORIGINS, EVENTS = ("bin", "time", "level_pct"), ("bin", "time"), ("date",)
COLUMNS = (
    "bin",
    "origin",
    "p_full_24h",
    "p_full_48h",
    "p_full_72h",
    *(f"hours_to_full_q{round(100 * one)}" for one in DECILES),
    "p_full_168h",
)
VISIT_COLUMNS = tuple(f"level_q{round(100 * one):02}" for one in LEVELS)
YEARS = range(2000, 2100)
HOME = ZoneInfo("Europe/Copenhagen")
_YES, _NO = ("1", "true", "ja"), ("", "0", "false", "nej")
_EPOCH = dt.datetime(1970, 1, 1)


@dataclass(frozen=True)
class Origin:
    """A moment to answer from, as it was written, and perhaps of a planned visit."""

    bin: str
    written: str
    moment: int
    visit: int | None = None


def forecast_file(
    *,
    readings: Path,
    origins: Path,
    out: Path,
    full: float,
    refit: int,
    days: Path | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Write a row of `COLUMNS` for each origin; how many.

    Raises WasteError and TableError.
    """
    from kodeks.waste.engine.training import rolling

    history = read_readings(readings)
    asked = read_origins(origins)
    known = no_days if days is None else read_days(days)
    bins = np.array([history.index(one.bin) for one in asked], dtype=np.int64)
    moments = np.array([one.moment for one in asked], dtype=np.int64)
    visits = np.array(
        [one.moment if one.visit is None else one.visit for one in asked], dtype=np.int64
    )
    planned = np.array([one.visit is not None for one in asked], dtype=bool)
    levels = np.full((len(asked), len(LEVELS)), np.nan)
    if history.emptied.all():
        found, levels = rolling.forecast_rounds(
            history, bins, moments, visits, full=full, refit=refit, progress=progress
        )
    else:
        if (visits - moments > WEEK * DAY).any():
            raise WasteError(
                "Et besøg må højst ligge syv døgn efter det tidspunkt, der spørges fra. Ret visit."
            )
        found = rolling.forecast(
            history, bins, moments, full=full, days=known, refit=refit, progress=progress
        )
        if planned.any():
            levels[planned] = rolling.forecast_levels(
                history, bins[planned], moments[planned], visits[planned], days=known, refit=refit
            )
    header = COLUMNS + VISIT_COLUMNS if planned.any() else COLUMNS
    tables.write_rows(out, header, _rows(asked, found, levels, with_visits=bool(planned.any())))
    return len(asked)


def read_readings(path: Path) -> History:
    """The readings of a CSV with bin, time and level_pct, perhaps emptied.

    An empty level is one that nobody knows. `emptied` says that the bin was emptied right after.
    """
    bins, times, levels, gone = [], [], [], []
    for number, row in tables.read_rows(path, required=READINGS):
        bins.append(_name(row["bin"], number))
        times.append(_moment(row["time"], "time", number))
        levels.append(_level(row["level_pct"], number))
        gone.append(_said(row.get("emptied", ""), number))
    if not bins:
        raise WasteError("Der er ingen målinger i filen. Giv en fil med rækker.")
    return History.of(bins=bins, time=times, level=levels, emptied=gone)


def read_origins(path: Path) -> list[Origin]:
    """The moments of a CSV with bin and time, perhaps visit."""
    found = []
    for number, row in tables.read_rows(path, required=ORIGINS):
        moment = _moment(row["time"], "time", number)
        written = row.get("visit", "").strip()
        visit = _moment(written, "visit", number) if written else None
        if visit is not None and visit < moment:
            raise WasteError(f"I række {number} er besøget før det tidspunkt, der spørges fra.")
        found.append(Origin(_name(row["bin"], number), row["time"].strip(), moment, visit))
    return found


def read_days(path: Path) -> Days:
    """What is known of days beforehand: a CSV with date and columns of numbers.

    A day that is not in it has the mean of each column. Columns become 0 to 1.
    """
    named: list[str] = []
    values: dict[int, list[float]] = {}
    for number, row in tables.read_rows(path, required=EVENTS):
        named = [name for name in row if name != "date"]
        day = _moment(row["date"], "date", number) // DAY
        values[day] = [_number(row[name], name, number) for name in named]
    table = np.array(list(values.values()), dtype=np.float64).reshape(len(values), len(named))
    if not table.size:
        raise WasteError("Der er ingen dage med tal i filen. Giv kolonnen date og mindst en til.")
    low, high = table.min(axis=0), table.max(axis=0)
    share = (table - low) / np.where(high > low, high - low, 1.0)
    of, mean = dict(zip(values, share, strict=True)), share.mean(axis=0)

    def known(days: Integers) -> Floats:
        unique, place = np.unique(days, return_inverse=True)
        return np.array([of.get(day, mean) for day in unique.tolist()])[place]

    return known


def _rows(
    asked: Sequence[Origin], found: Forecast, levels: Floats, *, with_visits: bool
) -> Iterator[list[str]]:
    for place, one in enumerate(asked):
        chances = [f"{value:.5f}" for value in found.chances[place]]
        hours = [f"{value:.0f}" for value in found.hours[place]]
        met = [f"{value:.1f}" for value in levels[place]] if with_visits else []
        if with_visits and one.visit is None:
            met = [""] * len(met)
        yield [one.bin, one.written, *chances[:3], *hours, chances[-1], *met]


def _name(text: str, number: int) -> str:
    if not text.strip():
        raise WasteError(f"I række {number} mangler skraldespandens navn (bin). Skriv det.")
    return text.strip()


def _moment(text: str, column: str, number: int) -> int:
    """Seconds since 1970 on the clock at home, which is what people's weekdays go by."""
    try:
        moment = dt.datetime.fromisoformat(text.strip())
        if moment.tzinfo is not None:
            moment = moment.astimezone(HOME).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise WasteError(
            f"I række {number} er {column} ikke et tidspunkt. Skriv det som 2026-11-27T06:00."
        ) from None
    if moment.year not in YEARS:
        # One slip of a key (1026) would else be a thousand years of days to look at.
        raise WasteError(f"I række {number} er {column} ikke mellem år 2000 og 2099. Ret det.")
    return int((moment - _EPOCH).total_seconds())


def _level(text: str, number: int) -> float:
    level = _number(text, "level_pct", number) if text.strip() else math.nan
    if level < 0 or level > 100:
        raise WasteError(
            f"I række {number} er level_pct ikke fra 0 til 100. Ret det, eller lad det stå tomt."
        )
    return level


def _number(text: str, column: str, number: int) -> float:
    value = decimal(text)
    if not isinstance(value, float):
        raise WasteError(f"I række {number} er {column} ikke et tal. Ret det.")
    return value


def _said(text: str, number: int) -> bool:
    said = text.strip().lower()
    if said not in (*_YES, *_NO):
        raise WasteError(f"I række {number} er emptied hverken 1 eller 0. Ret det.")
    return said in _YES
