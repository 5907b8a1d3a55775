# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A message's bytes by a sensor's table. What no table knows is kept unread, never guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kodeks.waste.engine.payloads.quantities import MEASURED
from kodeks.waste.engine.payloads.results import Unusable
from kodeks.waste.engine.payloads.specification import Field, Sensor

LONGEST = 1024
"""Bytes; the longest LoRaWAN message has 242."""

Decode = Callable[[bytes], "Decoded"]


@dataclass(frozen=True, slots=True)
class Decoded:
    """What the bytes said.

    `fields` has the sensor's own names, `quantities` ours (numbers, or True and False for flags).
    `failed` says that the sensor reports no measurement. `unread` is the rest that the table does
    not know, with the offset where it begins, or None.
    """

    fields: dict[str, Any]
    quantities: dict[str, Any]
    failed: bool
    unread: tuple[int, bytes] | None


def decoder(sensor: Sensor) -> Decode:
    """What decodes this sensor's bytes. Raises Unusable when it is called with bytes that begin as
    no message of this sensor does."""
    return _tlv(sensor) if sensor.layout == "tlv" else _flags(sensor)


def _tlv(sensor: Sensor) -> Decode:
    wide, order = sensor.tag_bytes, sensor.byte_order
    # Each tag's bytes -> how long its part is, and what reads it.
    parts = {
        tag.to_bytes(wide, "big"): (group.size, group.fields)
        for tag, group in sensor.groups.items()
    }

    def decode(data: bytes) -> Decoded:
        _check(data)
        found = Decoded({}, {}, False, None)
        failed, at, end = False, 0, len(data)
        while at < end:
            part = parts.get(data[at : at + wide])
            if part is None or at + wide + part[0] > end:
                break
            at += wide
            for one in part[1]:
                number = int.from_bytes(data[at : at + one.size], order, signed=one.signed)
                at += one.size
                failed |= _put(found, one, number)
        rest = (at, data[at:]) if at < end else None
        return Decoded(found.fields, found.quantities, failed, rest)

    return decode


def _flags(sensor: Sensor) -> Decode:
    order, wide = sensor.byte_order, sensor.flag_bytes
    least = sum(one.size for one in sensor.head) + wide

    def read(found: Decoded, fields: tuple[Field, ...], data: bytes, at: int) -> tuple[int, bool]:
        failed = False
        for one in fields:
            number = int.from_bytes(data[at : at + one.size], order, signed=one.signed)
            at += one.size
            failed |= _put(found, one, number)
        return at, failed

    def decode(data: bytes) -> Decoded:
        _check(data)
        if len(data) < least:
            raise Unusable("too-short", f"Beskeden er på {len(data)} byte. Mindst {least} ventes.")
        found = Decoded({}, {}, False, None)
        at, failed = read(found, sensor.head, data, 0)
        flags = int.from_bytes(data[at : at + wide], order)
        at += wide
        done = set()
        for bit in range(wide * 8):
            if not flags >> bit & 1:
                continue
            group = sensor.groups.get(bit)
            # How long an unknown part is nobody knows, so nothing after it can be read.
            if group is None or at + group.size > len(data):
                break
            at, unmeasured = read(found, group.fields, data, at)
            failed |= unmeasured
            done.add(bit)
        rest = (at, data[at:]) if at < len(data) else None
        return Decoded(found.fields, found.quantities, failed or not sensor.measures <= done, rest)

    return decode


def _check(data: bytes) -> None:
    if not data:
        raise Unusable("empty", "Beskeden har ingen data.")
    if len(data) > LONGEST:
        raise Unusable("too-large", f"Beskedens data er længere end {LONGEST} byte.")


def _put(found: Decoded, one: Field, number: int) -> bool:
    """Keep what the number means; whether it says that the sensor could not measure."""
    if one.must_be is not None and number != one.must_be:
        raise Unusable(
            "other-version",
            f"Beskeden har {one.name} {number}, men tabellen er for {one.must_be}.",
        )
    if not one.name:
        return False
    value: Any = number
    if number in one.failed:
        value = None
    elif one.words:
        value = one.words.get(number, number)
    elif one.divide != 1 or one.multiply != 1:
        value = number * one.multiply / one.divide
    found.fields[one.name] = value
    if not one.quantity:
        return False
    if one.true:
        found.quantities[one.quantity] = number in one.true
    elif value is None:
        found.quantities.pop(one.quantity, None)
    else:
        found.quantities[one.quantity] = value
    return value is None and one.quantity in MEASURED
