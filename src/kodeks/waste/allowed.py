# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who may send: the devices and sources that are let in, as a process remembers them.

It is read again when something was set (placements and sources are only added to or revoked), and
at least every ten minutes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import structlog
from django.apps import apps
from django.conf import settings
from django.db import connection

from kodeks.files import tables
from kodeks.waste import neighbours
from kodeks.waste.engine.payloads.library import Library, library, shipped
from kodeks.waste.engine.payloads.loading import TableError, of_toml
from kodeks.waste.engine.payloads.specification import Sensor
from kodeks.waste.engine.payloads.taking import Ground
from kodeks.waste.models import Source

if TYPE_CHECKING:
    from kodeks.waste.apps import WasteConfig

log = structlog.get_logger(__name__)

READ_AGAIN = dt.timedelta(minutes=10)
_VERSION = """
    SELECT (SELECT coalesce(max(id), 0) FROM waste_placement),
        (SELECT coalesce(max(id), 0) FROM waste_source),
        (SELECT count(*) FROM waste_source WHERE revoked_at IS NULL)
"""
_DEVICES = """
    SELECT d.id, d.name, d.sensor, p.bin_id, p.since, p.source, b.latitude, b.longitude
    FROM waste_device AS d
    JOIN LATERAL (
        SELECT bin_id, since, source FROM waste_placement
        WHERE device_id = d.id ORDER BY since DESC, id DESC LIMIT 1
    ) AS p ON true
    LEFT JOIN waste_bin AS b ON b.id = p.bin_id
"""


@dataclass(frozen=True, slots=True)
class Allowed:
    """A device as it is placed now; `bin` is None while it is out of service."""

    id: int
    bin: int | None
    source: str
    cell: neighbours.Cell | None


@dataclass(frozen=True)
class Known:
    """Who may send, as of `read_at`. `sources` says of each whether it signs."""

    version: tuple[int, ...]
    read_at: dt.datetime
    ground: Ground
    devices: Mapping[str, Allowed]
    sources: Mapping[str, bool]
    typical: Mapping[neighbours.Cell, float]
    """The neighbours' temperature in each cell (°C)."""


def known(now: dt.datetime) -> Known:
    """Who may send now. Raises TableError when a sensor's table of the municipality is wrong."""
    config = _config()
    with connection.cursor() as cursor:
        cursor.execute(_VERSION)
        version = tuple(cursor.fetchone())
    held = config.known
    if held is None or held.version != version or not _is_fresh(held, now):
        held = config.known = _read(version, now)
    return held


def sensors() -> Library:
    """The shipped tables and those in KODEKS_WASTE_SENSORS, read again when a file has changed.

    A file that is wrong stops nobody who sends while there are tables that were right before it.
    Raises TableError otherwise, which names the file.
    """
    config = _config()
    folder = settings.KODEKS_WASTE_SENSORS
    try:
        if folder and not Path(folder).is_dir():
            raise TableError(f"Mappen {folder} i KODEKS_WASTE_SENSORS findes ikke. Ret stien.")
        files = sorted(Path(folder).glob("*.toml")) if folder else []
        stamp = tuple((file, file.stat().st_mtime_ns, file.stat().st_size) for file in files)
        if config.library is None or config.library[0] != stamp:
            own = [_own(file) for file in files]
            config.library = (stamp, library((*shipped(), *own)))
    except (TableError, OSError) as error:
        if config.library is None:
            raise TableError(str(error)) from error
        log.error("sensor_table_wrong", problem=str(error))
    return config.library[1]


def _own(file: Path) -> Sensor:
    try:
        return of_toml(tables.decoded(tables.read(file)))
    except (TableError, tables.TableError) as error:
        raise TableError(f"Tabellen {file.name} i KODEKS_WASTE_SENSORS: {error}") from error


def _is_fresh(held: Known, now: dt.datetime) -> bool:
    return held.read_at <= now <= held.read_at + READ_AGAIN


def _read(version: tuple[int, ...], now: dt.datetime) -> Known:
    with connection.cursor() as cursor:
        cursor.execute(_DEVICES)
        rows = cursor.fetchall()
    devices, kinds = {}, {}
    for number, name, sensor, in_bin, _, source, latitude, longitude in rows:
        devices[name] = Allowed(number, in_bin, source, neighbours.cell_of(latitude, longitude))
        if sensor:
            kinds[name] = sensor
    return Known(
        version=version,
        read_at=now,
        ground=Ground(library=sensors(), devices=kinds),
        devices=devices,
        sources=dict(Source.objects.filter(revoked_at=None).values_list("name", "signs")),
        typical=neighbours.typical(
            {one.id: one.cell for one in devices.values() if one.cell is not None}, now=now
        ),
    )


def _config() -> WasteConfig:
    return cast("WasteConfig", apps.get_app_config("waste"))
