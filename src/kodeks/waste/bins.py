# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Bins and where their sensors sit: the list of those that may send."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from kodeks.files import tables
from kodeks.waste import allowed
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.payloads import foreign
from kodeks.waste.engine.payloads.results import Unusable
from kodeks.waste.engine.payloads.rows import decimal
from kodeks.waste.models import Bin, Device, DueDay, Placement, Source
from kodeks.waste.sources import BROKER

LONGEST = {"bin": 120, "place": 200, "district": 80}
COLUMNS = ("bin", "place", "district", "latitude", "longitude", "litres")
PLACED = ("device", "bin", "sensor", "empty_mm", "full_mm", "source", "since")
_FAR_MM = 100_000.0
_OLDEST_DAYS = 400
"""Readings of days before are in the archive in any case, where levels stay as they were."""


@dataclass(frozen=True)
class Read:
    """How many rows of a file were new or changed, and how many stood so already."""

    changed: int
    same: int


def put(
    *,
    code: str,
    set_by: str,
    place: str = "",
    district: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    litres: int | None = None,
) -> tuple[Bin, bool]:
    """The bin as it is from now on, and whether that is a change. Degrees are WGS 84.

    Raises WasteError.
    """
    code = code.strip()
    for name, text in (("bin", code), ("place", place), ("district", district)):
        if len(text) > LONGEST[name] or not text.isprintable() or (name == "bin" and not text):
            raise WasteError(f"{name} mangler eller er på over {LONGEST[name]} tegn. Ret det.")
    if (latitude is None) != (longitude is None):
        raise WasteError("Skriv både latitude og longitude, eller ingen af dem.")
    if latitude is not None and not (abs(latitude) <= 90 and abs(longitude or 0) <= 180):
        raise WasteError("latitude skal være -90 til 90, og longitude -180 til 180.")
    if litres is not None and not 0 < litres <= 100_000:
        raise WasteError("litres skal være et helt tal fra 1 til 100000.")
    wanted = {
        "place": place,
        "district": district,
        "latitude": latitude,
        "longitude": longitude,
        "litres": litres,
    }
    found = Bin.objects.filter(code=code, **wanted).first()
    if found is not None:
        return found, False
    about = wanted | {"set_by": set_by, "set_at": timezone.now()}
    return Bin.objects.update_or_create(code=code, defaults=about)[0], True


@transaction.atomic
def place(
    *,
    device: str,
    bin_code: str | None,
    set_by: str,
    sensor: str = "",
    empty_mm: float | None = None,
    full_mm: float | None = None,
    source: str = "",
    since: dt.datetime | None = None,
) -> tuple[Placement, bool]:
    """Let the device send, from `since` on (now), and say where it sits; whether that is a change.

    Without a bin it is out of service. A bin that is not known is made. Raises WasteError.
    """
    name = _device_name(device)
    if sensor and sensor not in allowed.sensors().by_id:
        raise WasteError(f"Sensoren {sensor[:80]} kendes ikke. Skriv id'et fra dens tabel.")
    _require_distances(empty_mm, full_mm)
    if source and source != BROKER and not _is_source(source):
        raise WasteError(f"Kilden {source[:60]} findes ikke. Lav den med `kodeks waste source`.")
    now = timezone.now()
    about = {"sensor": sensor, "added_by": set_by, "added_at": now}
    found = Device.objects.get_or_create(name=name, defaults=about)[0]
    re_kinded = bool(sensor) and found.sensor != sensor
    if re_kinded:
        found.sensor = sensor
        found.save(update_fields=["sensor"])
    in_bin = None
    if bin_code is not None:
        in_bin = Bin.objects.filter(code=bin_code.strip()).first()
        in_bin = in_bin or put(code=bin_code, set_by=set_by)[0]
    wanted = {"bin": in_bin, "empty_mm": empty_mm, "full_mm": full_mm, "source": source}
    held = Placement.objects.filter(device=found).order_by("-since", "-id").first()
    if since is not None:
        then = Placement.objects.filter(device=found, since__lte=since)
        held = then.order_by("-since", "-id").first()
    same = held is not None and all(getattr(held, key) == value for key, value in wanted.items())
    if held is not None and same and not re_kinded:
        return held, False
    made = Placement.objects.create(
        device=found, since=since or now, set_by=set_by, set_at=now, **wanted
    )
    return made, True


@transaction.atomic
def read_bins(*, path: Path, set_by: str) -> Read:
    """The bins of a CSV with `COLUMNS`, of which only bin must be there: of a column that the file
    has not, what is known stays, and an empty field clears it. Raises WasteError."""
    changed = same = 0
    for number, row in tables.read_rows(path, required=COLUMNS[:1]):
        try:
            held = Bin.objects.filter(code=row["bin"].strip()).first()
            known = {name: getattr(held, name) for name in COLUMNS[1:] if held and name not in row}
            litres = _number(row, "litres")
            given = {
                "place": row.get("place", "").strip(),
                "district": row.get("district", "").strip(),
                "latitude": _number(row, "latitude"),
                "longitude": _number(row, "longitude"),
                "litres": None if litres is None else int(litres),
            }
            _, new = put(code=row["bin"], set_by=set_by, **(given | known))
        except WasteError as error:
            raise WasteError(f"Række {number}: {error} Intet er gemt.") from error
        changed, same = changed + new, same + (not new)
    return Read(changed, same)


@transaction.atomic
def read_devices(*, path: Path, set_by: str) -> Read:
    """The devices of a CSV with `PLACED`, of which device and bin must be there; an empty bin takes
    a device out of service. Of a column that the file has not, what is known stays, and an empty
    field clears it. From `since` (a day; now) on it is so, until what is known to be later.

    Raises WasteError.
    """
    changed = same = 0
    moved: list[dt.datetime] = []
    for number, row in tables.read_rows(path, required=PLACED[:2]):
        try:
            since = _since(row)
            code = row["bin"].strip() or None
            given = {
                "empty_mm": _number(row, "empty_mm"),
                "full_mm": _number(row, "full_mm"),
                "source": row.get("source", "").strip(),
            }
            _, new = place(
                device=row["device"],
                bin_code=code,
                sensor=row.get("sensor", "").strip(),
                since=since,
                set_by=set_by,
                **(given | _held(row, code, since)),
            )
            if since is not None and new:
                moved.append(since)
        except WasteError as error:
            raise WasteError(f"Række {number}: {error} Intet er gemt.") from error
        changed, same = changed + new, same + (not new)
    if moved:
        # Once for the file: each day is reckoned for all bins.
        _due(min(moved))
    return Read(changed, same)


def _held(row: dict[str, str], code: str | None, since: dt.datetime | None) -> dict[str, Any]:
    """What is known of the device in the columns that the row has not."""
    placed = Placement.objects.filter(device__name=_device_name(row["device"]))
    held = (
        placed.filter(since__lte=since or timezone.now())
        .order_by("-since", "-id")
        .select_related("bin")
        .first()
    )
    if held is None:
        return {}
    moved = (None if held.bin is None else held.bin.code) != code
    if moved and since is not None and held.bin is not None:
        raise WasteError(f"Måleren sad i {held.bin.code} den dag. Flyt den fra i dag: uden since.")
    absent = [name for name in ("empty_mm", "full_mm") if name not in row]
    if absent and moved and code is not None and held.empty_mm is not None:
        raise WasteError("Måleren flytter. Skriv empty_mm og full_mm for den nye skraldespand.")
    kept = [] if moved else absent
    return {name: getattr(held, name) for name in (*kept, *{"source"} - row.keys())}


def _since(row: dict[str, str]) -> dt.datetime | None:
    """The beginning of the day in Denmark; None where nothing is said."""
    text = row.get("since", "").strip()
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise WasteError("since er ikke en dag som 2026-03-01. Ret det.") from error
    if not dt.date(2000, 1, 1) <= day <= timezone.localdate():
        raise WasteError("since skal være fra år 2000 til i dag. Ret det.")
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _due(since: dt.datetime) -> None:
    """The figures of the days from then on are made anew of what lies in the database."""
    first, today = timezone.localdate(since), timezone.localdate()
    first = max(first, today - dt.timedelta(days=_OLDEST_DAYS))
    days = (first + dt.timedelta(days=number) for number in range((today - first).days + 1))
    DueDay.objects.bulk_create(DueDay(day=day) for day in days)


def _device_name(text: str) -> str:
    try:
        return foreign.device(text, "device")
    except Unusable as error:
        raise WasteError(str(error)) from error


def _require_distances(empty_mm: float | None, full_mm: float | None) -> None:
    if (empty_mm is None) != (full_mm is None):
        raise WasteError("Skriv både empty_mm og full_mm, eller ingen af dem.")
    if empty_mm is not None and full_mm is not None and not 0 <= full_mm < empty_mm <= _FAR_MM:
        raise WasteError("empty_mm skal være større end full_mm, og begge afstande i millimeter.")


def _is_source(name: str) -> bool:
    return Source.objects.filter(name=name, revoked_at=None).exists()


def _number(row: dict[str, str], column: str) -> float | None:
    value = decimal(row.get(column, ""))
    if value is not None and not isinstance(value, float):
        raise WasteError(f"{column} er ikke et tal. Ret det.")
    return value
