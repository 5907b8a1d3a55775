# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A log as it is exported: a checkpoint, tiles and entries as files that anybody can read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from kodeks.ledger import checkpoint, cosignature, note
from kodeks.ledger.canonical import canonical_json
from kodeks.ledger.entries import format_entries
from kodeks.ledger.merkle import leaf_hash
from kodeks.ledger.tiles import FULL_WIDTH, Batch, TileId, TreeBuilder

#: The classes of tampering that a log must show.
CLASSES = {
    "edit in place",
    "delete and rehash",
    "edit and rehash all",
    "truncate tail",
    "swap two entries",
    "back-dated insert",
    "rebuilt history",
    "drop newest",
}
_FIRST = datetime(2001, 1, 1, tzinfo=UTC)
_KINDS = ("recommendation", "decision", "act", "insight")


def signer(name: str = "log.opdigtet.example/kodeks") -> note.SignerKey:
    """A new key of a log."""
    return note.parse_signer_key(note.generate_key(name))


def witness(name: str = "vidne.opdigtet.example") -> note.SignerKey:
    """A new key of a witness."""
    return cosignature.parse_signer_key(cosignature.generate_key(name))


def leaf(number: int, *, said: str = "opdigtet") -> bytes:
    """A leaf with the fields of the kernel's own; its ids and commitment stand for nothing."""
    at = _FIRST + timedelta(seconds=number)
    return canonical_json(
        {
            "at": at.strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
            "commitment": sha256(f"{said} {number}".encode()).hexdigest(),
            "id": f"00000000-0000-4000-8000-{number:012d}",
            "kind": _KINDS[number % len(_KINDS)],
            "system": "opdigtet-system-kun-til-proever",
        }
    )


def leaves(count: int, *, said: str = "opdigtet") -> list[bytes]:
    """The first `count` leaves; those that are said otherwise have other commitments."""
    return [leaf(number, said=said) for number in range(count)]


def tree(entries: Sequence[bytes]) -> Batch:
    """Size, root and the tiles that the size names."""

    def nothing(*_: int) -> bytes:
        raise AssertionError("an empty log has no tiles")

    builder = TreeBuilder(size=0, read_tile=nothing)
    return builder.append([leaf_hash(entry) for entry in entries])


def head(
    entries: Sequence[bytes],
    key: note.SignerKey,
    *,
    cosigners: Sequence[note.SignerKey] = (),
    extensions: Sequence[str] = (),
) -> bytes:
    """The checkpoint of a log of `entries`, signed by `key` and cosigned by witnesses."""
    batch = tree(entries)
    body = checkpoint.format_body(
        checkpoint.Checkpoint(key.name, batch.size, batch.root, tuple(extensions))
    )
    moment = int(_FIRST.timestamp()) + batch.size
    seen = [cosignature.sign(body, signer=one, timestamp=moment) for one in cosigners]
    return cosignature.add(note.sign(text=body, signers=[key]), signatures=seen)


def write_log(folder: Path, entries: Sequence[bytes], key: note.SignerKey) -> Path:
    """The log of `entries` in `folder`, signed by `key`; what lay there already is left."""
    files = {
        TileId(tile.level, tile.index, tile.width).path: tile.data for tile in tree(entries).tiles
    }
    for start in range(0, len(entries), FULL_WIDTH):
        bundle = entries[start : start + FULL_WIDTH]
        files[TileId(None, start // FULL_WIDTH, len(bundle)).path] = format_entries(bundle)
    files["checkpoint"] = head(entries, key)
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder
