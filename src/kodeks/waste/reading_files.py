# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What sensors and platforms sent, as files, made into readings that forecasts are made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kodeks.files import tables
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.payloads.keys import Key, key_of
from kodeks.waste.engine.payloads.library import Library, library, shipped
from kodeks.waste.engine.payloads.loading import of_toml
from kodeks.waste.engine.payloads.results import Reading, Refused, Taken, Unusable, shown
from kodeks.waste.engine.payloads.rows import decimal
from kodeks.waste.engine.payloads.taking import Ground, take

COLUMNS = (
    *("bin", "time", "level_pct", "emptied"),
    *("temperature_c", "tilt", "battery_pct", "session", "counter"),
)
"""The later five are empty where the message has them not; `kodeks waste health` judges by them."""
REFUSED_COLUMNS = ("file", "code", "reason", "device", "time", "what", "value")
DEVICES = ("device", "bin", "sensor", "empty_mm", "full_mm")
_NO_PLACE = "Enheden måler afstand. Skriv empty_mm og full_mm for den i filen med enheder."


@dataclass(frozen=True)
class Device:
    """A sensor where it hangs: distance to the bottom of the empty bin and to the full level."""

    bin: str
    sensor: str = ""
    empty_mm: float | None = None
    full_mm: float | None = None

    def level(self, reading: Reading) -> float | None:
        """Percent, None where nobody knows. Raises Unusable when the distances are not told."""
        if reading.failed:
            return None
        if reading.level_pct is not None:
            return reading.level_pct
        if self.empty_mm is None or self.full_mm is None:
            raise Unusable("uncalibrated", _NO_PLACE)
        share = (self.empty_mm - (reading.distance_mm or 0.0)) / (self.empty_mm - self.full_mm)
        return min(max(100.0 * share, 0.0), 100.0)


@dataclass
class Count:
    """What became of the messages."""

    readings: int = 0
    doubled: int = 0
    without: int = 0
    refused: int = 0


def read_files(
    *,
    messages: Sequence[Path],
    out: Path,
    refused: Path | None = None,
    devices: Path | None = None,
    sensors: Sequence[Path] = (),
) -> Count:
    """Write a row of `COLUMNS` for each measurement, and one of `REFUSED_COLUMNS` for what was not
    taken. A reading that comes twice is written once. Times without a zone are Danish.

    Raises WasteError and TableError.
    """
    known = {} if devices is None else read_devices(devices)
    ground = Ground(
        library=_library(sensors),
        devices={name: one.sensor for name, one in known.items() if one.sensor},
    )
    count = Count()
    rows: dict[Key, tuple[str, ...]] = {}
    problems: list[list[str]] = []
    for path in messages:
        try:
            for taken in _taken(tables.read(path), ground):
                for reading in taken.readings:
                    _add(reading, known, rows, problems, count, path)
                problems += [_told(path, one) for one in taken.refused]
        except Unusable as error:
            raise WasteError(f"{path.name}: {error} Intet er skrevet.") from error
    count.refused, count.readings = len(problems), len(rows)
    tables.write_rows(out, COLUMNS, (rows[key] for key in sorted(rows, key=lambda key: rows[key])))
    if refused is not None:
        tables.write_rows(refused, REFUSED_COLUMNS, problems)
    return count


def read_devices(path: Path) -> Mapping[str, Device]:
    """The devices of a CSV with device and bin, perhaps sensor, empty_mm and full_mm."""
    found: dict[str, Device] = {}
    for number, row in tables.read_rows(path, required=DEVICES[:2]):
        name = row["device"].strip().lower()
        if not name or name in found:
            raise WasteError(f"I række {number} mangler device, eller den har været der før.")
        empty, full = (_millimetres(row.get(one, ""), one, number) for one in DEVICES[3:])
        if (empty is None) != (full is None) or (empty or 1.0) <= (full or 0.0):
            raise WasteError(
                f"I række {number} skal empty_mm være større end full_mm, og begge skal stå der."
            )
        sensor = row.get("sensor", "").strip()
        found[name] = Device(row["bin"].strip() or name, sensor, empty, full)
    return found


def _add(
    reading: Reading,
    known: Mapping[str, Device],
    rows: dict[Key, tuple[str, ...]],
    problems: list[list[str]],
    count: Count,
    path: Path,
) -> None:
    if not reading.failed and reading.level_pct is None and reading.distance_mm is None:
        count.without += 1
        return
    key = key_of(reading)
    if key in rows:
        count.doubled += 1
        return
    device = known.get(reading.device.lower(), Device(reading.device))
    try:
        level = device.level(reading)
    except Unusable as error:
        problems.append(_told(path, _refused(reading, error)))
        return
    rows[key] = (
        device.bin,
        reading.at.isoformat(),
        "" if level is None else f"{level:.1f}",
        "1" if reading.before_emptying else "0",
        _number(reading.temperature_c),
        "" if reading.tilt is None else str(int(reading.tilt)),
        _number(reading.battery_pct),
        # A session says nothing without its counter.
        "" if reading.counter is None else reading.session,
        "" if reading.counter is None else str(reading.counter),
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _taken(content: bytes, ground: Ground) -> Iterator[Taken]:
    """Of the file as one message, or of each of its lines when these are messages of their own."""
    received = dt.datetime.now(dt.UTC)
    lines = [line for line in content.splitlines() if line.strip()]
    if len(lines) > 1 and all(line.strip()[:1] + line.strip()[-1:] == b"{}" for line in lines):
        for number, line in enumerate(lines, start=1):
            try:
                yield take(content=line, ground=ground, received=received)
            except Unusable as error:
                told = Refused(
                    code=error.code,
                    reason=f"Linje {number}: {error}",
                    source="",
                    value=shown(line),
                )
                yield Taken(refused=(told,))
        return
    yield take(content=content, ground=ground, received=received)


def _library(sensors: Sequence[Path]) -> Library:
    own = [of_toml(tables.decoded(tables.read(path))) for path in sensors]
    return library((*shipped(), *own))


def _refused(reading: Reading, error: Unusable) -> Refused:
    return Refused(
        code=error.code,
        reason=str(error),
        source=reading.source,
        device=reading.device,
        at=reading.at,
        what="distance_mm",
        value=shown(reading.distance_mm),
    )


def _told(path: Path, one: Refused) -> list[str]:
    at = "" if one.at is None else one.at.isoformat()
    return [path.name, one.code, one.reason, one.device, at, one.what, one.value]


def _millimetres(text: str, column: str, number: int) -> float | None:
    value = decimal(text)
    if value is None:
        return None
    if not isinstance(value, float) or not 0 <= value < 100_000:
        raise WasteError(f"I række {number} er {column} ikke en afstand i millimeter. Ret det.")
    return value
