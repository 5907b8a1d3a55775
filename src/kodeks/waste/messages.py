# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A message on its way in, the parts it has, and what became of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple

from kodeks.waste.engine.payloads.results import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one source brought at one time (aware). `topic` is MQTT's; `signature` is the hex of an
    HMAC-SHA256 of the content, where the source signs."""

    source: str
    content: bytes = field(repr=False)
    received: dt.datetime
    topic: str = ""
    signature: str = ""


class Values(NamedTuple):
    """What is stored of a reading beside its key, in the order of the table's columns."""

    flags: int
    level_pct: float | None
    distance_mm: float | None
    temperature_c: float | None
    battery_pct: float | None
    battery_v: float | None
    unread_at: int | None
    unread: bytes | None


class Part(NamedTuple):
    """A reading that may be stored. `message` is the place of its message among those taken."""

    message: int
    device: int
    session: str
    counter: int
    at: dt.datetime
    values: Values
    told: Refused
    """What the quarantine is told if it may not."""


class Aside(NamedTuple):
    """What is put in quarantine of one message."""

    message: int
    refused: Refused


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of the messages' parts, once it is committed.

    `stored`, `seen` (stored or put in quarantine before) and `quarantined` are counts of parts;
    `joined` of joins. `problems` has the places of messages with something in quarantine and why.
    """

    stored: int = 0
    seen: int = 0
    quarantined: int = 0
    joined: int = 0
    problems: tuple[tuple[int, str], ...] = ()
