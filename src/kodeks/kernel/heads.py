# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What an auditor of the log reads: its heads, how it has grown, and its files. Writes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import connection

from kodeks.kernel import storage, witnessing
from kodeks.kernel.models import LedgerCheckpoint, LedgerCosignature, WitnessPolicy
from kodeks.ledger import note
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.note import VerifierKey
from kodeks.ledger.tiles import FULL_WIDTH, HEIGHT, TileId

_LARGEST = 2**63 - 1

# The heads' sizes and times both rise, so the last head before a moment is found by halving over
# the primary key: some forty look-ups for each moment, however many heads there are. A head comes
# every second, and counting them all for each visitor would be a way to stop the page.
_SIZES = """
    WITH RECURSIVE search(place, moment, low, high) AS (
        SELECT m.place, m.moment, 0::bigint,
               1 + coalesce((SELECT max(size) FROM kernel_ledgercheckpoint), 0)
        FROM unnest(%s::timestamptz[]) WITH ORDINALITY AS m(moment, place)
        UNION ALL
        SELECT s.place, s.moment,
               CASE WHEN coalesce(h.at < s.moment, true) THEN (s.low + s.high) / 2 ELSE s.low END,
               CASE WHEN coalesce(h.at < s.moment, true) THEN s.high ELSE h.size END
        FROM search AS s
        LEFT JOIN LATERAL (
            SELECT c.size, c.at FROM kernel_ledgercheckpoint AS c
            WHERE c.size > s.low AND c.size <= (s.low + s.high) / 2
            ORDER BY c.size DESC LIMIT 1) AS h ON true
        WHERE s.high - s.low > 1
    )
    SELECT coalesce((
        SELECT c.size FROM kernel_ledgercheckpoint AS c
        WHERE c.size <= s.low ORDER BY c.size DESC LIMIT 1), 0)
    FROM search AS s WHERE s.high - s.low <= 1 ORDER BY s.place
"""


def published() -> LedgerCheckpoint | None:
    """The head to build on: the newest that enough witnesses signed, or none; the newest of all
    when the log has no witnesses."""
    if witnessing.in_force() is None:
        return storage.latest_checkpoint()
    seen = witnessing.newest_seen()
    return None if seen is None else of_size(seen.size)


def of_size(size: int) -> LedgerCheckpoint | None:
    """The head that was signed at `size`; None when none was."""
    if not 0 <= size <= _LARGEST:
        return None
    return LedgerCheckpoint.objects.filter(size=size).first()


def after(size: int) -> LedgerCheckpoint | None:
    """The first head with more than `size` entries."""
    return LedgerCheckpoint.objects.filter(size__gt=size).order_by("size").first()


def signed_note(head: LedgerCheckpoint) -> bytes:
    """The signed note of `head` with every cosignature that we know, in the order they came."""
    lines = LedgerCosignature.objects.filter(size=head.size).order_by("id")
    # A note with more signatures than that can be read by nobody.
    most = note.MAX_SIGNATURES - len(note.parse(head.note.encode()).signatures)
    return head.note.encode() + "".join(lines.values_list("line", flat=True)[:most]).encode()


def witness_keys() -> list[VerifierKey]:
    """The keys of all who are witnesses or have been: they signed the heads that people kept."""
    found: dict[str, VerifierKey] = {}
    for row in WitnessPolicy.objects.order_by("-id"):
        for one in witnessing.witnesses_of(row):
            found.setdefault(one.key.text, one.key)
    return list(found.values())


def sizes_before(moments: Sequence[dt.datetime]) -> list[int]:
    """How many entries the newest head before each moment had; 0 before the first head.

    After a clock was set back it may be another head of about that time, never a broken answer.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SIZES, [list(moments)])
        return [size for (size,) in cursor.fetchall()]


def file(tile: TileId) -> bytes:
    """A file of the log as C2SP tlog-tiles wants it, of exactly the width that is asked for.

    Raises VerificationError when no signed head covers all of it.
    """
    head = storage.latest_checkpoint()
    covered = 0 if head is None else head.size >> HEIGHT * (tile.level or 0)
    if tile.index * FULL_WIDTH + tile.width > covered:
        raise VerificationError("Loggen har ingen fil på den adresse.")
    if tile.level is None:
        return storage.read_bundle(tile.index, tile.width)
    return storage.read_tile(tile.level, tile.index, tile.width)
