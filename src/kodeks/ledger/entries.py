# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Entry bundles (C2SP tlog-tiles): up to 256 log entries, each after its length in two bytes."""

from collections.abc import Sequence

from kodeks.ledger.errors import VerificationError
from kodeks.ledger.tiles import FULL_WIDTH

MAX_ENTRY_SIZE = 2**16 - 1
_LENGTH_SIZE = 2


def format_entries(entries: Sequence[bytes]) -> bytes:
    """The bundle of 1 to 256 entries; path: `TileId(None, index, width).path`."""
    if not 1 <= len(entries) <= FULL_WIDTH:
        raise VerificationError(f"Der skal være fra 1 til {FULL_WIDTH} poster.")
    if any(len(entry) > MAX_ENTRY_SIZE for entry in entries):
        raise VerificationError(f"En post må højst fylde {MAX_ENTRY_SIZE} byte.")
    return b"".join(len(entry).to_bytes(_LENGTH_SIZE, "big") + entry for entry in entries)


def parse_entries(data: bytes) -> list[bytes]:
    """The entries of a bundle; raises VerificationError if it is cut off or has more than 256."""
    entries = []
    at = 0
    while at < len(data):
        start = at + _LENGTH_SIZE
        at = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or at > len(data):
            raise VerificationError("Filen med poster er afbrudt.")
        entries.append(data[start:at])
    if not 1 <= len(entries) <= FULL_WIDTH:
        raise VerificationError(f"Der skal være fra 1 til {FULL_WIDTH} poster.")
    return entries
