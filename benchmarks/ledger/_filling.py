# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Fills the log through its queue and watches the memory of those who give entries a place."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from multiprocessing.process import BaseProcess

import psycopg
from _ground import Memory, covered, memory, settle, wait_until

COMMIT = 10_000
WAITING = 50_000
"""The most that may wait: enough for the sequencer's whole batches, and the queue stays small."""
PARTS = 20

# As kodeks.ledger's leaves: canonical JSON of which most is random. Made by the server, since the
# measurement is not of this process.
_LEAF = """
    convert_to('{"at":"2026-11-26T10:15:34.' || lpad((n %% 1000000)::text, 6, '0')
        || 'Z","commitment":"' || encode(sha256(int8send(n)), 'hex') || '","id":"'
        || gen_random_uuid() || '","kind":"recommendation",'
        || '"system":"inquiries-of-roads-and-environment"}', 'UTF8')
"""
_LEAVES = {8: "int8send(n)", 230: _LEAF}
_PUT = "INSERT INTO kernel_ledgerpending (leaf) SELECT {} FROM generate_series(%s::bigint, %s) AS n"
# Nobody else is logged in as the application.
_SERVER = """
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND usename <> current_user
      AND backend_type = 'client backend'
"""


@dataclass(frozen=True)
class Grown:
    """MB that the sequencer and its server process grew from 20 % to 100 % of the entries."""

    sequencer: float
    server: float


@dataclass(frozen=True)
class Step:
    """What was seen when `entries` were covered."""

    at: float
    entries: int
    sequencer: Memory
    server: Memory


def fill(owner: psycopg.Connection, sequencer: BaseProcess, *, entries: int, payload: int) -> Grown:
    """Grow the log by `entries`, printing how it goes for each twentieth."""
    before = settle(owner, sequencer)
    put = _PUT.format(_LEAVES[payload])
    written = 0
    steps: list[Step] = []
    began = time.perf_counter()
    print(f"{'entries':>12}{'a second':>10}{'sequencer MB':>14}{'greatest':>10}{'server MB':>11}")

    def look(enough: int) -> bool:
        done = covered(owner) - before
        if done >= entries * (len(steps) + 1) / PARTS:
            (server,) = owner.execute(_SERVER).fetchone()
            own = memory(sequencer.pid or 0)
            steps.append(Step(time.perf_counter(), done, own, memory(server)))
            _print_step(steps, began)
        return done >= enough

    while written < entries:
        more = min(COMMIT, entries - written)
        owner.execute(put, (written + 1, written + more))
        written += more
        wait_until(partial(look, written - WAITING), sequencer)
    wait_until(partial(look, entries), sequencer)
    took = time.perf_counter() - began
    print(f"all in {took:.1f} s: {entries / took:,.0f} a second")
    early = next(step for step in steps if step.entries >= 0.2 * entries)
    late = steps[-1]
    return Grown(
        late.sequencer.resident - early.sequencer.resident, late.server.own - early.server.own
    )


def _print_step(steps: list[Step], began: float) -> None:
    now = steps[-1]
    at, entries = (steps[-2].at, steps[-2].entries) if len(steps) > 1 else (began, 0)
    rate = (now.entries - entries) / (now.at - at)
    own = f"{now.sequencer.resident:>14.1f}{now.sequencer.greatest:>10.1f}"
    print(f"{now.entries:>12,}{rate:>10,.0f}{own}{now.server.own:>11.1f}", flush=True)
