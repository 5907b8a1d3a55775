# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What comes out of a message: uplinks, readings, what was refused and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kodeks.waste.engine.errors import WasteError


class Unusable(WasteError):
    """A message, or a part of one, that cannot be used. `code` is for machines, the text Danish."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """One gateway that heard the uplink; rssi in dBm, snr in dB."""

    id: str
    rssi: float | None = None
    snr: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Uplink:
    """One message of one device, whatever platform brought it.

    Exactly one of `raw` (bytes that a sensor table reads), `decoded` (an object as the platform's
    decoder made it) and `quantities` (already in our names, see `quantities`) says what was
    measured; `raw` and `decoded` may both be there. `session` and `counter` are "" and None
    where the platform has none. `profile` is the platform's name of the kind of sensor.
    """

    device: str
    at: dt.datetime
    source: str
    session: str = ""
    counter: int | None = None
    port: int | None = None
    raw: bytes | None = None
    decoded: Mapping[str, Any] | None = None
    quantities: Mapping[str, Any] | None = None
    gateways: tuple[Gateway, ...] = ()
    deduplication: str = ""
    profile: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one device said at one time (UTC).

    `failed` says that it tried to measure and could not, or that what it measured was refused:
    the level is unknown, never empty. With no distance, no level and `failed` False the message
    held no measurement. `at_least` marks the top of the source's own scale, where a level is only
    known to be that high or higher. `before_emptying` marks a level that was taken by an emptying.
    `unread` is what no table could read, with the offset where it began.
    """

    device: str
    at: dt.datetime
    source: str
    distance_mm: float | None = None
    level_pct: float | None = None
    temperature_c: float | None = None
    battery_pct: float | None = None
    battery_v: float | None = None
    tilt: bool | None = None
    alarms: tuple[str, ...] = ()
    failed: bool = False
    at_least: bool = False
    before_emptying: bool = False
    counter: int | None = None
    session: str = ""
    sensor: str = ""
    unread: tuple[int, bytes] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A value, or a whole row or message, that was not taken: for the quarantine.

    `what` names the quantity, or is "" for the whole; `value` is at most 200 characters of it.
    `device` and `at` are "" and None where they could not be read.
    """

    code: str
    reason: str
    source: str
    device: str = ""
    at: dt.datetime | None = None
    session: str = ""
    counter: int | None = None
    what: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A device has begun a new session; its counter begins anew."""

    device: str
    session: str
    at: dt.datetime
    source: str


@dataclass(frozen=True, slots=True)
class Taken:
    """All that one message or file gave."""

    readings: tuple[Reading, ...] = ()
    refused: tuple[Refused, ...] = ()
    joined: tuple[Joined, ...] = ()


def shown(value: object) -> str:
    """At most 200 characters of a foreign value, without what cannot be printed or stored."""
    text = value.hex() if isinstance(value, bytes) else str(value)[:400]
    return "".join(sign if sign.isprintable() else "?" for sign in text[:200])
