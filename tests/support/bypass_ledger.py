# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Heads and tiles of a log that is not the one there is, handed to kernel.ledger_publish."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace

import psycopg

from kodeks.kernel.sequencer import leaf_hashes
from kodeks.kernel.storage import read_tile
from kodeks.ledger.tiles import TreeBuilder


@dataclass(frozen=True)
class Publication:
    """The arguments of kernel.ledger_publish."""

    size: int | None
    root: bytes | None
    note: str | None
    levels: list[int]
    indexes: list[int]
    widths: list[int]
    contents: list[bytes]

    def publish(self, connection: psycopg.Connection) -> None:
        connection.execute(
            "SELECT kernel.ledger_publish(%s, %s, %s, %s::smallint[], %s::bigint[],"
            " %s::smallint[], %s::bytea[])",
            tuple(vars(self).values()),
        )


def right(connection: psycopg.Connection) -> Publication:
    """Place what waits, and say what is to be published about it; the caller ends it all."""
    first, hashes = connection.execute(
        "SELECT first, hashes FROM kernel.ledger_integrate(5000)"
    ).fetchone()
    builder = TreeBuilder(size=first, read_tile=read_tile)
    batch = builder.append(leaf_hashes(bytes(hashes)))
    return Publication(
        batch.size,
        batch.root,
        _note(batch.size, batch.root),
        [tile.level for tile in batch.tiles],
        [tile.index for tile in batch.tiles],
        [tile.width for tile in batch.tiles],
        [tile.data for tile in batch.tiles],
    )


def _note(size: int, root: bytes) -> str:
    return f"kodeks\n{size}\n{base64.b64encode(root).decode()}\n\n\u2014 kodeks AAAA\n"


def wrong(found: Publication) -> Iterator[tuple[str, Publication]]:
    """Name and publication of each that is not right."""
    for less in (1, 2, found.size - 1, found.size, -1, -1000):
        size = found.size - less
        yield f"size {size}", replace(found, size=size)
        yield f"size {size} in both", replace(found, size=size, note=_note(size, found.root))
        yield f"size {size} in the note", replace(found, note=_note(size, found.root))
    for name, root in {
        "flipped": bytes([found.root[0] ^ 1]) + found.root[1:],
        "zeros": bytes(32),
        "short": found.root[:31],
        "long": found.root + b"x",
        "empty": b"",
    }.items():
        yield f"root {name}", replace(found, root=root)
        yield f"root {name} in both", replace(found, root=root, note=_note(found.size, root))
    lines = found.note.split("\n")
    for number in range(4):
        changed = [*lines[:number], *lines[number + 1 :]]
        yield f"note without line {number}", replace(found, note="\n".join(changed))
    for name, note in {
        "empty": "",
        "with a blank": found.note.replace("\n", " \n"),
        "with returns": found.note.replace("\n", "\r\n"),
        "with an extension": "\n".join([*lines[:3], "more", *lines[3:]]),
        "with a plus": found.note.replace(f"\n{found.size}", f"\n+{found.size}"),
        "with a zero": found.note.replace(f"\n{found.size}", f"\n0{found.size}"),
    }.items():
        yield f"note {name}", replace(found, note=note)
    for name in ("size", "root", "note"):
        yield f"{name} null", replace(found, **{name: None})
    yield from _tiles(found)


def _tiles(found: Publication) -> Iterator[tuple[str, Publication]]:
    for at, content in enumerate(found.contents):
        for name, data in {
            "flipped": bytes([content[0] ^ 1]) + content[1:],
            "last-flipped": content[:-1] + bytes([content[-1] ^ 1]),
            "shorter": content[:-32],
            "cut": content[:-1],
            "longer": content + bytes(32),
            "empty": b"",
            "backwards": content[::-1],
        }.items():
            contents = [*found.contents[:at], data, *found.contents[at + 1 :]]
            yield f"tile {at} {name}", replace(found, contents=contents)
        for field in ("levels", "indexes", "widths"):
            values = getattr(found, field)
            for step in (-1, 1, 200):
                moved = [*values[:at], values[at] + step, *values[at + 1 :]]
                yield f"tile {at} {field} {step:+}", replace(found, **{field: moved})
        kept = {
            field: [*getattr(found, field)[:at], *getattr(found, field)[at + 1 :]]
            for field in ("levels", "indexes", "widths", "contents")
        }
        yield f"without tile {at}", replace(found, **kept)
        doubled = {
            field: [*getattr(found, field), getattr(found, field)[at]]
            for field in ("levels", "indexes", "widths", "contents")
        }
        yield f"tile {at} twice", replace(found, **doubled)
    for name, more in {
        "one level up": (5, 0, 1, bytes(32)),
        "far to the right": (0, 10**6, 1, bytes(32)),
        "below zero": (0, -1, 1, bytes(32)),
    }.items():
        level, index, width, content = more
        yield (
            f"with a tile {name}",
            replace(
                found,
                levels=[*found.levels, level],
                indexes=[*found.indexes, index],
                widths=[*found.widths, width],
                contents=[*found.contents, content],
            ),
        )
    yield "without tiles", replace(found, levels=[], indexes=[], widths=[], contents=[])
