# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The sequencer: many writers, one order, no gap, and a crash never leaves half a batch."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import nearby
import psycopg
import pytest
from django.db import connection

from kodeks.kernel import sequencer, signing, storage
from kodeks.kernel.models import (
    LedgerBundle,
    LedgerCheckpoint,
    LedgerCosignature,
    LedgerEntry,
    LedgerPending,
    LedgerTile,
    Recommendation,
)
from kodeks.ledger import checkpoint, merkle, note
from kodeks.ledger.tiles import TreeBuilder

PROCESS = Path(__file__).parent.parent / "support" / "sequencer_process.py"


def drain() -> int:
    total = 0
    while covered := sequencer.integrate():
        total += covered
    return total


def write_leaves(stage, number: int) -> None:
    """Leaves without records, to grow the tree quickly; only the owner role can."""
    stage.owner.execute(
        "INSERT INTO kernel_ledgerpending (leaf)"
        " SELECT convert_to('leaf ' || gen_random_uuid(), 'UTF8') FROM generate_series(1, %s)",
        (number,),
    )


def numbers() -> list[int]:
    """The leaves' numbers in the queue, in the order of their places."""
    bundles = LedgerBundle.objects.order_by("index")
    full = [number for bundle in bundles for number in bundle.pending_ids]
    assert [bundle.index for bundle in bundles] == list(range(len(bundles)))
    tail = list(LedgerEntry.objects.order_by("index"))
    assert [entry.index for entry in tail] == list(range(len(full), len(full) + len(tail)))
    assert len(tail) < 256
    return full + [entry.pending_id for entry in tail]


def check_log() -> int:
    """Everything that stands in the log fits together; returns its size."""
    places = numbers()
    assert len(set(places)) == len(places)
    hashes = [merkle.leaf_hash(leaf) for leaf in storage.entries(size=len(places))]
    key = note.parse_verifier_key(signing.verifier_key())
    heads = list(LedgerCheckpoint.objects.order_by("size"))
    for head in heads:
        signed = checkpoint.open_signed(head.note.encode(), key=key)
        assert (signed.size, signed.root) == (head.size, bytes(head.root))
    last = heads[-1]
    assert last.size == len(hashes)
    assert bytes(last.root) == merkle.root_hash(hashes)
    reader = storage.reader_at(last)
    for older in heads[:: max(1, len(heads) // 40)]:
        assert reader.root(size=older.size) == bytes(older.root)
        merkle.verify_consistency(
            old_size=older.size,
            new_size=last.size,
            old_root=bytes(older.root),
            new_root=bytes(last.root),
            proof=reader.consistency_proof(old_size=older.size),
        )
    return last.size


def test_many_writers_get_one_order(stage):
    slugs = [stage.register() for _ in range(4)]
    stopped = threading.Event()
    worker = threading.Thread(target=sequencer.run, args=(stopped,))
    worker.start()

    def write(slug: str) -> None:
        with psycopg.connect(stage.url) as own:
            for number in range(60):
                payload = json.dumps(stage.proposal(slug, key=str(number)))
                own.execute("SELECT kernel.issue(%s::jsonb)", (payload,))
                if number % 7 == 3:
                    own.rollback()
                else:
                    own.commit()

    writers = [threading.Thread(target=write, args=(slug,)) for slug in slugs]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    stopped.set()
    worker.join()
    drain()
    records = Recommendation.objects.filter(system_id__in=slugs)
    assert records.count() == 4 * 51
    assert set(records.values_list("pending_id", flat=True)) <= set(numbers())
    assert not LedgerPending.objects.exists()
    check_log()


def test_two_sequencers_wait_for_each_other(stage):
    write_leaves(stage, 400)
    threads = [threading.Thread(target=self_closing_drain) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check_log()


def self_closing_drain() -> None:
    drain()
    connection.close()


@pytest.mark.parametrize("sizes", [[1, 1, 254, 1, 255, 257, 513, 3], [700, 324, 1]])
def test_batches_of_any_size_around_the_width_of_a_tile(stage, sizes):
    drain()  # what other tests have left waiting
    for size in sizes:
        write_leaves(stage, size)
        assert drain() == size
    check_log()


def test_only_one_partial_tile_a_level_is_kept(stage):
    write_leaves(stage, 3)
    drain()
    partial = list(LedgerTile.objects.filter(width__lt=256).values_list("level", flat=True))
    assert len(partial) == len(set(partial))


def test_nothing_to_do_writes_nothing(stage):
    drain()
    before = stage.contents()
    assert sequencer.integrate() == 0
    assert stage.contents() == before


def test_entries_placed_without_a_head_are_covered_by_the_next_one(stage):
    """The application role can call the first step alone; the log must not get stuck on it."""
    drain()
    write_leaves(stage, 10)
    stage.application.execute("SELECT count(*) FROM kernel.ledger_integrate(7)")
    assert sequencer.integrate() == 10
    check_log()


def test_a_sequencer_that_fails_before_its_head_leaves_no_trace(stage, monkeypatch):
    drain()
    write_leaves(stage, 5)
    before = stage.contents()

    def fail(batch: object) -> str:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(sequencer, "_signed_head", fail)
        with pytest.raises(RuntimeError):
            sequencer.integrate()
    assert stage.contents() == before
    assert drain() == 5


def test_a_killed_sequencer_is_continued_where_it_was(stage, databases, worker_database):
    """kill -9 again and again; each time the log is whole, and in the end nothing is missing."""
    name = f"{worker_database}_stage"
    environment = os.environ | {
        "KODEKS_DATABASE_URL": databases.url("application", name),
        "KODEKS_DATABASE_OWNER_URL": databases.url("owner", name),
    }
    drain()
    start = check_log()
    write_leaves(stage, 1500)
    delays = [0.0, 0.015, 0.04, 0.09]
    for delay in delays:
        process = subprocess.Popen(
            [sys.executable, str(PROCESS), "5"], env=environment, stdout=subprocess.PIPE
        )
        assert process.stdout.readline() == b"ready\n"
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert check_log() + LedgerPending.objects.count() == start + 1500
        if delay == delays[-1] and LedgerPending.objects.count() == 1500:
            delays.append(2 * delay)  # a busy machine: give the process time for one batch
    left = LedgerPending.objects.count()
    assert 0 < left < 1500
    assert drain() == left
    assert check_log() == start + 1500


class TestForgedHeads:
    """The database computes the tree itself, so the application role cannot publish another."""

    @pytest.fixture
    def honest(self, stage):
        """What the sequencer would publish next, as a dictionary to be changed."""
        drain()
        write_leaves(stage, 300)
        size = len(numbers())
        rows = stage.owner.execute(
            "SELECT sha256('\\x00'::bytea || leaf) FROM kernel_ledgerpending ORDER BY id"
        ).fetchall()
        batch = TreeBuilder(size=size, read_tile=storage.read_tile).append(
            [value for (value,) in rows]
        )
        return {
            "size": batch.size,
            "root": batch.root,
            "note": sequencer._signed_head(batch),
            "levels": [tile.level for tile in batch.tiles],
            "indexes": [tile.index for tile in batch.tiles],
            "widths": [tile.width for tile in batch.tiles],
            "contents": [tile.data for tile in batch.tiles],
        }

    def publish(self, stage, given) -> None:
        with psycopg.connect(stage.url) as own:
            own.execute("SELECT count(*) FROM kernel.ledger_integrate(5000)")
            own.execute(
                "SELECT kernel.ledger_publish(%s, %s, %s, %s::smallint[], %s::bigint[],"
                " %s::smallint[], %s::bytea[])",
                list(given.values()),
            )

    def test_the_honest_one_is_accepted(self, stage, honest):
        self.publish(stage, honest)
        check_log()

    @pytest.mark.parametrize(
        "change",
        [
            lambda it: it | {"size": it["size"] - 1},
            lambda it: it | {"size": it["size"] + 1},
            lambda it: it | {"size": 0},
            lambda it: it | {"size": None},
            lambda it: it | {"root": b"\x00" * 32},
            lambda it: it | {"root": it["root"][:31]},
            lambda it: it | {"root": b""},
            lambda it: it | {"note": it["note"].replace("\n", "\n1", 1)},
            lambda it: it | {"note": "kodeks\n1\nx\n\n"},
            lambda it: it | {"note": ""},
            lambda it: it | {"contents": [b"\x00" * len(it["contents"][0]), *it["contents"][1:]]},
            lambda it: it | {"contents": [*it["contents"][:-1], b"\x00" * len(it["contents"][-1])]},
            lambda it: it | {"contents": [it["contents"][0][:-1], *it["contents"][1:]]},
            lambda it: it | {"contents": [it["contents"][0] + b"\x00", *it["contents"][1:]]},
            lambda it: it | {"widths": [it["widths"][0] - 1, *it["widths"][1:]]},
            lambda it: it | {"levels": [it["levels"][0] + 1, *it["levels"][1:]]},
            lambda it: it | {"indexes": [it["indexes"][0] + 1, *it["indexes"][1:]]},
            lambda it: it | {key: it[key][:-1] for key in LISTS},
            lambda it: it | {key: it[key] + [it[key][-1]] for key in LISTS},
            lambda it: it | {key: [] for key in LISTS},
            lambda it: (
                it
                | {
                    "levels": [*it["levels"], 7],
                    "indexes": [*it["indexes"], 0],
                    "widths": [*it["widths"], 1],
                    "contents": [*it["contents"], b"\x00" * 32],
                }
            ),
        ],
    )
    def test_another_is_refused_and_nothing_is_written(self, stage, honest, change):
        before = stage.contents()
        given = change(honest)
        assert given != honest
        with pytest.raises(psycopg.Error):
            self.publish(stage, given)
        assert stage.contents() == before

    def test_a_head_is_published_once(self, stage, honest):
        self.publish(stage, honest)
        with pytest.raises(psycopg.Error):
            self.publish(stage, honest)


LISTS = ("levels", "indexes", "widths", "contents")


class TestThinning:
    """Old heads go when a newer one of their hour proves as much; nothing else does."""

    @pytest.fixture
    def aged(self, stage):
        """Moves heads and their signatures back in time, as only a day's waiting would."""

        def move(size: int, *, hours: int, minutes: int = 0) -> None:
            for table in ("checkpoint", "cosignature"):
                stage.owner.execute(f"ALTER TABLE kernel_ledger{table} DISABLE TRIGGER USER")
                stage.owner.execute(
                    f"UPDATE kernel_ledger{table} SET at = date_trunc('hour', now())"
                    " - make_interval(hours => %s) + make_interval(mins => %s) WHERE size = %s",
                    (hours, minutes, size),
                )
                stage.owner.execute(f"ALTER TABLE kernel_ledger{table} ENABLE TRIGGER USER")

        return move

    @staticmethod
    def head(stage, *, signed: bool) -> int:
        write_leaves(stage, 1)
        drain()
        if signed:
            nearby.publish()
        return storage.latest_checkpoint().size

    @staticmethod
    def thin(stage) -> set[int]:
        stage.application.execute("SELECT kernel.ledger_thin()")
        return set(LedgerCheckpoint.objects.values_list("size", flat=True))

    def test_the_last_and_the_best_signed_of_each_old_hour_stay(self, stage, aged):
        signed, last, young = [], [], []
        for hours in (30, 40):
            first = self.head(stage, signed=True)
            best = self.head(stage, signed=True)
            unsigned = self.head(stage, signed=False)
            for minutes, size in enumerate((first, best, unsigned)):
                aged(size, hours=hours, minutes=minutes)
            signed += [first, best]
            last.append(unsigned)
        young = [self.head(stage, signed=True) for _ in range(3)]
        aged(young[0], hours=20)
        aged(young[1], hours=20, minutes=1)
        kept = self.thin(stage)
        assert kept & {*signed, *last, *young} == {signed[1], signed[3], *last, *young}
        sizes = set(LedgerCosignature.objects.values_list("size", flat=True))
        assert signed[1] in sizes
        assert signed[0] not in sizes
        check_log()
        assert self.thin(stage) == kept

    def test_a_head_that_is_needed_is_not_deleted_by_hand(self, stage, aged):
        young = self.head(stage, signed=True)
        alone = self.head(stage, signed=True)
        aged(alone, hours=50)
        better = self.head(stage, signed=True)
        worse = self.head(stage, signed=False)
        aged(better, hours=60)
        aged(worse, hours=60, minutes=1)
        for size in (young, alone, better, worse):
            for table in ("checkpoint", "cosignature"):
                rows = stage.owner.execute(
                    f"SELECT count(*) FROM kernel_ledger{table} WHERE size = %s", (size,)
                ).fetchone()[0]
                if rows:
                    with pytest.raises(psycopg.Error) as error:
                        stage.owner.execute(
                            f"DELETE FROM kernel_ledger{table} WHERE size = %s", (size,)
                        )
                    assert error.value.diag.message_detail == "history"
