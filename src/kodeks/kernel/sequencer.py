# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Gives waiting ledger entries their place and signs the tree's head, at least every second.

The leaves wait in a queue that is written in their cause's transaction, so writers never wait
for each other; one sequencer at a time (advisory lock in the database) makes one order of them.
"""

from __future__ import annotations

import threading
import time

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from kodeks.kernel import calls, signing
from kodeks.kernel.storage import read_tile
from kodeks.ledger import checkpoint
from kodeks.ledger.merkle import HASH_SIZE
from kodeks.ledger.tiles import Batch, TreeBuilder

log = structlog.get_logger(__name__)
BATCH = 5000
PAUSE = 0.5
"""Seconds between looks at the queue; well below the promised second."""
THIN_SECONDS = 3600.0
"""Seconds between removals of old heads that newer ones make superfluous."""


@transaction.atomic
def integrate() -> int:
    """Integrate one batch and sign the new head; returns how many entries it newly covers.

    Everything happens in one transaction: an entry has a place only together with the tiles and
    the head that cover it, so a crash leaves the tree either before the batch or after it. The
    database computes tiles and root once more and refuses others (kernel.ledger_publish).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT first, hashes FROM kernel.ledger_integrate(%s)", [BATCH])
        row = cursor.fetchone()
        if row is None:
            return 0
        first, hashes = row
        builder = TreeBuilder(size=first, read_tile=read_tile)
        batch = builder.append(leaf_hashes(bytes(hashes)))
        cursor.execute(
            "SELECT kernel.ledger_publish(%s, %s, %s, %s, %s, %s, %s)",
            [
                batch.size,
                batch.root,
                _signed_head(batch),
                [tile.level for tile in batch.tiles],
                [tile.index for tile in batch.tiles],
                [tile.width for tile in batch.tiles],
                [tile.data for tile in batch.tiles],
            ],
        )
    return batch.size - int(first)


def leaf_hashes(joined: bytes) -> list[bytes]:
    """The single hashes of what kernel.ledger_integrate returns."""
    return [joined[at : at + HASH_SIZE] for at in range(0, len(joined), HASH_SIZE)]


def run(stopped: threading.Event) -> None:
    """Integrate until `stopped`; a database that goes away is waited for."""
    thin_at = time.monotonic()
    while not stopped.is_set():
        try:
            if integrate() >= BATCH:
                continue
            if time.monotonic() >= thin_at:
                thin_at = time.monotonic() + THIN_SECONDS
                calls.call("ledger_thin")
        except (OperationalError, InterfaceError) as error:
            log.warning("sequencer_waits_for_database", error=type(error).__name__)
            connection.close()
        stopped.wait(PAUSE)
    connection.close()


def _signed_head(batch: Batch) -> str:
    signer = signing.signer()
    head = checkpoint.Checkpoint(origin=signer.name, size=batch.size, root=batch.root)
    return checkpoint.sign(checkpoint=head, signer=signer).decode()
