# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Reading the ledger's tiles and heads from the database."""

from __future__ import annotations

from kodeks.kernel.models import LedgerCheckpoint, LedgerTile
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.tiles import HashReader


def read_tile(level: int, index: int, width: int) -> bytes:
    """At least the first `width` hashes of a tile; a wider one holds the same hashes first.

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
    return bytes(data)


def latest_checkpoint() -> LedgerCheckpoint | None:
    """The newest signed head; None before the first."""
    return LedgerCheckpoint.objects.order_by("-size").first()


def reader_at(head: LedgerCheckpoint) -> HashReader:
    """Proofs of the tree that `head` signed."""
    return HashReader(head.size, read_tile)
