# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The log as files that anyone may have (C2SP tlog-tiles): a folder to put on any web server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kodeks.files import write_atomic
from kodeks.kernel import signing, storage, witnessing
from kodeks.kernel.models import LedgerBundle, LedgerTile
from kodeks.ledger import audit, checkpoint
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.tiles import FULL_WIDTH, HEIGHT, TileId, levels, partial_width

_PUBLIC = 0o644
_AT_A_TIME = 64

#: Is told how many entries of how many are in the folder.
Progress = Callable[[int, int], None]


class ExportError(Exception):
    """The folder cannot take the log. The text is Danish."""


@dataclass(frozen=True)
class Exported:
    """The head that stands in the folder; `witnesses` of them have signed it."""

    size: int
    witnesses: int


def write(folder: Path, *, progress: Progress = lambda done, size: None) -> Exported:
    """Write the log to `folder`, up to the newest head that enough witnesses signed.

    Without witnesses, up to the newest head. What an earlier export wrote is kept and continued;
    the checkpoint comes last, so that an export that was cut off leaves the log of before.

    Raises ExportError when the log is empty or the folder holds another log.
    """
    size, note, witnesses = _head()
    before = _size_in(folder)
    if before > size:
        raise ExportError(
            f"Mappen {folder} har {before} poster, og loggen har kun {size}. Er en gammel kopi af "
            "databasen lagt ind? Mappen er ikke ændret."
        )
    for tile, data in _files(before, size):
        _put(folder / tile.path, data)
        if tile.level is None:
            progress(tile.index * FULL_WIDTH + tile.width, size)
    # All at once: forcing each of 80,000 small files to disk would take longer than writing them.
    os.sync()
    write_atomic(path=folder / audit.HEAD, content=note, mode=_PUBLIC)
    _remove_partial(folder, before, size)
    return Exported(size, witnesses)


def _head() -> tuple[int, bytes, int]:
    seen = witnessing.newest_seen()
    if seen is not None:
        return seen.size, seen.note, len(seen.witnesses)
    head = storage.latest_checkpoint()
    if head is None or witnessing.in_force() is not None:
        raise ExportError("Loggen er tom, eller vidnerne har ikke set den endnu. Prøv om lidt.")
    return head.size, head.note.encode(), 0


def _size_in(folder: Path) -> int:
    """How many entries an earlier export of this log has left in the folder."""
    path = folder / audit.HEAD
    if not path.exists():
        return 0
    try:
        return checkpoint.open_signed(path.read_bytes(), key=signing.signer().verifier).size
    except VerificationError as error:
        raise ExportError(
            f"Mappen {folder} har en anden log. Vælg en tom mappe. Den er ikke ændret."
        ) from error


def _files(before: int, size: int) -> Iterator[tuple[TileId, bytes]]:
    """The files that the log got between two sizes, bundles first."""
    rows = LedgerBundle.objects.filter(
        index__gte=before // FULL_WIDTH, index__lt=size // FULL_WIDTH
    ).order_by("index")
    for index, data in rows.values_list("index", "data").iterator(_AT_A_TIME):
        yield TileId(None, index), bytes(data)
    if size % FULL_WIDTH:
        last = TileId(None, size // FULL_WIDTH, size % FULL_WIDTH)
        yield last, storage.read_bundle(last.index, last.width)
    for level in levels(size):
        had, has = before >> HEIGHT * level, size >> HEIGHT * level
        tiles = LedgerTile.objects.filter(
            level=level,
            index__gte=had // FULL_WIDTH,
            index__lt=has // FULL_WIDTH,
            width=FULL_WIDTH,
        ).order_by("index")
        for index, data in tiles.values_list("index", "data").iterator(_AT_A_TIME):
            yield TileId(level, index), bytes(data)
        width = partial_width(level=level, size=size)
        if width:
            edge = TileId(level, has // FULL_WIDTH, width)
            yield edge, storage.read_tile(level, edge.index, width)


def _put(path: Path, data: bytes) -> None:
    """The file under its name when it is whole; who may read it is left to its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".ny-{path.name}")
    fresh.write_bytes(data)
    fresh.replace(path)


def _remove_partial(folder: Path, before: int, size: int) -> None:
    """Remove the partial files of an earlier head: the wider ones hold the same hashes."""
    if before == size:
        return
    old = [TileId(None, before // FULL_WIDTH, before % FULL_WIDTH)] if before % FULL_WIDTH else []
    for level in levels(before):
        width = partial_width(level=level, size=before)
        if width and before >> HEIGHT * level != size >> HEIGHT * level:
            old.append(TileId(level, before >> HEIGHT * (level + 1), width))
    for tile in old:
        (folder / tile.path).unlink(missing_ok=True)
