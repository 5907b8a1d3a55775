# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The way in for whatever sensors send: decoded, judged and stored in one transaction.

Each part of a message is stored, known already, or put in quarantine with a reason. None is lost.
A caller acknowledges to whoever sent when `take` has come back, and not before.
Decision 0047 says how the same reading is known again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from kodeks.waste import allowed, ordering, quarantine, sources, storing
from kodeks.waste.engine import flags
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.payloads import taking
from kodeks.waste.engine.payloads.foreign import within_time
from kodeks.waste.engine.payloads.keys import key_of
from kodeks.waste.engine.payloads.results import Joined, Reading, Refused, Taken, Unusable, shown
from kodeks.waste.messages import Aside, Message, Outcome, Part, Values
from kodeks.waste.neighbours import is_apart

log = structlog.get_logger(__name__)

_UNKNOWN_DEVICE = "Enheden står ikke på listen. Skriv den ind med `kodeks waste devices`."
_NO_BIN = "Enheden sidder ikke i nogen skraldespand. Skriv i listen, hvor den sidder."
_OTHER_SOURCE = "Enhedens beskeder skal komme fra en anden kilde. Se i listen hvilken."
_UNKNOWN_SOURCE = "Kilden kendes ikke, eller dens nøgle er trukket tilbage."
_UNSIGNED = "Underskriften mangler, eller den passer ikke til beskeden."
_EMPTY = "Beskeden har ingen målinger."
_BROKEN = "Programmet kunne ikke læse beskeden. Vis den til dem, der passer programmet."
_UNTIMELY = frozenset({"time"})
"""Refusals after which not even the uplink's place in its session can be believed."""


class Batch:
    """What a call's messages hold, before the order of uplinks is looked at."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.asides: list[Aside] = []
        self.joins: list[tuple[int, Joined]] = []


def take(*, messages: Sequence[Message]) -> Outcome:
    """Decode, judge and store the messages; it is committed when this returns.

    Never raises for what a message holds. Raises a DatabaseError when the database fails,
    TableError when a sensor's table of the municipality is wrong, and BusinessError when the secret
    of a source that signs cannot be opened; then nothing of the call is stored, and the same
    messages may be given again.
    """
    now = timezone.now()
    known = allowed.known(now)
    batch = Batch()
    for at, message in enumerate(messages):
        _open(at, message, known, batch, now)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        storing.one_writer(cursor)
        order = ordering.settle(cursor, batch.parts, batch.joins)
        batch.asides += order.asides
        stored = storing.store(cursor, order.accepted)
        storing.keep_courses(cursor, order.courses)
        put = quarantine.put(cursor, messages, batch.asides)
    return Outcome(
        stored=stored,
        seen=order.seen + len(order.accepted) - stored + len(batch.asides) - put,
        quarantined=put,
        joined=len(batch.joins),
        problems=tuple((one.message, one.refused.reason) for one in batch.asides),
    )


def _open(at: int, message: Message, known: allowed.Known, batch: Batch, now: dt.datetime) -> None:
    """Decode one message into the batch."""
    refused = _let_in(message, known)
    if refused is not None:
        batch.asides.append(Aside(at, refused))
        return
    try:
        taken = taking.take(
            content=message.content,
            ground=known.ground,
            received=message.received,
            topic=message.topic,
        )
    except Unusable as error:
        taken = Taken(refused=(_whole(message, error.code, str(error)),))
    except WasteError as error:
        taken = Taken(refused=(_whole(message, "unusable", str(error)),))
    except Exception as error:
        # A fault of ours must not stop those that come after; the message is kept, and told of.
        log.error("message_not_read", error=type(error).__qualname__, source=message.source)
        taken = Taken(refused=(_whole(message, "fault", _BROKEN),))
    if not (taken.readings or taken.refused or taken.joined):
        taken = Taken(refused=(_whole(message, "empty", _EMPTY),))
    oldest = now - dt.timedelta(days=settings.KODEKS_WASTE_HOT_DAYS)
    for reading in taken.readings:
        _sort(at, message, _told(reading), reading, known, batch, oldest)
    for one in taken.refused:
        batch.asides.append(Aside(at, one))
        if not one.what and one.counter is not None and one.code not in _UNTIMELY:
            # The uplink came, whatever it said: its counter must not look lost.
            _sort(at, message, one, None, known, batch, oldest)
    for join in taken.joined:
        _join(at, message, join, known, batch, oldest)


def _sort(
    at: int,
    message: Message,
    told: Refused,
    reading: Reading | None,
    known: allowed.Known,
    batch: Batch,
    oldest: dt.datetime,
) -> None:
    """A reading is a part, or goes aside; without a reading nothing more goes aside."""
    if told.at is None:
        return
    device = known.devices.get(told.device)
    problem = _not_allowed(device, message)
    if not problem and told.at < oldest:
        problem = ("old", _old())
    if problem or device is None:
        if reading is not None:
            batch.asides.append(Aside(at, _because(told, *problem)))
        return
    if reading is None:
        values = Values(flags.FAILED | flags.UNREAD, None, None, None, None, None, None, None)
    else:
        bits = flags.of(reading)
        if is_apart(device.cell, reading.temperature_c, known.typical):
            bits |= flags.APART
        unread_at, unread = reading.unread or (None, None)
        values = Values(
            bits,
            reading.level_pct,
            reading.distance_mm,
            reading.temperature_c,
            reading.battery_pct,
            reading.battery_v,
            unread_at,
            unread,
        )
    session, counter = told.session, told.counter
    if counter is None:
        if reading is None:
            return
        _, session, counter = key_of(reading)
    batch.parts.append(Part(at, device.id, session, counter, told.at, values, told))


def _join(
    at: int,
    message: Message,
    join: Joined,
    known: allowed.Known,
    batch: Batch,
    oldest: dt.datetime,
) -> None:
    device = known.devices.get(join.device)
    told = Refused(
        code="", reason="", source=join.source, device=join.device, at=join.at, session=join.session
    )
    problem = _not_allowed(device, message)
    if not problem and (late := within_time(join.at, message.received)):
        problem = ("time", late)
    if not problem and join.at < oldest:
        problem = ("old", _old())
    if problem or device is None:
        batch.asides.append(Aside(at, _because(told, *problem)))
        return
    batch.joins.append((device.id, join))


def _let_in(message: Message, known: allowed.Known) -> Refused | None:
    """Why nothing of the message is read, or None."""
    if message.source in (sources.BROKER, sources.FILE):
        return None
    signs = known.sources.get(message.source)
    if signs is None:
        return _whole(message, "unknown-source", _UNKNOWN_SOURCE)
    if signs and not sources.is_signed(
        name=message.source, content=message.content, signature=message.signature
    ):
        return _whole(message, "unsigned", _UNSIGNED)
    return None


def _not_allowed(device: allowed.Allowed | None, message: Message) -> tuple[str, str] | tuple[()]:
    """The code and the sentence of why the device may not send so, or nothing."""
    if device is None:
        return "unknown-device", _UNKNOWN_DEVICE
    if device.bin is None:
        return "no-bin", _NO_BIN
    if device.source and message.source not in (device.source, sources.FILE):
        return "other-source", _OTHER_SOURCE
    return ()


def _old() -> str:
    return f"Det er mere end {settings.KODEKS_WASTE_HOT_DAYS} dage gammelt."


def _whole(message: Message, code: str, reason: str) -> Refused:
    return Refused(
        code=code, reason=reason, source=message.source, value=shown(message.content[:200])
    )


def _told(reading: Reading) -> Refused:
    return Refused(
        code="",
        reason="",
        source=reading.source,
        device=reading.device,
        at=reading.at,
        session=reading.session,
        counter=reading.counter,
    )


def _because(told: Refused, code: str, reason: str) -> Refused:
    return Refused(
        code=code,
        reason=reason,
        source=told.source,
        device=told.device,
        at=told.at,
        session=told.session,
        counter=told.counter,
    )
