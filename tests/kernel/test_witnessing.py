# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The log's witnesses: who they are, what they have signed, and what follows when they disagree."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import nearby
import psycopg
import pytest
from django.db import DatabaseError, connections
from gate import django_as_owner
from psycopg.types.json import Jsonb
from served import Log

from kodeks.kernel import receipts, selectors, sequencer, signing, storage, witnessing
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import (
    LedgerCosignature,
    RegistryEvent,
    WitnessConflict,
    WitnessPolicy,
)
from kodeks.kernel.witnessing import Round, WitnessReply, WitnessUnreachable
from kodeks.ledger import cosignature, merkle, note, policy, receipt, witness
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.policy import Witness

URLS = list(nearby.SIGNERS)
KEYS = [one.key.text for one in nearby.WITNESSES]
SIGNERS = list(nearby.SIGNERS.values())
AT = 1_700_000_000
CLOCK_END = 253_402_214_399
"""A day before the year 10000."""


@pytest.fixture(autouse=True)
def usual(stage: Any) -> Iterator[None]:
    """Two of the three nearby witnesses, before and after; they remember nothing."""
    register(stage)
    yield
    register(stage)


def register(
    stage: Any, witnesses: Sequence[Witness] = nearby.WITNESSES, *, quorum: int = nearby.QUORUM
) -> None:
    rules = witnessing.in_force()
    if rules is None or (list(rules.witnesses.values()), rules.groups["vidner"].threshold) != (
        list(witnesses),
        quorum,
    ):
        with django_as_owner(stage):
            witnessing.register(witnesses, quorum=quorum)


def entry(stage: Any, number: int = 1) -> int:
    """Another head of our log; its size."""
    stage.owner.execute(
        "INSERT INTO kernel_ledgerpending (leaf) SELECT convert_to('leaf ' || gen_random_uuid(),"
        " 'UTF8') FROM generate_series(1, %s)",
        (number,),
    )
    return integrated()


def integrated() -> int:
    while sequencer.integrate():
        pass
    head = storage.latest_checkpoint()
    assert head is not None
    return head.size


def recorded(stage: Any) -> Any:
    """A citizen's record that stands in the log."""
    record = selectors.recommendation(stage.issued(stage.register()))
    integrated()
    return record


class Port:
    """The nearby witnesses, of which only some answer; remembers what each was asked."""

    def __init__(self, *urls: str) -> None:
        self._urls = urls or URLS
        self.asked: list[tuple[str, witness.Request]] = []

    def __call__(self, url: str, body: bytes) -> WitnessReply:
        self.asked.append((url, witness.parse_request(body)))
        if url not in self._urls:
            raise WitnessUnreachable("URLError")
        return nearby.submit(url, body)

    def old_sizes(self, url: str) -> list[int]:
        return [request.old_size for one, request in self.asked if one == url]


def ask(*urls: str) -> int:
    return Round(Port(*urls)).ask()


def synced(stage: Any) -> int:
    """A head that all three have signed, so that they are where we think; its size.

    It is above what other tests had seen, because a conflict is told once for each size.
    """
    told = WitnessConflict.objects.filter(witness=KEYS[0]).order_by("-seen").first()
    head = storage.latest_checkpoint()
    passed = told.seen - head.size if told and head else 0
    size = entry(stage, max(passed, 0) + 1)
    assert ask() == 3
    return size


def seen_size() -> int:
    found = witnessing.newest_seen()
    return 0 if found is None else found.size


def ours() -> Log:
    """A copy of our log that can be grown otherwise, by whoever has its key."""
    head = storage.latest_checkpoint()
    assert head is not None
    found = Log("")
    found.key = signing.signer()
    found.leaves = [merkle.leaf_hash(leaf) for leaf in storage.entries(size=head.size)]
    return found


def shown(url: str, log: Log, *, old: int = 0) -> None:
    """The witness signs a head without our log hearing of it."""
    assert nearby.submit(url, log.request(old=old)).status == 200


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


def line_on(size: int, signer: note.SignerKey) -> str:
    head = storage.LedgerCheckpoint.objects.get(size=size)
    text = note.parse(head.note.encode()).text
    return cosignature.sign(text, signer=signer, timestamp=AT).line


def store(stage: Any, size: int, key: str, line: str) -> None:
    """As whoever has taken over the application could."""
    stage.application.execute("SELECT kernel.ledger_cosign(%s, %s, %s, %s)", (size, key, line, AT))


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


def stranger(number: int = 7) -> Witness:
    seed = number.to_bytes(2, "big") * 16
    key = note.SignerKey(f"fremmed-{number}/vidne", seed, note.COSIGNATURE)
    return Witness(key.verifier, f"https://fremmed-{number}.invalid/vidne")


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


def no_conflicts() -> bool:
    """None that stands; other tests make some, which a later signature has settled."""
    return all(one.conflict is None for one in witnessing.standings())


# A log that is not the one it was


def conflicts() -> int:
    return WitnessConflict.objects.count()


def told(stage: Any, *, seen: int, size: int) -> None:
    """The one thing that is told: a row, an event in the log, and a standing."""
    row = WitnessConflict.objects.latest("id")
    assert (row.witness, row.seen, row.size) == (KEYS[0], seen, size)
    event = RegistryEvent.objects.get(pk=row.event_id)
    body = {"witness": KEYS[0], "seen": seen, "size": size, "kind": "witnessconflict"}
    assert event.kind == "witnessconflict"
    assert body.items() <= event.body.items()
    first, *others = witnessing.standings()
    assert first.conflict == row
    assert all(one.conflict is None for one in others)
    integrated()
    assert storage.place_of(event.pending_id) is not None


@pytest.mark.parametrize("ahead", [1, 2, 30])
def test_an_old_copy_of_the_database_is_found_by_who_has_seen_more(stage, ahead):
    """The witness has signed entries that the log does not have."""
    size = synced(stage)
    log = ours()
    log.grow(ahead + 1, said=f"lost {size}")
    shown(URLS[0], log, old=size)
    before = conflicts()
    now = entry(stage)
    assert ask() == 2
    assert conflicts() == before + 1
    told(stage, seen=log.size, size=now)
    # Asked again and again, and also when our log has grown past it: it is told once.
    for _ in range(3):
        assert ask() == 2
        entry(stage, ahead)
    assert ask() == 2
    assert conflicts() == before + 1
    assert witnessing.standings()[0].size == size
    # The others' signatures are enough.
    assert seen_size() == integrated()


def test_another_history_of_the_same_size_is_found(stage):
    size = synced(stage)
    log = ours()
    log.grow(1, said=f"fork {size}")
    shown(URLS[0], log, old=size)
    before = conflicts()
    assert entry(stage) == log.size
    port = Port()
    assert Round(port).ask() == 2
    assert port.old_sizes(URLS[0]) == [size, log.size]
    assert conflicts() == before + 1
    told(stage, seen=log.size, size=log.size)


def test_another_history_that_is_shorter_is_found(stage):
    size = synced(stage)
    log = ours()
    log.grow(2, said=f"fork {size}")
    shown(URLS[0], log, old=size)
    before = conflicts()
    now = entry(stage, 9)
    assert ask() == 2
    assert conflicts() == before + 1
    told(stage, seen=log.size, size=now)


def test_a_conflict_is_settled_when_the_witness_signs_again(stage):
    size = synced(stage)
    log = ours()
    log.grow(5, said=f"lost {size}")
    shown(URLS[0], log, old=size)
    entry(stage)
    assert ask() == 2
    assert witnessing.standings()[0].conflict is not None
    # As when the witness's folder, or the right database, is put back.
    nearby.forget()
    assert ask() == 1
    assert no_conflicts()
    assert witnessing.standings()[0].size == size + 1


def test_what_each_witness_has_seen(stage):
    first = synced(stage)
    second = entry(stage)
    assert ask(*URLS[:2]) == 2
    found = witnessing.standings()
    assert [(one.name, one.key, one.url) for one in found] == [
        (one.key.name, one.key.text, one.url) for one in nearby.WITNESSES
    ]
    assert [one.size for one in found] == [second, second, first]
    assert all(abs(one.at.timestamp() - time.time()) < 60 for one in found)


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


# Receipts

OFFLINE = (
    "import sys; from pathlib import Path; from kodeks.ledger import policy, receipt; "
    "rules = policy.parse_policy(Path(sys.argv[2]).read_bytes()); "
    "data = Path(sys.argv[1]).read_bytes(); "
    "found = receipt.verify(data, trusted_key=None, trusted_policy=rules); "
    "assert not [name for name in sys.modules if name.split('.')[0] in ('django', 'psycopg')]; "
    "sys.stdout.write(f'{found.trusted} {len(found.cosignatures)}')"
)


def rules_in_force() -> policy.Policy:
    found = witnessing.in_force()
    assert found is not None
    return found


def holds(data: bytes, rules: policy.Policy) -> bool:
    try:
        return receipt.verify(data, trusted_key=None, trusted_policy=rules).trusted
    except VerificationError:
        return False


def test_a_receipt_shows_offline_that_enough_have_seen_it(stage, tmp_path: Path):
    record = recorded(stage)
    ask()
    (tmp_path / "kvittering.json").write_bytes(receipts.build(record))
    (tmp_path / "regler").write_text(policy.format_policy(rules_in_force()), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, "kvittering.json", "regler"],
        env={"PATH": "/usr/bin:/bin"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "True 3"), done.stderr


def test_without_witnesses_there_are_no_receipts_and_that_is_said(stage):
    record = recorded(stage)
    ask()
    assert receipts.build(record)
    register(stage, [], quorum=0)
    assert witnessing.in_force() is None
    assert witnessing.standings() == []
    assert witnessing.newest_seen() is None
    assert ask() == 0
    with pytest.raises(receipts.NotYet, match="mangler et vidne, der ser efter"):
        receipts.build(record)
    register(stage)
    assert receipts.build(record)


def test_another_number_holds_at_once_and_old_receipts_still_hold(stage):
    record = recorded(stage)
    assert ask(*URLS[:2]) == 2
    before = rules_in_force()
    data = receipts.build(record)
    register(stage, quorum=3)
    with pytest.raises(receipts.NotYet, match="ved at blive lavet"):
        receipts.build(record)
    assert holds(data, before)
    assert not holds(data, rules_in_force())
    assert ask(URLS[2]) == 1
    assert holds(receipts.build(record), rules_in_force())
    register(stage, quorum=1)
    assert holds(data, rules_in_force())


def test_a_receipt_outlives_the_witnesses_that_signed_it(stage):
    record = recorded(stage)
    ask()
    before, data = rules_in_force(), receipts.build(record)
    register(stage, [stranger(1), stranger(2)], quorum=1)
    with pytest.raises(receipts.NotYet):
        receipts.build(record)
    assert holds(data, before)
    assert receipt.verify(data, trusted_key=signing.verifier_key()).body == record.body
    # Whom to believe is for the reader to say.
    assert not holds(data, rules_in_force())


def test_a_receipt_carries_five_signatures_unless_more_are_needed(stage):
    """It must have room in a QR code."""
    signers = [
        note.SignerKey(f"nabo-{number}/vidne", bytes([50 + number]) * 32, note.COSIGNATURE)
        for number in range(8)
    ]
    witnesses = [
        Witness(one.verifier, f"http://nabo-{at}.invalid") for at, one in enumerate(signers)
    ]
    record = recorded(stage)
    size = integrated()
    register(stage, witnesses, quorum=2)
    for one in signers:
        store(stage, size, one.verifier.text, line_on(size, one))
    for quorum, carried in ((2, 5), (5, 5), (6, 6), (8, 8)):
        register(stage, witnesses, quorum=quorum)
        found = receipt.verify(
            receipts.build(record), trusted_key=None, trusted_policy=rules_in_force()
        )
        assert len(found.cosignatures) == carried


# Who may say who the witnesses are


def test_witnesses_are_registered_in_the_log_itself(stage):
    register(stage, [stranger(1)], quorum=1)
    row = WitnessPolicy.objects.latest("id")
    listed = [{"key": stranger(1).key.text, "url": stranger(1).url}]
    assert (row.witnesses, row.quorum) == (listed, 1)
    event = RegistryEvent.objects.get(pk=row.event_id)
    assert event.kind == "witnesses"
    assert {"witnesses": listed, "quorum": 1}.items() <= event.body.items()
    integrated()
    assert storage.place_of(event.pending_id) is not None


def test_thirty_two_may_be_registered(stage):
    many = [stranger(number) for number in range(32)]
    register(stage, many, quorum=17)
    rules = rules_in_force()
    assert list(rules.witnesses.values()) == many
    assert rules.groups[rules.quorum] == policy.Group(17, tuple(one.key.name for one in many))


ONE, TWO = stranger(1), stranger(2)
NAMESAKE = note.SignerKey(ONE.key.name, bytes(32), note.COSIGNATURE).verifier
RENAMED = note.SignerKey("andet-navn/vidne", (1).to_bytes(2, "big") * 16, note.COSIGNATURE).verifier
FORMS: dict[str, tuple[list[Witness], int]] = {
    "none of one": ([ONE], 0),
    "fewer than none": ([ONE], -1),
    "two of one": ([ONE], 2),
    "one of none": ([], 1),
    "the same twice": ([ONE, ONE], 1),
    "two of one name": ([ONE, Witness(NAMESAKE, "http://x.invalid")], 1),
    "one key with two names": ([ONE, Witness(RENAMED, "http://x.invalid")], 1),
    "thirty-three": ([stranger(number) for number in range(33)], 1),
    "no address": ([Witness(ONE.key, "")], 1),
    "another protocol": ([Witness(ONE.key, "ftp://x.invalid")], 1),
    "no protocol": ([Witness(ONE.key, "x.invalid")], 1),
    "a file": ([Witness(ONE.key, "file:///etc/passwd")], 1),
    "a space": ([Witness(ONE.key, "http://x.invalid/a b")], 1),
    "a newline": ([Witness(ONE.key, "http://x.invalid/\n")], 1),
    "a tab": ([Witness(ONE.key, "http://x.invalid/\t")], 1),
    "a line of rules": ([Witness(ONE.key, "http://x.invalid/\n#")], 1),
    "an address that is too long": ([Witness(ONE.key, "http://" + "x" * 500)], 1),
    "a log's key": ([Witness(note.SignerKey("x", bytes(32)).verifier, "http://x.invalid")], 1),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_what_is_not_in_order_is_not_registered(stage, name):
    witnesses, quorum = FORMS[name]
    before = stage.contents()
    with django_as_owner(stage), pytest.raises((VerificationError, Refused)) as caught:
        witnessing.register(witnesses, quorum=quorum)
    assert str(caught.value).endswith(".")
    assert stage.contents() == before


def payload(*witnesses: Any, quorum: Any = 1, **more: Any) -> dict[str, Any]:
    return {"witnesses": list(witnesses), "quorum": quorum} | more


IN_SQL = {"key": ONE.key.text, "url": ONE.url}
IN_SQL_TOO = {"key": TWO.key.text, "url": TWO.url}
PAYLOADS: dict[str, tuple[Any, str]] = {
    "more": (payload(IN_SQL, more=1), "unknown"),
    "no quorum": ({"witnesses": [IN_SQL]}, "missing"),
    "no witnesses": ({"quorum": 1}, "missing"),
    "nothing": ({}, "missing"),
    "quorum null": (payload(IN_SQL, quorum=None), "missing"),
    "witnesses null": (payload() | {"witnesses": None}, "missing"),
    **{f"quorum {quorum!r}": (payload(IN_SQL, IN_SQL_TOO, quorum=quorum), "form")
       for quorum in (0, 3, -1, 1.5, "x", "", " 1", "1\n", True, [], {}, 100, 10**30)},
    **{f"witnesses {found!r}": (payload() | {"witnesses": found}, "form")
       for found in (1, "x", {}, True, {"0": IN_SQL})},
    **{f"witness {one!r}": (payload(one), "form")
       for one in (None, 1, "x", [], ["key"], {}, {"key": ONE.key.text}, {"url": ONE.url},
                   IN_SQL | {"more": 1}, IN_SQL | {"key": None}, IN_SQL | {"url": 1},
                   IN_SQL | {"key": ""}, IN_SQL | {"key": "x"}, IN_SQL | {"key": "x+y+z"},
                   IN_SQL | {"key": f" {ONE.key.text}"}, IN_SQL | {"key": f"{ONE.key.text}\n"},
                   IN_SQL | {"url": " http://x"}, IN_SQL | {"url": "javascript:x"})},
    "the same twice": (payload(IN_SQL, IN_SQL), "form"),
    "the same with another address": (payload(IN_SQL, IN_SQL | {"url": "http://x"}), "form"),
    "one in order and one not": (payload(IN_SQL, 1), "form"),
    "one of none": (payload(quorum=1), "form"),
    "thirty-three": (payload(*({"key": stranger(n).key.text, "url": stranger(n).url}
                               for n in range(33))), "form"),
}  # fmt: skip


@pytest.mark.parametrize("name", PAYLOADS)
def test_the_database_registers_only_what_is_in_order(stage, name):
    content, code = PAYLOADS[name]
    before = stage.contents()
    with pytest.raises(psycopg.Error) as error:
        stage.as_owner("SELECT kernel.register_witnesses(%s)", Jsonb(content))
    assert error.value.diag.message_detail == code
    assert stage.contents() == before


def test_the_application_may_not_say_who_the_witnesses_are(stage):
    before = stage.contents()
    with pytest.raises(DatabaseError) as caught:
        witnessing.register([ONE], quorum=1)
    assert caught.value.__cause__.sqlstate == "42501"
    statements = (
        'SELECT kernel.register_witnesses(\'{"witnesses": [], "quorum": 0}\'::jsonb)',
        "SELECT kernel.require_witness('x')",
        "UPDATE kernel_witnesspolicy SET quorum = 1",
        "DELETE FROM kernel_witnesspolicy",
        "INSERT INTO kernel_witnesspolicy (event_id, witnesses, quorum, at)"
        " VALUES (gen_random_uuid(), '[]', 0, now())",
        "DELETE FROM kernel_ledgercosignature",
        "UPDATE kernel_ledgercosignature SET line = ''",
        "DELETE FROM kernel_witnessconflict",
        "TRUNCATE kernel_witnessconflict",
    )
    for statement in statements:
        assert stage.attempt(statement) == "42501", statement
    assert stage.contents() == before


# What the application may say about a witness


COSIGN = "SELECT kernel.ledger_cosign(%s, %s, %s, %s)"
CONFLICT = "SELECT kernel.ledger_conflict(%s, %s)"


def denied(stage: Any, statement: str, *values: object) -> str:
    """The code with which the application's call is refused; nothing is written."""
    before = stage.contents()
    with pytest.raises(psycopg.Error) as error:
        stage.application.execute(statement, values)
    assert stage.contents() == before
    return error.value.diag.message_detail or error.value.sqlstate or ""


def test_only_lines_of_witnesses_on_heads_are_kept(stage):
    size = entry(stage)
    line = line_on(size, SIGNERS[0])
    for key in (stranger().key.text, KEYS[0][:-1], "", None, SIGNERS[0].name, "%"):
        assert denied(stage, COSIGN, size, key, line, AT) == "witness"
    for wrong in (
        "", None, line[:-1], line + "\n", " " + line, line.replace("— ", "- "), line * 2, "— x\n",
        "— x y z\n", f"— x {'A' * 1000}\n", "— x AA=A\n", f"{line}— ", line.replace("\n", "\r\n"),
    ):  # fmt: skip
        assert denied(stage, COSIGN, size, KEYS[0], wrong, AT) == "form"
    for other in (0, -1, size + 1, 2**62, None):
        assert denied(stage, COSIGN, other, KEYS[0], line, AT) == "form"
    for at in (-1, CLOCK_END + 1, 2**62, None):
        assert denied(stage, COSIGN, size, KEYS[0], line, at) == "form"
    stage.application.execute(COSIGN, (size, KEYS[0], line, AT))
    row = LedgerCosignature.objects.get(size=size, witness=KEYS[0])
    assert (row.line, row.signed_at.timestamp()) == (line, AT)
    # A second time changes nothing, whatever it says.
    before = stage.contents()
    stage.application.execute(COSIGN, (size, KEYS[0], line_on(size, SIGNERS[1]), AT + 1))
    assert stage.contents() == before


def test_only_conflicts_with_witnesses_are_told_and_each_once(stage):
    size = entry(stage)
    for key in (stranger().key.text, "", None):
        assert denied(stage, CONFLICT, key, 5) == "witness"
    for seen in (0, -1, 2**53, 2**63 - 1, None):
        assert denied(stage, CONFLICT, KEYS[1], seen) == "form"
    stage.application.execute(CONFLICT, (KEYS[1], 2**53 - 1))
    row = WitnessConflict.objects.latest("id")
    assert (row.witness, row.seen, row.size) == (KEYS[1], 2**53 - 1, size)
    before = stage.contents()
    stage.application.execute(CONFLICT, (KEYS[1], 2**53 - 1))
    assert stage.contents() == before
    # Settled, so that no other test sees it.
    entry(stage)
    assert ask() == 3
    assert no_conflicts()


def test_without_witnesses_nothing_is_said_about_any(stage):
    size = entry(stage)
    line = line_on(size, SIGNERS[0])
    register(stage, [], quorum=0)
    assert denied(stage, COSIGN, size, KEYS[0], line, AT) == "witness"
    assert denied(stage, CONFLICT, KEYS[0], 5) == "witness"


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_both_are_refused_where_others_writes_are_not_seen(stage, level):
    size = entry(stage)
    line = line_on(size, SIGNERS[0])
    for statement, values in (
        (COSIGN, (size, KEYS[0], line, AT)), (CONFLICT, (KEYS[0], 5)),
    ):  # fmt: skip
        before = stage.contents()
        with psycopg.connect(stage.url) as connection:
            connection.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
            with pytest.raises(psycopg.Error) as error:
                connection.execute(statement, values)
            assert error.value.sqlstate == "KDREF"
        assert stage.contents() == before


def test_two_who_tell_the_same_conflict_at_once_tell_it_once(stage):
    before = conflicts()
    barrier = threading.Barrier(4)
    failed: list[Exception] = []

    def tell() -> None:
        with psycopg.connect(stage.url, autocommit=True) as connection:
            barrier.wait()
            try:
                connection.execute(CONFLICT, (KEYS[2], 4321))
            except psycopg.Error as error:
                failed.append(error)

    threads: list[Any] = [threading.Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert conflicts() == before + 1
    entry(stage)
    assert ask() == 3
    assert no_conflicts()
