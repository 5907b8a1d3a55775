# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Reading the ledger's entries, tiles and heads from the database."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from kodeks.kernel.models import LedgerBundle, LedgerCheckpoint, LedgerEntry, LedgerTile
from kodeks.ledger.entries import format_entries, parse_entries
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.merkle import HASH_SIZE, consistency_ranges, inclusion_ranges
from kodeks.ledger.tiles import FULL_WIDTH, HashReader, TileId, proof_tiles

_PLACE = """
    SELECT e.index FROM kernel_ledgerentry AS e WHERE e.pending_id = %(id)s
    UNION ALL
    SELECT b.index * 256 + array_position(b.pending_ids, %(id)s) - 1
    FROM kernel_ledgerbundle AS b
    WHERE int8range(b.low, b.high, '[]') @> %(id)s::bigint AND %(id)s = ANY (b.pending_ids)
"""


def read_tile(level: int, index: int, width: int) -> bytes:
    """The first `width` hashes of a tile; a wider one that took its place begins with the same.

    Raises VerificationError when the tile is missing.
    """
    data = (
        LedgerTile.objects.filter(level=level, index=index, width__gte=width)
        .order_by("width")
        .values_list("data", flat=True)
        .first()
    )
    if data is None:
        raise VerificationError(f"Loggen mangler flise {level}/{index}.")
    return bytes(data)[: width * HASH_SIZE]


def read_bundle(index: int, width: int) -> bytes:
    """The first `width` entries of bundle `index`, in the form of C2SP tlog-tiles.

    Raises VerificationError when one of them is missing.
    """
    full = LedgerBundle.objects.filter(index=index).values_list("data", flat=True).first()
    if full is not None and width == FULL_WIDTH:
        return bytes(full)
    found = parse_entries(bytes(full)) if full is not None else _tail(index)
    if len(found) < width:
        raise VerificationError(f"Loggen mangler poster i bundt {index}.")
    return format_entries(found[:width])


def entry(index: int) -> bytes:
    """The leaf in place `index`. Raises VerificationError when there is none."""
    bundle, offset = divmod(index, FULL_WIDTH)
    full = LedgerBundle.objects.filter(index=bundle).values_list("data", flat=True).first()
    if full is not None:
        return parse_entries(bytes(full))[offset]
    leaf = LedgerEntry.objects.filter(index=index).values_list("leaf", flat=True).first()
    if leaf is None:
        raise VerificationError(f"Loggen mangler post nr. {index}.")
    return bytes(leaf)


def entries(*, size: int | None = None) -> Iterator[bytes]:
    """The first `size` leaves in order (default: those under the newest head), bundle by bundle."""
    if size is None:
        head = latest_checkpoint()
        size = 0 if head is None else head.size
    for bundle in range(-(-size // FULL_WIDTH)):
        width = min(FULL_WIDTH, size - bundle * FULL_WIDTH)
        yield from parse_entries(read_bundle(bundle, width))


def place_of(pending_id: int) -> int | None:
    """The place that the leaf with this number in the queue got; None while it waits."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, {"id": pending_id})
        row = cursor.fetchone()
    return None if row is None else row[0]


def latest_checkpoint() -> LedgerCheckpoint | None:
    """The newest signed head; None before the first."""
    return LedgerCheckpoint.objects.order_by("-size").first()


def reader_at(head: LedgerCheckpoint) -> HashReader:
    """Proofs of the tree that `head` signed."""
    return HashReader(head.size, read_tile)


def inclusion_proof(*, index: int, size: int) -> list[bytes]:
    """Proof that entry `index` is in the tree of the first `size` entries, in one query."""
    ranges = inclusion_ranges(index=index, size=size)
    return _reader_of(ranges, size=size).inclusion_proof(index=index)


def consistency_proof(*, old_size: int, size: int) -> list[bytes]:
    """Proof that the tree of `size` entries continues that of `old_size`, in one query."""
    ranges = consistency_ranges(old_size=old_size, new_size=size)
    return _reader_of(ranges, size=size).consistency_proof(old_size=old_size)


def _reader_of(ranges: list[tuple[int, int]], *, size: int) -> HashReader:
    """A reader that has the tiles for the ranges at hand."""
    found = _tiles(proof_tiles(ranges, size=size))

    def read(level: int, number: int, width: int) -> bytes:
        if (level, number) not in found:
            raise VerificationError(f"Loggen mangler flise {level}/{number}.")
        return found[level, number]

    return HashReader(size, read)


def _tiles(wanted: list[TileId]) -> dict[tuple[int, int], bytes]:
    """The widest tile of each place. Whoever reads one takes the hashes that are needed of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.level, t.index, t.data FROM kernel_ledgertile AS t"
            " JOIN unnest(%s::smallint[], %s::bigint[]) AS w(level, index)"
            " ON t.level = w.level AND t.index = w.index ORDER BY t.width",
            [[tile.level for tile in wanted], [tile.index for tile in wanted]],
        )
        return {(level, index): bytes(data) for level, index, data in cursor.fetchall()}


def _tail(bundle: int) -> list[bytes]:
    start = bundle * FULL_WIDTH
    rows = LedgerEntry.objects.filter(index__gte=start, index__lt=start + FULL_WIDTH)
    return [bytes(leaf) for leaf in rows.order_by("index").values_list("leaf", flat=True)]
