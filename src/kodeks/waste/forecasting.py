# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Forecasts from files: readings and moments in, chances and hours out.

Nothing of it is about people, and nothing is decided or proposed here: it is what a planner or a
researcher tries on readings of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kodeks.files import tables
from kodeks.waste import cells
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.forecast.answers import DECILES, WEEK, Forecast
from kodeks.waste.engine.forecast.history import Floats, History, Integers
from kodeks.waste.engine.forecast.slots import DAY
from kodeks.waste.engine.forecast.steps import Days, no_days
from kodeks.waste.engine.forecast.visits import LEVELS

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
        bins.append(cells.name(row["bin"], number))
        times.append(cells.moment(row["time"], "time", number))
        levels.append(cells.level(row["level_pct"], number))
        gone.append(cells.said(row.get("emptied", ""), number))
    if not bins:
        raise WasteError("Der er ingen målinger i filen. Giv en fil med rækker.")
    return History.of(bins=bins, time=times, level=levels, emptied=gone)


def read_origins(path: Path) -> list[Origin]:
    """The moments of a CSV with bin and time, perhaps visit."""
    found = []
    for number, row in tables.read_rows(path, required=ORIGINS):
        moment = cells.moment(row["time"], "time", number)
        written = row.get("visit", "").strip()
        visit = cells.moment(written, "visit", number) if written else None
        if visit is not None and visit < moment:
            raise WasteError(f"I række {number} er besøget før det tidspunkt, der spørges fra.")
        found.append(Origin(cells.name(row["bin"], number), row["time"].strip(), moment, visit))
    return found


def read_days(path: Path) -> Days:
    """What is known of days beforehand: a CSV with date and columns of numbers.

    A day that is not in it has the mean of each column. Columns become 0 to 1.
    """
    named: list[str] = []
    values: dict[int, list[float]] = {}
    for number, row in tables.read_rows(path, required=EVENTS):
        named = [name for name in row if name != "date"]
        day = cells.moment(row["date"], "date", number) // DAY
        values[day] = [cells.number(row[name], name, number) for name in named]
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
