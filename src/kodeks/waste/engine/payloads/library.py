# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The sensors that are known: those that come with the program, and a municipality's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from kodeks.waste.engine.payloads.decoding import Decode, decoder
from kodeks.waste.engine.payloads.loading import TableError, of_toml
from kodeks.waste.engine.payloads.quantities import UNITS, number
from kodeks.waste.engine.payloads.specification import Sensor


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """A sensor's table, ready to read with; `decode` is None where it knows no bytes."""

    sensor: Sensor
    decode: Decode | None


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """Sensors by id and by the names that platforms give them."""

    by_id: Mapping[str, Ready]
    by_profile: Mapping[str, Ready]

    def find(self, sensor: str | None, profile: str) -> Ready | None:
        """The sensor of that id, or without an id the one of that profile; None if there is none.

        A profile is a name, so that nothing is guessed of what the bytes look like.
        """
        if sensor is not None:
            return self.by_id.get(sensor)
        return self.by_profile.get(profile.strip().lower())


def library(sensors: Iterable[Sensor]) -> Library:
    """A library of these; one of the same id as an earlier one takes its place. Raises TableError
    when two sensors have a profile in common."""
    kept = {sensor.id: sensor for sensor in sensors}
    by_id = {
        key: Ready(sensor, None if sensor.layout == "object" else decoder(sensor))
        for key, sensor in kept.items()
    }
    by_profile: dict[str, Ready] = {}
    for ready in by_id.values():
        for profile in ready.sensor.profiles:
            if profile in by_profile:
                raise TableError(
                    f"Sensorerne {by_profile[profile].sensor.id} og {ready.sensor.id} har begge "
                    f"profilen {profile}. Slet den i den ene fil."
                )
            by_profile[profile] = ready
    return Library(by_id, by_profile)


@cache
def shipped() -> tuple[Sensor, ...]:
    """The sensors that come with this version of the program."""
    folder = files("kodeks.waste.engine.payloads") / "sensors"
    found = (one for one in folder.iterdir() if one.name.endswith(".toml"))
    return tuple(of_toml(one.read_text("utf-8")) for one in sorted(found, key=lambda f: f.name))


def quantities_of(sensor: Sensor, decoded: Mapping[str, Any]) -> dict[str, Any]:
    """Our quantities in an object that a platform's decoder made, by the sensor's table.

    Values of the wrong kind come as they are, for the check of limits to refuse.
    """
    found: dict[str, Any] = {}
    for member in sensor.members:
        value: Any = decoded
        for name in member.path:
            value = value.get(name) if type(value) is dict else None
        if value is None or type(value) is dict or member.quantity in found:
            continue
        if member.quantity in UNITS:
            known = number(value)
            if known is not None and (member.multiply != 1 or member.divide != 1):
                value = known * member.multiply / member.divide
            found[member.quantity] = value
        else:
            found[member.quantity] = type(value) in (str, int, bool) and value in member.true
    return found
