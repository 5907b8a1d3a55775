# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a bundle is made of: points in sections, each told in blocks. All texts are Danish.

`quoted` marks what others wrote (the card, the law, the citizen): our rules of plain language are
for the rest.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from kodeks.casework.corrections import Told


@dataclass(frozen=True, kw_only=True)
class Text:
    """A paragraph."""

    kind: ClassVar[str] = "text"
    text: str
    quoted: bool = False


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What a person wrote in this matter; its line breaks count."""

    kind: ClassVar[str] = "quote"
    text: str


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A heading inside a point."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Names and values."""

    kind: ClassVar[str] = "facts"
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A list without an order."""

    kind: ClassVar[str] = "list"
    items: tuple[str, ...]
    quoted: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows in an order that counts."""

    kind: ClassVar[str] = "table"
    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def titled(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """The rows with each cell's column."""
        return tuple(tuple(zip(self.columns, row, strict=True)) for row in self.rows)


@dataclass(frozen=True, kw_only=True)
class Datum:
    """One value that the system used, and what has been said to be wrong in it."""

    kind: ClassVar[str] = "datum"
    record_id: uuid.UUID
    source: str
    field: str
    title: str
    value: str
    supplier: str
    fetched: str
    corrections: tuple[Told, ...] = ()

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Oplysning", self.title),
            ("Indhold", self.value),
            ("Kilde", self.source[:1].upper() + self.source[1:]),
            ("Kommer fra", self.supplier),
            ("Hentet", self.fetched),
        )


Block = Text | Quote | Heading | Facts | Listing | Table | Datum


@dataclass(frozen=True, kw_only=True)
class Point:
    """One of the twelve things that a citizen can always see; `title` may be its section's."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class Section:
    """Points under one heading."""

    key: str
    title: str
    points: tuple[Point, ...]


def texts(block: Block) -> Iterator[str]:
    """Everything a block says, piece by piece."""
    if isinstance(block, Text | Quote | Heading):
        yield block.text
    elif isinstance(block, Listing):
        yield from block.items
    elif isinstance(block, Table):
        yield from (cell for row in block.rows for cell in row)
    else:
        yield from (text for row in block.rows for text in row)
        if isinstance(block, Datum):
            yield from (text for told in block.corrections for text in told.texts)
