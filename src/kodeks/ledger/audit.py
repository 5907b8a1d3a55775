# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Checks a whole published log (C2SP tlog-tiles) from its entries up to its signed head."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from kodeks.ledger import checkpoint, merkle, policy
from kodeks.ledger.checkpoint import Checkpoint
from kodeks.ledger.cosignature import Cosignature
from kodeks.ledger.entries import parse_entries
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.note import VerifierKey
from kodeks.ledger.tiles import (
    FULL_WIDTH,
    HEIGHT,
    HashReader,
    TileId,
    levels,
    partial_width,
)

HEAD = "checkpoint"

#: Reads a file of the log by its path below the log's address; raises VerificationError.
ReadFile = Callable[[str], bytes]
#: Is told how many entries have been checked.
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Audited:
    """A log that holds from its first entry to its signed head."""

    head: Checkpoint
    cosignatures: tuple[Cosignature, ...]


def audit(
    read: ReadFile,
    *,
    key: VerifierKey,
    trusted_policy: policy.Policy | None = None,
    since: bytes | None = None,
    progress: Progress = lambda checked: None,
) -> Audited:
    """Check every entry and every tile of the log with `key`.

    `since` is an earlier checkpoint (a signed note) that somebody else has kept: only with one can
    it be seen that a log was shortened or written anew by whoever holds its key. `trusted_policy`
    says which witnesses must have seen the head. Raises VerificationError that names the file.
    """
    data = read(HEAD)
    head = checkpoint.open_signed(data, key=key)
    seen: tuple[Cosignature, ...] = ()
    if trusted_policy is not None:
        seen = policy.require(trusted_policy, data).cosignatures
    earlier = None if since is None else checkpoint.open_signed(since, key=key)
    if earlier is not None and earlier.size > head.size:
        raise VerificationError(
            f"Loggen har {head.size} poster, men havde {earlier.size}. Der er fjernet poster."
        )
    _check_tree(read, head=head, progress=progress)
    if earlier is not None:
        _require_continued(read, head=head, earlier=earlier)
    return Audited(head, seen)


def _require_continued(read: ReadFile, *, head: Checkpoint, earlier: Checkpoint) -> None:
    """Raises VerificationError unless the log at `head` begins with the log at `earlier`.

    By a proof that binds both roots: the files are read again for it, and whoever serves them may
    answer otherwise than before.
    """
    reader = HashReader(head.size, lambda level, index, width: read(_tile(level, index, width)))
    try:
        if earlier.size == 0:
            if earlier.root != merkle.EMPTY_ROOT:
                raise VerificationError("En tom log har en anden rod.")
            return
        merkle.verify_consistency(
            old_size=earlier.size,
            old_root=earlier.root,
            new_size=head.size,
            new_root=head.root,
            proof=reader.consistency_proof(old_size=earlier.size),
        )
    except VerificationError as error:
        raise VerificationError(
            f"Loggen er skrevet om: dens første {earlier.size} poster er ikke dem, der stod der."
        ) from error


def _check_tree(read: ReadFile, *, head: Checkpoint, progress: Progress) -> None:
    """Compute each tile from what is below it and compare; at last the root."""
    edge: list[list[bytes]] = [[] for _ in levels(head.size)]
    for index in range(-(-head.size // FULL_WIDTH)):
        width = min(FULL_WIDTH, head.size - index * FULL_WIDTH)
        edge[0] = _leaf_hashes(read, index=index, width=width)
        level, number = 0, index
        while len(edge[level]) == FULL_WIDTH:
            _compare(read, level=level, index=number, hashes=edge[level])
            root = merkle.root_hash(edge[level])
            edge[level] = []
            level, number = level + 1, number >> HEIGHT
            if level == len(edge):
                edge.append([])
            edge[level].append(root)
        progress(index * FULL_WIDTH + width)
    # What is left at each level is its partial tile; the root is over them, the highest first.
    above: list[bytes] = []
    for level, hashes in enumerate(edge):
        if hashes and partial_width(level=level, size=head.size):
            _compare(read, level=level, index=head.size >> HEIGHT * (level + 1), hashes=hashes)
        above = [merkle.root_hash([*hashes, *above])] if hashes or above else []
    if (above[0] if above else merkle.EMPTY_ROOT) != head.root:
        raise VerificationError("Loggens underskrevne rod er ikke roden af dens poster.")


def _leaf_hashes(read: ReadFile, *, index: int, width: int) -> list[bytes]:
    path = TileId(None, index, width).path
    found = parse_entries(read(path))
    if len(found) != width:
        raise VerificationError(f"Filen {path} har {len(found)} poster og skal have {width}.")
    return [sha256(b"\x00" + entry).digest() for entry in found]


def _compare(read: ReadFile, *, level: int, index: int, hashes: list[bytes]) -> None:
    path = _tile(level, index, len(hashes))
    if read(path) != b"".join(hashes):
        raise VerificationError(f"Filen {path} passer ikke til de poster, der ligger under den.")


def _tile(level: int, index: int, width: int) -> str:
    return TileId(level, index, width).path
