# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A sensor's table: what its bytes mean, as data. `loading` makes it from TOML.

The format is documented for municipalities in docs/sensors.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from kodeks.waste.engine.payloads.quantities import Limits

Layout = Literal["tlv", "flags", "object"]
ByteOrder = Literal["big", "little"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A whole number of `size` bytes, and what it means.

    The value is the word in `words` where there are any, else number * `multiply` / `divide`.
    A number in `failed` is the sensor's way to say that it could not measure. `quantity` is ours,
    or "" for what a reading does not hold; `true` are the numbers that raise a flag. A field
    without a name is passed over. Any other number than `must_be` refuses the message.
    """

    name: str
    size: int
    signed: bool = False
    multiply: float = 1
    divide: float = 1
    quantity: str = ""
    words: Mapping[int, str] = field(default_factory=dict)
    true: frozenset[int] = frozenset()
    failed: frozenset[int] = frozenset()
    must_be: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Fields that come together: one channel of a TLV message, or one flag's part of another."""

    fields: tuple[Field, ...]

    @property
    def size(self) -> int:
        return sum(one.size for one in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One place in an object that a platform's decoder made, and what it means."""

    path: tuple[str, ...]
    quantity: str
    multiply: float = 1
    divide: float = 1
    true: frozenset[Any] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sensor:
    """One kind of sensor.

    `groups` are by tag for a TLV message and by bit for one with flags. `measures` are the bits
    whose absence means that the sensor could not measure. `profiles` are the names, in small
    letters, by which platforms call it. `vectors` are its own tests: bytes and what they say.
    """

    id: str
    name: str
    source: str
    layout: Layout
    profiles: frozenset[str] = frozenset()
    ports: frozenset[int] = frozenset()
    byte_order: ByteOrder = "big"
    tag_bytes: int = 2
    flag_bytes: int = 2
    head: tuple[Field, ...] = ()
    groups: Mapping[int, Group] = field(default_factory=dict)
    measures: frozenset[int] = frozenset()
    members: tuple[Member, ...] = ()
    limits: Limits = field(default_factory=dict)
    vectors: tuple[tuple[bytes, Mapping[str, Any]], ...] = ()
