# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Durable ledger entries a second, in batches of 1, 10, 100 and 1,000 a commit, fsync on.

    .venv/bin/python benchmarks/ledger/throughput.py

`kodeks` is the whole way: writers commit leaves into the queue, and the sequencer in a process of
its own gives them their places and signs heads. What counts is the entries under a signed head,
from the beginning of the first commit until the last entry is covered; `committed` is what the
writers could put into the queue meanwhile. Beside it, on the same disk in the same run, three that
sign nothing: a plain hash chain in PostgreSQL, one in a file, and pymerkle's SqliteTree. Fails when
kodeks in batches of 1,000 covers fewer than 10,000 entries a second.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import peers
import psycopg
from _ground import PROCESSES, covered, fresh, leaf, percentiles, sequencing, settle, wait_until

BATCHES = (1, 10, 100, 1000)
WRITERS = (1, 4)
WANTED = 10_000
WARM = 2.0

_PUT = """
    WITH put AS (INSERT INTO kernel_ledgerpending (leaf) SELECT unnest(%b::bytea[]) RETURNING id)
    SELECT max(id) FROM put
"""
_PLACES = """
    WITH wanted AS (SELECT unnest(%(wanted)s::bigint[]) AS id)
    SELECT i.id, b.index * 256 + i.at - 1
    FROM kernel_ledgerbundle AS b CROSS JOIN unnest(b.pending_ids) WITH ORDINALITY AS i(id, at)
    JOIN wanted AS w ON w.id = i.id WHERE b.high >= %(first)s
    UNION ALL SELECT e.pending_id, e.index
    FROM kernel_ledgerentry AS e JOIN wanted AS w ON w.id = e.pending_id
"""


@dataclass(frozen=True)
class Commit:
    """When a batch was committed, and its last entry's number in the queue."""

    at: float
    last: int


@dataclass(frozen=True)
class Found:
    """Entries a second, under a signed head and committed; delays from one to the other."""

    rate: float
    committed: float
    delays: list[float]
    per_head: float


#: By writers and batch.
Kodeks = dict[tuple[int, int], Found]
#: Entries a second for each size of batch, by name and writers.
Peers = dict[tuple[str, int], list[float]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=10.0, help="of writing, for each figure")
    seconds = parser.parse_args().seconds
    with fresh() as cluster, psycopg.connect(cluster.owner_url, autocommit=True) as owner:
        peers.make_chain(owner)
        found, rates = _all(owner, cluster.owner_url, Path(os.environ["KODEKS_HOME"]), seconds)
    _print_rates(found, rates)
    _print_ratios(found, rates)
    _print_delays(found)
    reached = min(found[writers, 1000].rate for writers in WRITERS)
    verdict = "held" if reached >= WANTED else "BROKEN"
    print(f"\nlimit: at least {WANTED:,} a second in batches of 1,000: {reached:,.0f}, {verdict}")
    return 0 if reached >= WANTED else 1


def _all(owner: psycopg.Connection, url: str, folder: Path, seconds: float) -> tuple[Kodeks, Peers]:
    """Batch by batch, kodeks and peers in turn: the disk and what else runs change meanwhile."""
    found: Kodeks = {}
    rates: Peers = {}
    contenders = (
        *(("hash chain in PostgreSQL", peers.postgres_chain, url, many) for many in WRITERS),
        ("hash chain in a file", peers.file_chain, folder, 1),
        ("pymerkle SqliteTree", peers.sqlite_tree, folder, 1),
    )
    with sequencing() as sequencer:
        _measure(owner, url, sequencer, 1, 1, WARM)
        for batch in BATCHES:
            for writers in WRITERS:
                found[writers, batch] = _measure(owner, url, sequencer, writers, batch, seconds)
            for name, make, place, writers in contenders:
                rate = _rate(make, place, writers, batch, seconds)
                rates.setdefault((name, writers), []).append(rate)
            print(f"batches of {batch:,}: measured", flush=True)
    return found, rates


def _measure(
    owner: psycopg.Connection,
    url: str,
    sequencer: BaseProcess,
    writers: int,
    batch: int,
    seconds: float,
) -> Found:
    before = settle(owner, sequencer)
    start, answers = PROCESSES.Barrier(writers), PROCESSES.Queue()
    processes = [
        PROCESSES.Process(target=_write, args=(url, batch, seconds, start, answers))
        for _ in range(writers)
    ]
    for process in processes:
        process.start()
    # Heads are seen from outside, when they can be read: what a receipt has to wait for.
    heads: list[tuple[int, float]] = [(before, time.monotonic())]
    began: list[float] = []
    commits: list[Commit] = []

    def all_seen() -> bool:
        if (now := covered(owner)) > heads[-1][0]:
            heads.append((now, time.monotonic()))
        if not answers.empty():
            first, made = answers.get()
            began.append(first)
            commits.extend(made)
        return len(began) == writers and heads[-1][0] >= before + len(commits) * batch

    wait_until(all_seen, sequencer, seconds_between=0.005)
    for process in processes:
        process.join()
    entries = heads[-1][0] - before
    written = max(commit.at for commit in commits) - min(began)
    return Found(
        entries / (heads[-1][1] - min(began)),
        entries / written,
        _delays(owner, commits, heads),
        entries / (len(heads) - 1),
    )


def _write(url: str, batch: int, seconds: float, start: Any, answers: Any) -> None:
    connection = psycopg.connect(url, autocommit=True)
    commits = []
    start.wait()
    began = now = time.monotonic()
    while now < began + seconds:
        leaves = [leaf() for _ in range(batch)]
        (last,) = connection.execute(_PUT, (leaves,)).fetchone()
        now = time.monotonic()
        commits.append(Commit(now, last))
    answers.put((began, commits))


def _delays(
    owner: psycopg.Connection, commits: list[Commit], heads: list[tuple[int, float]]
) -> list[float]:
    """Seconds from each commit until a head that covers its last entry could be read."""
    wanted = [commit.last for commit in commits]
    places = dict(owner.execute(_PLACES, {"first": min(wanted), "wanted": wanted}).fetchall())
    sizes = [size for size, _ in heads]
    # A head that is there before the writer has heard of its own commit counts as no delay.
    return [
        max(0.0, heads[bisect_left(sizes, places[commit.last] + 1)][1] - commit.at)
        for commit in commits
    ]


def _rate(
    make: Callable[[Any], peers.Append], place: Any, writers: int, batch: int, seconds: float
) -> float:
    start, answers = PROCESSES.Barrier(writers), PROCESSES.Queue()
    processes = [
        PROCESSES.Process(target=_append, args=(make, place, batch, seconds, start, answers))
        for _ in range(writers)
    ]
    for process in processes:
        process.start()
    total = sum(answers.get() for _ in processes)
    for process in processes:
        process.join()
    return total


def _append(
    make: Callable[[Any], peers.Append],
    place: Any,
    batch: int,
    seconds: float,
    start: Any,
    answers: Any,
) -> None:
    start.wait()
    answers.put(peers.rate(make, place, batch=batch, seconds=seconds))


def _named(name: str, writers: int) -> str:
    return f"{name}, {writers} writer{'s' if writers > 1 else ''}"


def _print_rates(found: Kodeks, rates: Peers) -> None:
    print(f"\n{'entries a second, by batch':44}" + "".join(f"{batch:>10,}" for batch in BATCHES))
    rows = {}
    for writers in WRITERS:
        own = [found[writers, batch] for batch in BATCHES]
        rows["kodeks, under a signed head", writers] = [one.rate for one in own]
        rows["kodeks, committed", writers] = [one.committed for one in own]
    for (name, writers), row in (rows | rates).items():
        print(f"{_named(name, writers):44}" + "".join(f"{rate:>10,.0f}" for rate in row))


def _print_ratios(found: Kodeks, rates: Peers) -> None:
    """kodeks under a signed head against each peer, with as many writers."""
    print("\nkodeks : peer")
    for (name, writers), peer in rates.items():
        own = [found[writers, batch].rate for batch in BATCHES]
        cells = (f"{mine / its:>10.2f}" for mine, its in zip(own, peer, strict=True))
        print(f"{_named(name, writers):44}" + "".join(cells))


def _print_delays(found: Kodeks) -> None:
    """Nothing holds writers back: where they outrun the sequencer, the delay is its queue's."""
    print("\nfrom commit to signed head       batch    p50 ms    p99 ms    max ms  entries a head")
    for (writers, batch), one in found.items():
        times = (f"{1000 * delay:>10,.0f}" for delay in percentiles(one.delays, 0.5, 0.99))
        cells = f"{batch:>6,}" + "".join(times) + f"{one.per_head:>16,.0f}"
        print(f"{_named('', writers)[2:]:32}{cells}")


if __name__ == "__main__":
    sys.exit(main())
