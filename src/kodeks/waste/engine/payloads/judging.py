# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""From an uplink to a reading: by the sensor's table, within what physics allows.

What is refused is told, never dropped: a value that cannot be right becomes unknown in the reading
and a `Refused` beside it; a message with nothing to read is a `Refused` alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from kodeks.waste.engine.payloads import foreign
from kodeks.waste.engine.payloads.library import Ready, quantities_of
from kodeks.waste.engine.payloads.quantities import (
    ALARMS,
    LIMITS,
    MEASURED,
    TILT,
    WORDS,
    Limits,
    number,
    outside,
)
from kodeks.waste.engine.payloads.results import Reading, Refused, Unusable, Uplink, shown

_NO_LIMITS: Limits = {}


def judge(
    uplink: Uplink, *, ready: Ready | None, received: dt.datetime
) -> tuple[Reading | None, tuple[Refused, ...]]:
    """The reading of one uplink, and what was refused of it. `ready` is the device's sensor."""
    if late := foreign.within_time(uplink.at, received):
        return None, (refuse(uplink, "time", late, value=uplink.at.isoformat()),)
    unread: tuple[int, bytes] | None = None
    failed = False
    found: Mapping[str, Any]
    try:
        if uplink.quantities is not None:
            found, failed = uplink.quantities, uplink.quantities.get("failed") is True
        elif uplink.raw is None and uplink.decoded is None:
            found = {}
        else:
            found, failed, unread = _read(uplink, ready)
    except Unusable as error:
        value = uplink.raw if uplink.raw is not None else uplink.decoded
        return None, (refuse(uplink, error.code, str(error), value=value),)
    limits = ready.sensor.limits if ready is not None else _NO_LIMITS
    numbers, refused = _within(uplink, found, limits)
    if refused:
        failed = failed or any(one.what in MEASURED for one in refused)
    alarms = tuple([name for name in ALARMS if found.get(name) is True])
    reading = Reading(
        device=uplink.device,
        at=uplink.at,
        source=uplink.source,
        tilt=found.get(TILT),
        alarms=alarms,
        failed=failed,
        at_least=found.get("at_least") is True,
        before_emptying=found.get("before_emptying") is True,
        counter=uplink.counter,
        session=uplink.session,
        sensor=ready.sensor.id if ready is not None and uplink.quantities is None else "",
        unread=unread,
        **numbers,
    )
    return reading, refused


def _read(
    uplink: Uplink, ready: Ready | None
) -> tuple[Mapping[str, Any], bool, tuple[int, bytes] | None]:
    """Quantities, whether the sensor could not measure, and the unread rest. Raises Unusable."""
    if ready is None:
        raise Unusable(
            "unknown-sensor",
            "Ingen tabel passer til enheden. Skriv i registret, hvilken sensor det er.",
        )
    sensor = ready.sensor
    if sensor.ports and uplink.port is not None and uplink.port not in sensor.ports:
        raise Unusable("other-port", f"Port {uplink.port} bruger {sensor.name} ikke til målinger.")
    if uplink.raw is not None and ready.decode is not None:
        decoded = ready.decode(uplink.raw)
        if not decoded.fields and decoded.unread is not None and decoded.unread[0] == 0:
            raise Unusable("unread", f"Intet i beskeden kan læses med tabellen for {sensor.name}.")
        return decoded.quantities, decoded.failed, decoded.unread
    if uplink.decoded is None:
        raise Unusable("no-object", f"Tabellen for {sensor.name} kan ikke læse rå data.")
    found = quantities_of(sensor, uplink.decoded)
    # Where a table says which part's absence is a failure, so is the absence of what it becomes.
    unmeasured = bool(sensor.measures) and not any(name in found for name in MEASURED)
    return found, unmeasured, None


def _within(
    uplink: Uplink, found: Mapping[str, Any], limits: Limits
) -> tuple[dict[str, float], tuple[Refused, ...]]:
    numbers: dict[str, float] = {}
    refused: list[Refused] = []
    for name, value in found.items():
        if name not in LIMITS:
            continue
        known = number(value)
        if known is None:
            problem = f"{WORDS[name]} er ikke et tal."
            refused.append(refuse(uplink, "no-number", problem, what=name, value=value))
        elif problem := outside(name, known, limits):
            refused.append(refuse(uplink, "limit", problem, what=name, value=value))
        else:
            numbers[name] = known
    return numbers, tuple(refused)


def refuse(
    uplink: Uplink, code: str, reason: str, *, what: str = "", value: object = ""
) -> Refused:
    """The uplink, or one quantity of it, for the quarantine."""
    return Refused(
        code=code,
        reason=reason,
        source=uplink.source,
        device=uplink.device,
        at=uplink.at,
        session=uplink.session,
        counter=uplink.counter,
        what=what,
        value=shown(value),
    )
