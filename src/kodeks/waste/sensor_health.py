# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Emptyings and faults from a file of readings: what a planner or a researcher tries on their own.

Nothing of it is about people, and nothing is decided or proposed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kodeks.files import tables
from kodeks.waste import cells
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.health.judging import Health, judge
from kodeks.waste.engine.health.readings import Series

READINGS = ("bin", "time", "level_pct")
NUMBERS = ("temperature_c", "tilt", "battery_pct")
WHOLE = ("session", "counter")
COLUMNS = ("bin", "from", "to", "kind", "trust", "reason")
SENSOR, EMPTYING = "sensor", "emptying"


@dataclass(frozen=True)
class Told:
    """How many bins, emptyings and faults there were."""

    bins: int
    emptyings: int
    faults: int


def health_file(
    *, readings: Path, out: Path, progress: Callable[[int], None] = lambda _: None
) -> Told:
    """Write rows of `COLUMNS`: for each bin one of kind `sensor`, and its emptyings and faults.

    Raises WasteError and TableError.
    """
    rows: list[tuple[str, ...]] = []
    bins = emptyings = faults = 0
    for bin, series in read_series(readings).items():
        health = judge(series)
        rows += _rows(bin, series, health)
        bins += 1
        emptyings += len(health.emptyings)
        faults += len(health.faults)
        if bins % 100 == 0:
            progress(bins)
    tables.write_rows(out, COLUMNS, rows)
    return Told(bins, emptyings, faults)


def read_series(path: Path) -> dict[str, Series]:
    """The series of each bin of a CSV with bin, time and level_pct, perhaps temperature_c, tilt,
    battery_pct, session and counter, in whatever order the rows come."""
    times: dict[str, list[int]] = {}
    values: dict[str, list[list[float]]] = {}
    sessions: dict[str, int] = {}
    there: list[str] = []
    for row, cell in tables.read_rows(path, required=READINGS):
        there = there or [one for one in (*NUMBERS, *WHOLE) if one in cell]
        bin = cells.name(cell["bin"], row)
        times.setdefault(bin, []).append(cells.moment(cell["time"], "time", row))
        found = [cells.level(cell["level_pct"], row)]
        for one in there:
            text = cell[one].strip()
            if one == "session":
                # Its name means nothing; that it changes does. Without one the counter tells it.
                found.append(sessions.setdefault(text, len(sessions)) if text else np.nan)
            else:
                found.append(cells.number(text, one, row) if text else np.nan)
        values.setdefault(bin, []).append(found)
    if not times:
        raise WasteError("Der er ingen målinger i filen. Giv en fil med rækker.")
    return {
        bin: _series(np.array(times[bin], dtype=np.int64), np.array(values[bin]), there)
        for bin in sorted(times)
    }


def _series(time: np.ndarray, values: np.ndarray, there: list[str]) -> Series:
    order = np.argsort(time, kind="stable")
    time, values = time[order], values[order].astype(np.float64)
    columns = dict(zip(there, values.T[1:], strict=True))
    # A column that this bin's sensor leaves empty says nothing of it.
    told = {name: column for name, column in columns.items() if np.isfinite(column).any()}
    whole = {
        name: told[name].astype(np.int64)
        for name in WHOLE
        if name in told and np.isfinite(told[name]).all() and (np.abs(told[name]) < 2**53).all()
    }
    return Series(
        time=time,
        level=values[:, 0],
        temperature=told.get("temperature_c"),
        tilt=told.get("tilt"),
        battery=told.get("battery_pct"),
        session=whole.get("session"),
        counter=whole.get("counter"),
    )


def _rows(bin: str, series: Series, health: Health) -> Iterator[tuple[str, ...]]:
    first, last = cells.clock(int(series.time[0])), cells.clock(int(series.time[-1]))
    yield bin, first, last, SENSOR, f"{health.trust:.2f}", health.reason
    found = [
        (
            one.last_full,
            cells.clock(one.first_empty),
            EMPTYING,
            "",
            f"Tømt fra {one.before:.0f} til {one.after:.0f} %.",
        )
        for one in health.emptyings
    ]
    found += [
        (one.begin, "" if one.end is None else cells.clock(one.end), one.kind, "0.00", one.reason)
        for one in health.faults
    ]
    for begin, *rest in sorted(found):
        yield bin, cells.clock(begin), *rest
