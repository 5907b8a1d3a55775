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

from kodeks.files import tables, write_atomic
from kodeks.waste import cells
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.forecast import stored
from kodeks.waste.engine.forecast.answers import DECILES
from kodeks.waste.engine.forecast.calendar import NOTHING, Calendar
from kodeks.waste.engine.forecast.forest import LEVELS
from kodeks.waste.engine.forecast.history import History, Integers
from kodeks.waste.engine.forecast.models import Answers, Model, forecast
from kodeks.waste.engine.forecast.outcomes import HORIZON, WEEK
from kodeks.waste.engine.forecast.slots import DAY
from kodeks.waste.engine.trust import UNJUDGED, Judged, Trust
from kodeks.waste.known_days import DayFile, calendar
from kodeks.waste.sensor_health import read_series

READINGS, ORIGINS = ("bin", "time", "level_pct"), ("bin", "time")
NO_VISIT = -1
AHEAD = HORIZON * DAY
"""Seconds after the last moment of which something can be asked."""
COLUMNS = (
    "bin",
    "origin",
    "p_full_24h",
    "p_full_48h",
    "p_full_72h",
    *(f"hours_to_full_q{round(100 * one)}" for one in DECILES),
    "p_full_168h",
)
HOUR_COLUMNS = tuple(f"p_full_by_{hour}h" for hour in range(1, 24 * WEEK + 1))
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
    judged: bool = True,
    hourly: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Write a row of `COLUMNS` for each origin, learned anew every `refit` days; how many.

    `hourly`: also `HOUR_COLUMNS`. `judged`: levels that the health of their sensor does not stand
    by count as unknown. Raises WasteError and TableError.
    """
    from kodeks.waste.engine.training import rolling

    history = read_readings(readings)
    asked = _Asked.of(read_origins(origins), history)
    found = rolling.forecast(
        history,
        asked.bins,
        asked.moments,
        visits=asked.visits,
        full=full,
        known=_known(days, history, asked),
        refit=refit,
        trust=_trust(readings, history) if judged else UNJUDGED,
        progress=progress,
    )
    return _write(out, asked, found, hourly=hourly)


def refit_file(
    *,
    readings: Path,
    out: Path,
    full: float,
    until: str | None = None,
    days: Path | None = None,
    levels: bool = True,
    judged: bool = True,
) -> Model:
    """Learn from the readings before `until` (as written, else all of them) and write the model.

    Raises WasteError and TableError.
    """
    from kodeks.waste.engine.training import refitting

    history = read_readings(readings)
    moment = int(history.time.max()) + 1 if until is None else _written(until)
    known = NOTHING
    if days is not None:
        first = int(history.time.min())
        known = calendar(DayFile.read(days), since=first, until=moment + AHEAD)
    before = (_trust(readings, history) if judged else UNJUDGED).before(history, moment)
    model = refitting.refit(before, until=moment, full=full, known=known, levels=levels)
    write_atomic(path=out, content=stored.artefact(model).as_bytes())
    return model


def score_file(
    *,
    model: Path,
    readings: Path,
    origins: Path,
    out: Path,
    days: Path | None = None,
    judged: bool = True,
    hourly: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Write a row of `COLUMNS` for each origin with a model of `refit_file`; how many.

    `hourly`: also `HOUR_COLUMNS`. Nothing is learned. Raises WasteError and TableError.
    """
    learned = read_model(model)
    history = read_readings(readings)
    asked = _Asked.of(read_origins(origins), history)
    known = _known(days, history, asked)
    found = Answers.empty(len(asked.origins))
    trust = _trust(readings, history) if judged else UNJUDGED
    for here, seen in trust.parts(history, asked.bins, asked.moments):
        bins, moments, visits = asked.bins[here], asked.moments[here], asked.visits[here]
        found.put(here, forecast(learned, seen, bins, moments, visits=visits, known=known))
        progress(len(here))
    return _write(out, asked, found, hourly=hourly)


def read_model(path: Path) -> Model:
    """Raises WasteError for what is no model of the forecast."""
    try:
        return stored.of_bytes(path.read_bytes())
    except OSError as error:
        raise WasteError(
            f"Modellen {path} kan ikke læses. Lav en med »kodeks waste refit«."
        ) from error


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


def told(moment: int) -> str:
    """A moment (seconds) as people write it."""
    return cells.clock(moment).replace("T", " ")


def _written(text: str) -> int:
    try:
        return cells.moment(text, "until", 0)
    except WasteError:
        raise WasteError(
            f"»{text}« er ikke et tidspunkt. Skriv --until som 2026-11-27T06:00."
        ) from None


@dataclass(frozen=True)
class _Asked:
    """The origins as arrays (n,): places of bins, moments, and visits, NO_VISIT where none is."""

    origins: list[Origin]
    bins: Integers
    moments: Integers
    visits: Integers

    @classmethod
    def of(cls, origins: list[Origin], history: History) -> _Asked:
        visits = [NO_VISIT if one.visit is None else one.visit for one in origins]
        return cls(
            origins,
            np.array([history.index(one.bin) for one in origins], dtype=np.int64),
            np.array([one.moment for one in origins], dtype=np.int64),
            np.array(visits, dtype=np.int64),
        )


def _trust(readings: Path, history: History) -> Trust:
    """By health, where there are sensors: emptyings alone have none to judge."""
    return UNJUDGED if history.emptied.all() else Judged(read_series(readings))


def _known(days: Path | None, history: History, asked: _Asked) -> Calendar:
    if days is None:
        return NOTHING
    first = int(history.time.min())
    last = int(asked.moments.max()) if len(asked.moments) else first
    return calendar(DayFile.read(days), since=first, until=last + AHEAD)


def _write(out: Path, asked: _Asked, found: Answers, *, hourly: bool) -> int:
    with_visits = any(one.visit is not None for one in asked.origins)
    header = COLUMNS + (VISIT_COLUMNS if with_visits else ()) + (HOUR_COLUMNS if hourly else ())
    rows = _rows(asked.origins, found, with_visits=with_visits, hourly=hourly)
    tables.write_rows(out, header, rows)
    return len(asked.origins)


def _rows(
    asked: Sequence[Origin], found: Answers, *, with_visits: bool, hourly: bool
) -> Iterator[list[str]]:
    by_hour = found.hourly if hourly else None
    for place, one in enumerate(asked):
        chances = [f"{value:.5f}" for value in found.chances[place]]
        hours = [f"{value:.0f}" for value in found.hours[place]]
        met = [f"{value:.1f}" for value in found.levels[place]] if with_visits else []
        if with_visits and one.visit is None:
            met = [""] * len(met)
        each = [] if by_hour is None else [f"{value:.5f}" for value in by_hour[place]]
        yield [one.bin, one.written, *chances[:3], *hours, chances[-1], *met, *each]
