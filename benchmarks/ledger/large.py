# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A large ledger: memory while it grows, bytes for each entry, proofs, verification of an export.

    .venv/bin/python benchmarks/ledger/large.py --entries 10000000
    .venv/bin/python benchmarks/ledger/large.py --entries 10000000 --payload 8

The log is filled the real way: leaves are committed into the queue, and the sequencer in a process
of its own gives them their places. Beside it, in the same run, pymerkle with 100,000 entries (it
does not bear more) and a plain hash chain of as many entries as the log. Fails when a proof takes
more than 10 ms (p99), verification of the export more than 120 s, an entry more than 60 bytes
beside its payload, or when the sequencer's memory grows more than 10 MB from 20 % to 100 %.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import peers
import psycopg
from _filling import fill
from _ground import MB, fresh, leaf, percentiles, run, sequencing
from _storage import Storage, measure_storage

PROOFS = 2000
CONSISTENCY = 500
PYMERKLE = 100_000


@dataclass(frozen=True)
class Limit:
    """What was promised, what came out, and the most that it may be."""

    what: str
    value: float
    most: float
    unit: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=10_000_000)
    parser.add_argument("--payload", type=int, choices=(8, 230), default=230, help="bytes a leaf")
    asked = parser.parse_args()
    random.seed(20261126)
    # It takes half an hour: what is known is shown, also in a file.
    sys.stdout.reconfigure(line_buffering=True)
    limits = []
    with fresh() as cluster, psycopg.connect(cluster.owner_url, autocommit=True) as owner:
        with sequencing() as sequencer:
            grown = fill(owner, sequencer, entries=asked.entries, payload=asked.payload)
        limits.append(Limit("sequencer's memory, 20 % to 100 %", grown.sequencer, 10, "MB"))
        limits.append(Limit("its server process' memory", grown.server, 10, "MB"))
        limits.append(
            Limit("overhead per entry", _storage(measure_storage(owner), asked.entries), 60, "B")
        )
        limits.append(Limit("inclusion proof, p99", _proofs(owner, asked.entries), 10, "ms"))
        _peers(asked.entries, asked.payload)
        limits.append(Limit("verification of an export", _verification(), 120, "s"))
    print()
    for one in limits:
        verdict = "held" if one.value <= one.most else "BROKEN"
        print(f"limit: {one.what:36} {one.value:>10.2f} of {one.most:g} {one.unit}: {verdict}")
    return 0 if all(one.value <= one.most for one in limits) else 1


def _storage(found: Storage, entries: int) -> float:
    """Prints where the bytes are; those for each entry beside its payload."""
    print(f"\nstorage, after VACUUM{'':20}{'MB':>10}{'B an entry':>12}")
    for table, size in found.tables.items():
        print(f"  {table:39}{size / MB:>10.1f}{size / entries:>12.2f}")
    print(f"  {'payload':39}{found.payload / MB:>10.1f}{found.payload / entries:>12.2f}")
    print(f"  {'payload as PostgreSQL keeps it':39}{found.kept / MB:>10.1f}", end="")
    print(f"{found.kept / entries:>12.2f}")
    # Compression of the payload must not hide what the log adds to it.
    over = (found.total - min(found.payload, found.kept)) / entries
    print(f"  overhead per entry: {over:.2f} B; after the payload's compression", end=" ")
    print(f"{(found.total - found.payload) / entries:.2f} B")
    return over


def _proofs(owner: psycopg.Connection, entries: int) -> float:
    """Prints how long proofs take; the p99 of a whole one, in milliseconds."""
    import django

    django.setup()
    from kodeks.kernel import storage
    from kodeks.ledger import merkle

    head = storage.latest_checkpoint()
    size, root = head.size, bytes(head.root)
    times: dict[str, list[float]] = {
        name: []
        for name in (
            "place of a number in the queue",
            "inclusion proof, place known",
            "place and head and inclusion proof",
            "the entry itself",
            "verify inclusion",
            "consistency proof",
            "verify consistency",
        )
    }
    place, known, whole, read, verify, consistency, verify_consistency = times.values()
    hashes = 0
    for index in random.sample(range(size - entries, size), min(PROOFS, entries)):
        number = _number(owner, index)
        began = time.perf_counter()
        found = storage.place_of(number)
        placed = time.perf_counter()
        newest = storage.latest_checkpoint()
        looked = time.perf_counter()
        proof = storage.inclusion_proof(index=found, size=newest.size)
        proved = time.perf_counter()
        data = storage.entry(index)
        fetched = time.perf_counter()
        merkle.verify_inclusion(
            leaf=merkle.leaf_hash(data), index=index, size=size, proof=proof, root=root
        )
        verify.append(time.perf_counter() - fetched)
        assert found == index
        place.append(placed - began)
        known.append(proved - looked)
        whole.append(proved - began)
        read.append(fetched - proved)
        hashes = max(hashes, len(proof))
    reader = storage.reader_at(head)
    for old in random.sample(range(1, size), min(CONSISTENCY, size - 1)):
        old_root = reader.root(size=old)
        began = time.perf_counter()
        proof = storage.consistency_proof(old_size=old, size=size)
        proved = time.perf_counter()
        merkle.verify_consistency(
            old_size=old, old_root=old_root, new_size=size, new_root=root, proof=proof
        )
        verify_consistency.append(time.perf_counter() - proved)
        consistency.append(proved - began)
    print(f"\n{size:,} entries, {hashes} hashes a proof{'':10}  p50 ms    p99 ms    max ms")
    for name, took in times.items():
        cells = (f"{1000 * one:>10.3f}" for one in percentiles(took, 0.5, 0.99))
        print(f"  {name:34}" + "".join(cells))
    return 1000 * percentiles(whole, 0.99)[0]


def _number(owner: psycopg.Connection, index: int) -> int:
    """An entry's number in the queue: what a record knows of its place."""
    row = owner.execute(
        "SELECT pending_ids[%(offset)s] FROM kernel_ledgerbundle WHERE index = %(bundle)s"
        " UNION ALL SELECT pending_id FROM kernel_ledgerentry WHERE index = %(index)s",
        {"bundle": index // 256, "offset": index % 256 + 1, "index": index},
    ).fetchone()
    return row[0]


def _verification() -> float:
    """The export and its verification through the command line; seconds of the verification."""
    kodeks = (sys.executable, "-m", "kodeks", "ledger")
    key = run(*kodeks, "key").output.strip()
    with tempfile.TemporaryDirectory(prefix="kodeks-export-", dir=os.environ["KODEKS_HOME"]) as at:
        exported = run(*kodeks, "export", f"{at}/log")
        files = [path.stat().st_size for path in Path(at).rglob("*") if path.is_file()]
        verified = run(*kodeks, "verify", f"{at}/log", "--key", key)
    print(f"\nexport: {exported.seconds:.1f} s, {exported.memory:.0f} MB of memory;", end=" ")
    print(f"{len(files):,} files, {sum(files) / MB:,.0f} MB")
    print(f"verify: {verified.seconds:.1f} s, {verified.memory:.0f} MB of memory")
    print("  " + verified.output.strip().replace("\n", "\n  "))
    return verified.seconds


def _peers(entries: int, payload: int) -> None:
    with tempfile.TemporaryDirectory(prefix="kodeks-peer-", dir=os.environ["KODEKS_HOME"]) as at:
        _print_peer(
            f"pymerkle SqliteTree, {PYMERKLE:,} entries",
            peers.tree_at_size(Path(at), size=PYMERKLE, proofs=PROOFS),
        )
    make = leaf if payload > 8 else (lambda: os.urandom(payload))
    _print_peer(
        f"plain hash chain, {entries:,} entries", peers.chain_at_size(size=entries, make=make)
    )


def _print_peer(name: str, found: list[tuple[str, str]]) -> None:
    print(f"\n{name}")
    for what, value in found:
        print(f"  {what:40} {value}")


if __name__ == "__main__":
    sys.exit(main())
