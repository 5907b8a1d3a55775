# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The log's witnesses: what they have signed counts, wherever they are and whatever they answer."""

from __future__ import annotations

import threading
import time
from itertools import pairwise

import nearby
import pytest
from cosigned import (
    CLOCK_END,
    KEYS,
    SIGNERS,
    URLS,
    Port,
    ask,
    entry,
    integrated,
    line_on,
    no_conflicts,
    ours,
    recorded,
    register,
    seen_size,
    shown,
    store,
    stranger,
    synced,
)
from django.db import connections
from psycopg.types.json import Jsonb

from kodeks.kernel import receipts, storage, witnessing
from kodeks.kernel.models import LedgerCosignature
from kodeks.kernel.witnessing import Round, WitnessReply, WitnessUnreachable
from kodeks.ledger import cosignature, merkle, note, policy, receipt, witness

pytestmark = pytest.mark.usefixtures("usual_witnesses")


# The newest head that counts


def test_the_newest_head_that_enough_have_signed(stage):
    first = synced(stage)
    second = entry(stage)
    assert ask(URLS[0]) == 1
    third = entry(stage)
    assert ask(URLS[2]) == 1
    assert seen_size() == first
    assert witnessing.newest_seen(above=first) is None
    assert witnessing.newest_seen(above=first - 1).size == first
    assert ask(URLS[1]) == 1
    found = witnessing.newest_seen(above=first)
    assert (found.size, found.witnesses) == (third, (KEYS[1], KEYS[2]))
    believed = policy.require(witnessing.in_force(), found.note)
    assert believed.checkpoint.size == third
    assert second not in (first, third)


def test_nobody_is_asked_again_about_a_head_that_they_have_signed(stage):
    synced(stage)
    entry(stage)
    assert ask(*URLS[:2]) == 2
    port = Port()
    assert Round(port).ask() == 1
    assert [url for url, _ in port.asked] == [URLS[2]]
    assert Round(port).ask() == 0
    assert len(port.asked) == 1


def test_a_wrong_line_in_the_database_counts_for_nobody_and_stops_nobody(stage):
    first = synced(stage)
    # The line of another head, one of another witness, and one that is no signature at all.
    for wrong in (
        line_on(first, SIGNERS[0]),
        line_on(first, SIGNERS[1]).replace("proevekommune-2", "proevekommune-1"),
        "— proevekommune-1/vidne AAAA\n",
        f"— {SIGNERS[0].name} {'A' * 104}\n",
        f"— x\n{'A' * 104} AAAAAAA=\n",
    ):
        last = seen_size()
        record = recorded(stage)
        size = integrated()
        store(stage, size, KEYS[0], wrong)
        assert ask(URLS[1]) == 1
        # Two lines, of which one is right: the head before is the newest that counts.
        assert seen_size() == last
        with pytest.raises(receipts.NotYet):
            receipts.build(record)
        assert ask(URLS[2]) == 1
        found = witnessing.newest_seen()
        assert (found.size, found.witnesses) == (size, (KEYS[1], KEYS[2]))
        verified = receipt.verify(
            receipts.build(record), trusted_key=None, trusted_policy=witnessing.in_force()
        )
        assert verified.body == record.body


def test_lines_of_others_than_the_witnesses_in_force_do_not_count(stage):
    size = synced(stage)
    register(stage, nearby.WITNESSES[:2], quorum=2)
    assert witnessing.newest_seen().witnesses == tuple(KEYS[:2])
    register(stage, [*nearby.WITNESSES[:1], stranger()], quorum=2)
    assert witnessing.newest_seen() is None
    register(stage, nearby.WITNESSES[1:], quorum=1)
    assert witnessing.newest_seen().witnesses == tuple(KEYS[1:])
    assert seen_size() == size


# Witnesses that are elsewhere than we thought


def test_a_witness_that_moved_on_is_asked_again_from_where_it_is(stage):
    before = synced(stage)
    between = entry(stage)
    shown(URLS[0], ours(), old=before)
    size = entry(stage)
    port = Port()
    assert Round(port).ask() == 3
    assert port.old_sizes(URLS[0]) == [before, between]
    assert port.old_sizes(URLS[1]) == [before]
    (_, request) = [one for one in port.asked if one[0] == URLS[0]][-1]
    assert list(request.proof) == merkle.consistency_proof(ours().leaves, between)
    assert seen_size() == size


def test_a_witness_that_has_forgotten_is_asked_from_the_beginning(stage):
    before = synced(stage)
    nearby.forget()
    size = entry(stage)
    port = Port()
    assert Round(port).ask() == 3
    assert port.old_sizes(URLS[0]) == [before, 0]
    assert seen_size() == size


def test_an_answer_that_was_lost_is_asked_for_again(stage):
    """The witness has signed this very head: it is no other history."""
    synced(stage)

    def lost(url: str, body: bytes) -> WitnessReply:
        nearby.submit(url, body)
        raise WitnessUnreachable("TimeoutError")

    size = entry(stage)
    assert Round(lost).ask() == 0
    port = Port()
    assert Round(port).ask() == 3
    assert port.old_sizes(URLS[0])[-1] == size
    assert seen_size() == size
    assert no_conflicts()


def test_two_workers_at_once_are_not_two_histories(stage):
    """One has shown the witness a newer head, while the other comes with the older one."""
    size = entry(stage)
    lock, grown = threading.Lock(), []

    def late(url: str, body: bytes) -> WitnessReply:
        with lock:
            if not grown:
                grown.append(entry(stage))
                assert ask() == 3
                connections.close_all()
        return nearby.submit(url, body)

    assert Round(late).ask() == 0
    assert grown == [size + 1]
    assert seen_size() == size + 1
    assert no_conflicts()


# Witnesses that fail


class Clock:
    """A clock that only the test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(witnessing.time, "monotonic", lambda: self.now)


def test_a_witness_that_fails_is_asked_ever_more_seldom_but_twice_a_minute(stage, monkeypatch):
    clock = Clock(monkeypatch)
    synced(stage)
    entry(stage)
    port = Port(*URLS[1:])
    round_ = Round(port)
    began, times = clock.now, []
    while clock.now < began + 300:
        before = len(port.old_sizes(URLS[0]))
        round_.ask()
        if len(port.old_sizes(URLS[0])) > before:
            times.append(clock.now - began)
        clock.now += 1
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps[:5] == [2, 4, 8, 16, 30]
    assert set(gaps[4:]) == {30}
    # The others were not asked again: they had signed.
    assert len(port.old_sizes(URLS[1])) == 1


def test_a_witness_that_was_gone_for_days_is_still_asked(stage, monkeypatch):
    clock = Clock(monkeypatch)
    size = entry(stage)
    port = Port(*URLS[1:])
    round_ = Round(port)
    assert round_.ask() == 2
    round_._failures[KEYS[0]] = 9999
    clock.now += 60
    assert round_.ask() == 0
    clock.now += witnessing.LONGEST_WAIT
    port._urls = URLS
    assert round_.ask() == 1
    assert LedgerCosignature.objects.filter(size=size).count() == 3
    # From now on it is one that answers, and its next failure is the first.
    port._urls = URLS[1:]
    entry(stage)
    assert round_.ask() == 2
    clock.now += 2
    port._urls = URLS
    assert round_.ask() == 1


def test_one_that_is_no_witness_any_more_stops_nobody(stage):
    """It was removed while it was asked; what the others signed is kept."""
    lock, done = threading.Lock(), []

    def changing(url: str, body: bytes) -> WitnessReply:
        with lock:
            if not done:
                done.append(True)
                listed = [{"key": one.key.text, "url": one.url} for one in nearby.WITNESSES[1:]]
                stage.as_owner(
                    "SELECT kernel.register_witnesses(%s)",
                    Jsonb({"witnesses": listed, "quorum": 2}),
                )
        return nearby.submit(url, body)

    size = entry(stage)
    assert Round(changing).ask() == 2
    assert set(
        LedgerCosignature.objects.filter(size=size).values_list("witness", flat=True)
    ) == set(KEYS[1:])


def test_a_witness_whose_clock_is_wrong_stops_nobody(stage):
    times: list[int] = []

    def wrong(url: str, body: bytes) -> WitnessReply:
        if url != URLS[0]:
            return nearby.submit(url, body)
        text = note.parse(witness.parse_request(body).checkpoint).text
        line = cosignature.sign(text, signer=SIGNERS[0], timestamp=times[-1]).line
        return WitnessReply(status=200, body=line.encode())

    for at in (CLOCK_END + 1, 2**63 - 1):
        times.append(at)
        size = entry(stage)
        assert Round(wrong).ask() == 2
        assert seen_size() == size
    for at in (0, CLOCK_END):
        times.append(at)
        entry(stage)
        assert Round(wrong).ask() == 3
        # It can be shown, also by a clock that is ahead of that one.
        (found,) = [one for one in witnessing.standings() if one.key == KEYS[0]]
        assert found.at.timestamp() == at


def test_the_worker_asks_in_the_background(stage, settings, monkeypatch):
    monkeypatch.setattr(witnessing, "PAUSE", 0.01)
    settings.KODEKS_WITNESS_CLIENT = "nearby.submit"
    stopped = threading.Event()
    worker = threading.Thread(target=witnessing.run, args=(stopped,))
    worker.start()
    try:
        record = recorded(stage)
        began = time.monotonic()
        while witnessing.newest_seen(above=storage.place_of(record.pending_id)) is None:
            assert time.monotonic() - began < 20
            time.sleep(0.01)
        assert receipts.build(record)
    finally:
        stopped.set()
        worker.join(timeout=20)
    assert not worker.is_alive()
