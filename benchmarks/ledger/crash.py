# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Does the ledger keep what it acknowledged? Writers and sequencers are killed with SIGKILL and the
database is stopped with `-m immediate`, at moments by chance; then everything is counted.

    .venv/bin/python benchmarks/ledger/crash.py --kills 500 --stops 100

An installation of its own on the disk, fsync on. Each writer presses the stop button through the
application role, one to three times a transaction, and writes the entry's name into a file of its
own when commit has returned; a tenth of the transactions are rolled back instead. The sequencers
are the worker's, with a shorter pause. Exits with 1 on any fault. At the end the check is made on
copies of the facts that are wrong in one thing each, and must find that.

Neither kind of crash loses what the operating system has been given. That each acknowledgement
comes after an fsync is shown in tests/kernel/test_fsync_before_ack.py.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "support"))

import crash_checking as checking
import ledger_home
from crash_children import HEADS, WITHDRAWN, WRITTEN, ChildDiedError, Children, Told

from kodeks.database import cluster

BETWEEN_KILLS_S = (0.02, 0.25)
BEFORE_A_STOP_S = (0.2, 1.0)
"""Connecting anew takes the children a moment, and they shall be at work."""
ENDED_WITHIN_S = 30.0
say = partial(print, flush=True)


def main() -> int:
    options = _options()
    with ledger_home.fresh() as home, tempfile.TemporaryDirectory(prefix="kodeks-told-") as told:
        os.environ |= ledger_home.environment(home)
        import django

        django.setup()
        # Imported before the first child is made, which would have to do it otherwise.
        from kodeks.kernel import sequencer, storage  # noqa: F401

        return _run(options, home=home, told=Told(Path(told)), folder=Path(told))


def _run(options: argparse.Namespace, *, home: Path, told: Told, folder: Path) -> int:
    began = time.monotonic()
    faults = _crash(options, home=home, told=told, folder=folder)
    seconds = time.monotonic() - began
    facts, key = _facts(home, told)
    draw = random.Random(options.seed)
    found = checking.check(facts, key=key, draw=draw)
    _report(facts, found)
    say(f"{'seconds of crashing':42} {seconds:>9,.0f}")
    if found.total:
        faults.append(f"{found}")
    blind = [
        what
        for what, kind, copy in checking.spoiled(facts)
        if not getattr(checking.check(copy, key=key, draw=draw, proofs=checking.FEW_PROOFS), kind)
    ]
    faults += [f"the check does not find: {what}" for what in blind]
    say(f"{'spoiled copies of the facts not found':42} {len(blind):>9,}")
    for fault in faults:
        say(f"FAULT: {fault}")
    return 1 if faults else 0


def _crash(options: argparse.Namespace, *, home: Path, told: Told, folder: Path) -> list[str]:
    draw = random.Random(options.seed)
    events = ["kill"] * options.kills + ["stop"] * options.stops
    draw.shuffle(events)
    faults: list[str] = []
    restarts = [0.0]
    children = Children(
        folder=folder,
        url=cluster.connection_urls(home=home).application,
        payload=ledger_home.stop_payload(home),
        counts=(options.writers, options.sequencers),
    )
    try:
        time.sleep(1)
        for number, event in enumerate(events, start=1):
            if event == "kill":
                time.sleep(draw.uniform(*BETWEEN_KILLS_S))
                children.kill_one(draw)
            else:
                time.sleep(draw.uniform(*BEFORE_A_STOP_S))
                ledger_home.stop_at_once(home)
                stopped = time.monotonic()
                cluster.start(home=home)
                restarts.append(time.monotonic() - stopped)
                faults += _glance(home, told, after=number)
            children.require_alive()
            if number % 60 == 0:
                say(f"  {number} of {len(events)}, acknowledged {len(told.lines[WRITTEN]):,}")
        time.sleep(1)
        children.require_alive()
    except ChildDiedError as error:
        faults.append(str(error))
    finally:
        children.end()
    say()
    say(f"{'SIGKILLs to writers':42} {children.kills['writers']:>9,}")
    say(f"{'SIGKILLs to sequencers':42} {children.kills['sequencers']:>9,}")
    say(f"{'  of both in the midst of a transaction':42} {children.kills['at work']:>9,}")
    say(f"{'immediate stops of the database':42} {options.stops:>9,}")
    say(f"{'  longest start after one, seconds':42} {max(restarts):>9.1f}")
    return faults


def _glance(home: Path, told: Told, *, after: int) -> list[str]:
    new = told.read()
    with psycopg.connect(cluster.connection_urls(home=home).owner) as owner:
        return [f"after event {after}: {fault}" for fault in checking.glance(owner, new[WRITTEN])]


def _facts(home: Path, told: Told) -> tuple[checking.Facts, checking.note.VerifierKey]:
    """Drain the queue as the next sequencer would, then read everything."""
    from django.db import connection

    from kodeks.kernel import sequencer, signing

    with psycopg.connect(cluster.connection_urls(home=home).owner) as owner:
        _wait_until_alone(owner)
        while sequencer.integrate():
            pass
        connection.close()
        told.read()
        facts = checking.read(
            owner,
            acknowledged=told.lines[WRITTEN],
            withdrawn=told.lines[WITHDRAWN],
            shown=told.lines[HEADS],
        )
    return facts, checking.note.parse_verifier_key(signing.verifier_key())


def _wait_until_alone(owner: psycopg.Connection) -> None:
    """A killed child's session ends when the server notices; it may commit until then."""
    owner.autocommit = True
    deadline = time.monotonic() + ENDED_WITHIN_S
    others = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    while owner.execute(others).fetchone() != (0,):
        assert time.monotonic() < deadline, "sessions of killed processes do not end"
        time.sleep(0.05)


def _report(facts: checking.Facts, found: checking.Found) -> None:
    rows = {
        "acknowledged": len(facts.acknowledged),
        "in the log": len(facts.places),
        "rolled back": len(facts.withdrawn),
        "lost": found.lost,
        "duplicates": found.doubled,
        "gaps": found.gaps,
        "rolled back and in the log": found.withdrawn,
        "in the log without event or the reverse": found.strangers,
        "still waiting": found.waiting,
        "checkpoints, signature and root checked": len(facts.heads),
        "  of these proved against the last": min(checking.PROOFS, len(facts.heads)),
        "  wrong root": found.roots,
        "  wrong signature": found.signatures,
        "  not consistent with the last": found.proofs,
        "checkpoints seen by a sequencer": len(facts.shown),
        "  checkpoints seen that are lost": found.heads_lost,
    }
    for name, number in rows.items():
        say(f"{name:42} {number:>9,}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--stops", type=int, default=100)
    parser.add_argument("--writers", type=int, default=6)
    parser.add_argument("--sequencers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
