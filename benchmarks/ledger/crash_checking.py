# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a log that went through crashes must still be, held against what was acknowledged.

`Facts` is read from the database once; `check` computes on it alone, so that spoiled copies of the
facts show that it finds what it looks for.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import psycopg

from kodeks.ledger import checkpoint, merkle, note
from kodeks.ledger.entries import parse_entries
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.tiles import FULL_WIDTH, HashReader, TreeBuilder

PROOFS, FEW_PROOFS = 400, 20

#: After a restart: how many of the acknowledged entries stand, each waiting or in one place.
_STANDING = """
    WITH queued AS (
        SELECT id FROM kernel_ledgerpending
        UNION ALL SELECT pending_id FROM kernel_ledgerentry
        UNION ALL SELECT unnest(pending_ids) FROM kernel_ledgerbundle)
    SELECT count(*) FROM (
        SELECT e.body ->> 'reason' FROM kernel_registryevent AS e
        JOIN queued AS q ON q.id = e.pending_id
        WHERE e.body ->> 'reason' = ANY (%s) GROUP BY 1 HAVING count(*) = 1) AS once
"""
_WITHOUT_GAP = """
    SELECT (SELECT count(*) = coalesce(max(index) + 1, 0) FROM kernel_ledgerbundle)
       AND (SELECT count(*) = 0 OR (max(index) - min(index) + 1 = count(*)
            AND min(index) = (SELECT count(*) * 256 FROM kernel_ledgerbundle))
            FROM kernel_ledgerentry)
       AND (SELECT coalesce(max(size), 0) FROM kernel_ledgercheckpoint) =
           (SELECT count(*) FROM kernel_ledgerentry)
           + (SELECT count(*) * 256 FROM kernel_ledgerbundle)
"""


@dataclass(frozen=True)
class Head:
    """A stored head."""

    size: int
    root: bytes
    note: str


@dataclass(frozen=True)
class Place:
    """An entry where it stands: its number in the queue, and the leaf."""

    index: int
    queued: int
    leaf: bytes


@dataclass(frozen=True)
class Facts:
    """What was told, and what the database holds."""

    acknowledged: Sequence[str]
    withdrawn: Sequence[str]
    shown: Sequence[tuple[int, str]]
    """Heads that a sequencer saw committed: size and root."""
    events: dict[str, tuple[str, int]]
    """By the leaf's id: its name (empty for what was there before) and number in the queue."""
    places: Sequence[Place]
    heads: Sequence[Head]
    tiles: dict[tuple[int, int], bytes]
    waiting: int


@dataclass
class Found:
    """How many faults of each kind."""

    lost: int = 0
    doubled: int = 0
    gaps: int = 0
    withdrawn: int = 0
    strangers: int = 0
    roots: int = 0
    signatures: int = 0
    proofs: int = 0
    heads_lost: int = 0
    waiting: int = 0

    @property
    def total(self) -> int:
        return sum(vars(self).values())


def glance(owner: psycopg.Connection, acknowledged: Sequence[str]) -> list[str]:
    """Faults that can be seen cheaply after each restart, `acknowledged` since the last one."""
    faults = []
    (standing,) = owner.execute(_STANDING, (list(acknowledged),)).fetchone()
    if standing != len(acknowledged):
        faults.append(f"{len(acknowledged) - standing} acknowledged entries do not stand once")
    (whole,) = owner.execute(_WITHOUT_GAP).fetchone()
    if not whole:
        faults.append("the places have a gap, or the newest head does not cover them")
    return faults


def read(
    owner: psycopg.Connection,
    *,
    acknowledged: Sequence[str],
    withdrawn: Sequence[str],
    shown: Sequence[str],
) -> Facts:
    """All of the log, from the bundles and the entries after them."""
    places = []
    for number, data, queued in owner.execute(
        "SELECT index, data, pending_ids FROM kernel_ledgerbundle ORDER BY index"
    ):
        leaves = parse_entries(data)
        # A bundle of fewer shows as a gap.
        places += [
            Place(number * FULL_WIDTH + at, *pair)
            for at, pair in enumerate(zip(queued, leaves, strict=True))
        ]
    rows = owner.execute("SELECT index, pending_id, leaf FROM kernel_ledgerentry ORDER BY index")
    places += [Place(*row) for row in rows]
    events = owner.execute(
        "SELECT id::text, coalesce(body ->> 'reason', ''), pending_id FROM kernel_registryevent"
    )
    heads = owner.execute("SELECT size, root, note FROM kernel_ledgercheckpoint ORDER BY size")
    tiles = owner.execute("SELECT level, index, data FROM kernel_ledgertile ORDER BY width")
    (waiting,) = owner.execute("SELECT count(*) FROM kernel_ledgerpending").fetchone()
    return Facts(
        acknowledged=acknowledged,
        withdrawn=withdrawn,
        shown=[(int(size), root) for size, root in map(str.split, shown)],
        events={one: (name, queued) for one, name, queued in events},
        places=places,
        heads=[Head(*row) for row in heads],
        tiles={(level, index): data for level, index, data in tiles},
        waiting=waiting,
    )


def check(
    facts: Facts, *, key: note.VerifierKey, draw: random.Random, proofs: int = PROOFS
) -> Found:
    """Count the faults; `proofs` heads, by chance, are proved to be continued by the last."""
    found = Found(waiting=facts.waiting)
    names = _names(facts, found)
    found.lost = sum(names[name] == 0 for name in facts.acknowledged)
    found.withdrawn = sum(names[name] > 0 for name in facts.withdrawn)
    found.gaps = sum(place.index != at for at, place in enumerate(facts.places))
    _check_heads(facts, found, key)
    _check_proofs(facts, found, draw.sample(facts.heads, min(proofs, len(facts.heads))))
    stored = {(head.size, head.root.hex()) for head in facts.heads}
    found.heads_lost = sum(shown not in stored for shown in facts.shown)
    return found


def _names(facts: Facts, found: Found) -> Counter[str]:
    """How often each name stands in the log: that of its event, at the event's number."""
    names: Counter[str] = Counter()
    ids: Counter[str] = Counter()
    for place in facts.places:
        one = json.loads(place.leaf)["id"]
        ids[one] += 1
        name, queued = facts.events.get(one, ("", -1))
        found.strangers += queued != place.queued
        names[name] += 1
    # What the ledger was told of, and what it holds, are the same.
    found.strangers += sum(one not in ids for one in facts.events)
    found.doubled = ids.total() - len(ids)
    found.doubled += sum(number - 1 for name, number in names.items() if name and number > 1)
    found.doubled += len(facts.places) - len({place.queued for place in facts.places})
    return names


def _check_heads(facts: Facts, found: Found, key: note.VerifierKey) -> None:
    """Each head is signed, and its root is that of the first so many leaves as they stand now."""
    builder = TreeBuilder(size=0, read_tile=lambda level, index, width: b"")
    hashes = [merkle.leaf_hash(place.leaf) for place in facts.places]
    for head in facts.heads:
        builder.append(hashes[builder.size : head.size])
        found.roots += (builder.size, builder.root) != (head.size, head.root)
        try:
            signed = checkpoint.open_signed(head.note.encode(), key=key)
            found.signatures += (signed.size, signed.root) != (head.size, head.root)
        except VerificationError:
            found.signatures += 1
    last = facts.heads[-1]
    # Once more from all leaves, by the other implementation.
    found.roots += (last.size, last.root) != (len(hashes), merkle.root_hash(hashes))


def _check_proofs(facts: Facts, found: Found, heads: Sequence[Head]) -> None:
    """Each of `heads` is continued by the last one, proved from the stored tiles."""
    last = facts.heads[-1]
    reader = HashReader(last.size, lambda level, index, width: facts.tiles[level, index])
    for head in heads:
        try:
            proof = reader.consistency_proof(old_size=head.size)
            merkle.verify_consistency(
                old_size=head.size,
                old_root=head.root,
                new_size=last.size,
                new_root=last.root,
                proof=proof,
            )
        except (VerificationError, KeyError):
            found.proofs += 1


def spoiled(facts: Facts) -> Iterator[tuple[str, str, Facts]]:
    """Copies of the facts in which one thing is wrong: what, the count that must show it, facts."""
    places, heads = list(facts.places), list(facts.heads)
    middle, half = len(places) // 2, len(heads) // 2
    one, other, head = places[middle], places[middle + 1], heads[half]

    def standing(*instead: Place) -> Facts:
        return replace(facts, places=[*places[:middle], *instead, *places[middle + 2 :]])

    def signed(**changes: Any) -> Facts:
        instead = replace(head, **changes)
        return replace(facts, heads=[*heads[:half], instead, *heads[half + 1 :]])

    def told(**more: list[Any]) -> Facts:
        return replace(facts, **{name: [*getattr(facts, name), *new] for name, new in more.items()})

    swapped = replace(one, leaf=other.leaf), replace(other, leaf=one.leaf)
    changed = replace(one, leaf=one.leaf.replace(b'"at":"2', b'"at":"1'))
    *body, signature, end = head.note.split("\n")
    forged = "\n".join([*body, signature[:-8] + "A" * 8, end])
    turned = {at: data[32:] + data[:32] for at, data in facts.tiles.items()}
    yield "an acknowledged entry that is not there", "lost", told(acknowledged=["w9g9n9"])
    yield "the last entry missing", "roots", replace(facts, places=places[:-1])
    yield "an entry twice", "doubled", replace(facts, places=[*places, places[-1]])
    yield (
        "an entry twice under two numbers",
        "doubled",
        standing(one, replace(one, index=middle + 1)),
    )
    yield "an entry left out", "gaps", standing(other)
    yield "two entries swapped", "strangers", standing(*swapped)
    yield "an entry changed", "roots", standing(changed, other)
    yield "a rolled back entry", "withdrawn", told(withdrawn=facts.acknowledged[:1])
    yield "a head with another root", "roots", signed(root=bytes(32))
    yield "a head with another head's note", "signatures", signed(note=heads[0].note)
    yield "a head with a false signature", "signatures", signed(note=forged)
    yield "a shown head that is gone", "heads_lost", told(shown=[(head.size, "00" * 32)])
    yield "tiles with other hashes", "proofs", replace(facts, tiles=turned)
    yield "an entry that still waits", "waiting", replace(facts, waiting=1)
