# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The others in the same run, on the same disk: plain hash chains, and pymerkle's SqliteTree.

None of them signs anything. A chain has no proof that an entry is in it, short of all of it.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg
from _ground import leaf, percentiles
from pymerkle import SqliteTree, verify_inclusion

START = hashlib.sha256(b"").digest()

#: Puts a batch durably on the disk.
Append = Callable[[Sequence[bytes]], object]


def link(head: bytes, entry: bytes) -> bytes:
    return hashlib.sha256(head + entry).digest()


def make_chain(owner: psycopg.Connection) -> None:
    owner.execute("CREATE TABLE peer_chain (id bigserial PRIMARY KEY, leaf bytea, head bytea)")
    owner.execute("CREATE TABLE peer_head (head bytea)")
    owner.execute("INSERT INTO peer_head VALUES (%b)", (START,))


def postgres_chain(url: str) -> Append:
    """One row an entry, the head under a row lock, a transaction for each batch."""
    connection = psycopg.connect(url)

    def append(leaves: Sequence[bytes]) -> None:
        (head,) = connection.execute("SELECT head FROM peer_head FOR UPDATE").fetchone()
        heads = []
        for entry in leaves:
            head = link(head, entry)
            heads.append(head)
        connection.execute(
            "INSERT INTO peer_chain (leaf, head) SELECT * FROM unnest(%b::bytea[], %b::bytea[])",
            (list(leaves), heads),
        )
        connection.execute("UPDATE peer_head SET head = %b", (head,))
        connection.commit()

    return append


def file_chain(folder: Path) -> Append:
    """Entry and hash after each other in one file, fsync for each batch."""
    file = (folder / "chain").open("ab", buffering=0)
    head = START

    def append(leaves: Sequence[bytes]) -> None:
        nonlocal head
        parts = []
        for entry in leaves:
            head = link(head, entry)
            parts += [len(entry).to_bytes(2, "big"), entry, head]
        file.write(b"".join(parts))
        os.fsync(file.fileno())

    return append


def sqlite_tree(folder: Path) -> Append:
    """pymerkle commits each append_entry, and each append_entries as a whole."""
    tree = SqliteTree(str(folder / "tree.db"))

    def append(leaves: Sequence[bytes]) -> None:
        if len(leaves) == 1:
            tree.append_entry(leaves[0])
        else:
            tree.append_entries(leaves)

    return append


def rate(make: Callable[[Any], Append], place: Any, *, batch: int, seconds: float) -> float:
    """Durable entries a second of one writer."""
    append, done = make(place), 0
    append([leaf()])
    began = time.perf_counter()
    while (now := time.perf_counter()) < began + seconds:
        append([leaf() for _ in range(batch)])
        done += batch
    return done / (now - began)


def tree_at_size(folder: Path, *, size: int, proofs: int) -> list[tuple[str, str]]:
    """pymerkle with `size` entries: what was measured, and what came out."""
    file = folder / "sized.db"
    tree = SqliteTree(str(file))
    leaves = [leaf() for _ in range(size)]
    began = time.perf_counter()
    for at in range(0, size, 1000):
        tree.append_entries(leaves[at : at + 1000])
    appended = time.perf_counter() - began
    began = time.perf_counter()
    root = tree.get_root()
    whole = time.perf_counter() - began
    kept = _proof_times(tree, root, size=size, proofs=proofs)
    plain = SqliteTree(str(file), disable_cache=True)
    fresh = _proof_times(plain, root, size=size, proofs=max(proofs // 10, 1))
    over = (file.stat().st_size - sum(map(len, leaves))) / size
    return [
        ("append, 1,000 a commit", f"{size / appended:,.0f}/s"),
        ("root from the stored hashes", f"{whole:.2f} s"),
        ("inclusion proof, roots kept in memory", _ms(kept)),
        ("inclusion proof, nothing kept", _ms(fresh)),
        ("overhead per entry", f"{over:.1f} B"),
    ]


def _proof_times(tree: SqliteTree, root: bytes, *, size: int, proofs: int) -> list[float]:
    took = []
    for number in range(proofs):
        index = 1 + number * 7919 % size
        began = time.perf_counter()
        proof = tree.prove_inclusion(index)
        took.append(time.perf_counter() - began)
        verify_inclusion(tree.get_leaf(index), root, proof)
    return took


def _ms(took: Sequence[float]) -> str:
    p50, p99, longest = (1000 * one for one in percentiles(took, 0.5, 0.99))
    return f"p50 {p50:.2f} ms, p99 {p99:.2f} ms, max {longest:.2f} ms"


def chain_at_size(*, size: int, make: Callable[[], bytes]) -> list[tuple[str, str]]:
    """A chain of `size` entries verified whole, from memory, ten thousand at a time."""
    head = checked = START
    took = 0.0
    for start in range(0, size, 10_000):
        stored = []
        for _ in range(start, min(start + 10_000, size)):
            entry = make()
            head = link(head, entry)
            stored.append((entry, head))
        began = time.perf_counter()
        for entry, expected in stored:
            checked = link(checked, entry)
            if checked != expected:
                raise AssertionError("the chain is broken")
        took += time.perf_counter() - began
    return [
        ("full verification, no reading", f"{took:.1f} s"),
        ("inclusion proof", "none short of the chain: all entries after it"),
        ("overhead per entry", f"{len(START)} B and what the store adds"),
    ]
