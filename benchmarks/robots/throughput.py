# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How many flows of four steps a second, with 4 workers on one PostgreSQL.

    .venv/bin/python benchmarks/robots/throughput.py [--flows 600] [--without-peers]

Ours is the whole of what a run costs but the steps' own work: the job in the queue, each step's
checkpoint, the kernel's act with its ledger entry under a person's decision, and the sequencer that
signs the log meanwhile. Beside it, on the same server in the same run, DBOS (four steps that do
nothing and keep no ledger) and OpenOrchestrator's queue (elements without steps), each installed
for this run in an environment of its own. The clock runs from
the first step to the last flow's end; CPU seconds are those of the workers
and of the server.

Each flow's steps are counted afterwards, as fast and wrong is no figure.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "kernel"))

import peers
import psycopg
from installation import fresh

WORKERS = 4
ROBOT = Path(__file__).with_name("throughput_worker.py")
LEAST = 50.0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--flows", type=int, default=600)
    parser.add_argument("--without-peers", action="store_true")
    options = parser.parse_args()
    with fresh() as cluster:
        ours = _ours(cluster.owner_url, options.flows)
        if not options.without_peers:
            peers.dbos(cluster, flows=options.flows, workers=WORKERS)
            peers.open_orchestrator(cluster, flows=options.flows, workers=WORKERS)
    return 0 if ours >= LEAST else 1


def _ours(owner_url: str, flows: int) -> float:
    _queue(flows)
    spent = peers.children_seconds()
    workers = [
        subprocess.Popen([sys.executable, str(ROBOT), str(number)]) for number in range(WORKERS)
    ]
    before = peers.server_seconds(owner_url)
    try:
        with psycopg.connect(owner_url, autocommit=True) as owner:
            while _number(owner, "SELECT count(*) FROM robots_run WHERE status = 'done'") < flows:
                if any(worker.poll() not in (None, 0) for worker in workers):
                    raise SystemExit("a worker died")
                time.sleep(0.2)
            server = peers.server_seconds(owner_url) - before
            seconds = _number(
                owner,
                "SELECT extract(epoch FROM max(finished_at) - (SELECT min(done_at) FROM"
                " robots_steprecord)) FROM robots_run",
            )
            for query, expected in (
                ("SELECT count(DISTINCT (run_id, step)) FROM robots_steprecord", 4 * flows),
                ("SELECT count(*) FROM kernel_act", 4 * flows),
            ):
                found = _number(owner, query)
                if found != expected:
                    raise SystemExit(f"{query}: {found}, expected {expected}")
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
            worker.wait()
    spent = peers.children_seconds() - spent
    rate = flows / seconds
    print(
        f"kodeks            {rate:6.1f} flows/s = {4 * rate:6.1f} steps/s, each with its entry in"
        f" the ledger; {peers.cpu(spent, server, flows)}"
    )
    return rate


def _number(connection: psycopg.Connection, query: str) -> float:
    row = connection.execute(query).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return float(row[0])


def _queue(flows: int) -> None:
    """Decisions without a suggestion, each with its run in the queue, as a person makes them."""
    subprocess.run([sys.executable, str(ROBOT), "queue", str(flows)], check=True)


if __name__ == "__main__":
    sys.exit(main())
