# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Our log and its witnesses over real HTTP: three neighbours, and one that misbehaves."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from gate import django_as_owner
from kernel_stage import Stage, stage  # noqa: F401
from raw_peer import Peer, http, silent, slowly
from served import Served, serving

from kodeks.connectors import witnesses
from kodeks.kernel import receipts, selectors, sequencer, signing, storage, witnessing
from kodeks.kernel.models import LedgerCosignature, WitnessConflict
from kodeks.ledger import cosignature, note, receipt, witness
from kodeks.ledger.note import name_of
from kodeks.ledger.policy import Witness

MUNICIPALITIES = ("Opdigtet Nordby", "Opdigtet Fjordby", "Opdigtet Østby")


# Three neighbours


@pytest.fixture(scope="module")
def neighbours(
    stage: Stage,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[Served]]:
    found = [
        Served(tmp_path_factory.mktemp("nabo"), name=name_of(municipality, "vidne"))
        for municipality in MUNICIPALITIES
    ]
    for one in found:
        one.store.follow(signing.verifier_key())
    with serving(*found):
        yield found


@pytest.fixture
def three(stage: Stage, neighbours: list[Served]) -> list[Served]:  # noqa: F811
    """The neighbours as our log's witnesses."""
    register(stage, *neighbours)
    return neighbours


def register(stage: Stage, *found: Served | Witness, quorum: int = 2) -> None:  # noqa: F811
    listed = [
        one if isinstance(one, Witness) else Witness(one.store.signer().verifier, one.url)
        for one in found
    ]
    with django_as_owner(stage):
        witnessing.register(listed, quorum=quorum)


def entry(stage: Stage) -> int:  # noqa: F811
    """Another head of our log; its size."""
    stage.owner.execute(
        "INSERT INTO kernel_ledgerpending (leaf)"
        " SELECT convert_to('leaf ' || gen_random_uuid(), 'UTF8')"
    )
    while sequencer.integrate():
        pass
    head = storage.latest_checkpoint()
    assert head is not None
    return head.size


def recorded(stage: Stage) -> Any:  # noqa: F811
    """A citizen's record that stands in the log."""
    record = selectors.recommendation(stage.issued(stage.register()))
    while sequencer.integrate():
        pass
    return record


def asking() -> witnessing.Round:
    return witnessing.Round(witnesses.submit)


def seen_by(data: bytes) -> list[str]:
    """Who has seen the log, by a receipt that is checked offline against the policy."""
    rules = witnessing.in_force()
    found = receipt.verify(data, trusted_key=None, trusted_policy=rules)
    assert found.trusted
    return [one.key.name for one in found.cosignatures]


def test_receipts_come_with_the_signatures_of_all_three(
    stage: Stage,  # noqa: F811
    three: list[Served],
) -> None:
    record = recorded(stage)
    with pytest.raises(receipts.NotYet, match="ved at blive lavet"):
        receipts.build(record)
    assert asking().ask() == 3
    assert seen_by(receipts.build(record)) == [
        "opdigtet-nordby/vidne",
        "opdigtet-fjordby/vidne",
        "opdigtet-oestby/vidne",
    ]
    assert asking().ask() == 0, "nobody is asked twice about a head"
    # The neighbours have kept what they signed, and it is our head.
    head = storage.latest_checkpoint()
    for one in three:
        (followed,) = one.store.followed()
        assert followed.latest is not None
        assert (followed.latest.size, followed.latest.root) == (head.size, bytes(head.root))


def test_with_one_stopped_receipts_still_come(
    stage: Stage,  # noqa: F811
    three: list[Served],
) -> None:
    three[1].stop()
    try:
        record = recorded(stage)
        assert asking().ask() == 2
        assert seen_by(receipts.build(record)) == ["opdigtet-nordby/vidne", "opdigtet-oestby/vidne"]
    finally:
        three[1].start()


def test_with_two_stopped_they_wait_and_come_when_one_is_back(
    stage: Stage,  # noqa: F811
    three: list[Served],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # In operation it is left alone for 30 seconds; the rest of a minute is for asking.
    monkeypatch.setattr(witnessing, "LONGEST_WAIT", 0.2)
    round_ = asking()
    for one in three[:2]:
        one.stop()
    try:
        record = recorded(stage)
        assert round_.ask() == 1
        for _ in range(3):
            time.sleep(0.25)
            assert round_.ask() == 0
            with pytest.raises(receipts.NotYet, match="ved at blive lavet"):
                receipts.build(record)
        three[0].start()
        began = time.monotonic()
        while round_.ask() == 0:
            assert time.monotonic() - began < 5.0
            time.sleep(0.05)
        assert seen_by(receipts.build(record)) == ["opdigtet-nordby/vidne", "opdigtet-oestby/vidne"]
    finally:
        for one in three[:2]:
            one.start()
    # The last one gets the proof from where it was when it was stopped.
    size = entry(stage)
    assert asking().ask() == 3
    assert {one.store.followed()[0].latest.size for one in three} == {size}


# One of them does what it should not

BAD = note.SignerKey("opdigtet-vestby/vidne", bytes([9]) * 32, note.COSIGNATURE)
STRANGER = note.SignerKey(BAD.name, bytes([8]) * 32, note.COSIGNATURE)


def signed(request: bytes, *, by: note.SignerKey = BAD, at: int = 1, text: str = "") -> bytes:
    """The body of an answer with a signature on the head of the request, or on another text."""
    asked = witness.parse_request(request.partition(b"\r\n\r\n")[2])
    text = text or note.parse(asked.checkpoint).text
    return cosignature.sign(text, signer=by, timestamp=at).line.encode()


def forged(request: bytes) -> bytes:
    """A line under the witness's own name and number, with a stranger's signature."""
    one = note.parse_signature(signed(request, by=STRANGER).decode()[:-1])
    return note.Signature(BAD.name, BAD.verifier.key_id, one.signature).line.encode()


MISDEEDS: dict[str, Callable[[bytes], Any]] = {
    "garbage": lambda _: b"x" * 99,
    "nothing": lambda _: b"",
    "silence": silent,
    "dripping": lambda _: slowly(b"HTTP/1.1 200 OK\r\n\r\n"),
    "too long": lambda request: http(200, signed(request) * 999),
    "an empty answer": lambda _: http(200),
    "no line": lambda _: http(200, b"x\n"),
    "not UTF-8": lambda _: http(200, b"\xff\n"),
    "cut off": lambda request: http(200, signed(request)[:-1]),
    "hung up in the middle": lambda request: http(200, signed(request))[:-9],
    "hung up in the headers": lambda request: http(200, signed(request))[:17],
    "hung up before the end of a size": lambda _: http(409, b"20\n")[:-1],
    "a redirect": lambda _: http(307, b"", "Location: http://127.0.0.1:1/"),
    "an error": lambda _: http(500, b"x"),
    "forbidden": lambda _: http(403, b"x"),
    "not found": lambda _: http(404, b"x"),
    "a bad request": lambda _: http(400, b"x"),
    "a status of its own": lambda request: http(201, signed(request)),
    "unprocessable from nothing": lambda _: http(422, b"x"),
    "a forged line": lambda request: http(200, forged(request)),
    "a stranger's line": lambda request: http(200, signed(request, by=STRANGER)),
    "another head's line": lambda request: http(200, signed(request, text="en anden\n1\nAA==\n")),
    "a right and a wrong line": lambda request: http(200, signed(request) + forged(request)),
    "too many lines": lambda request: http(200, signed(request) * 101),
    "a time that cannot be": lambda request: http(200, signed(request, at=2**63 - 1)),
    "a time after the year 9999": lambda request: http(200, signed(request, at=253_402_300_800)),
    "a size that is none": lambda _: http(409, b"x\n"),
    "no size": lambda _: http(409),
    "a size that no database has": lambda _: http(409, b"18446744073709551615\n"),
    "a size that no entry can tell": lambda _: http(409, b"%d\n" % 2**60),
    "always where it is asked from": lambda _: http(409, b"0\n"),
    "always one further": lambda request: http(
        409, b"%d\n" % (witness.parse_request(request.partition(b"\r\n\r\n")[2]).old_size + 1)
    ),
}


@pytest.fixture
def vestby(stage: Stage, neighbours: list[Served], peer: Peer) -> Peer:  # noqa: F811
    """First in the list, so that whatever it does comes before the others are heard."""
    register(stage, Witness(BAD.verifier, peer.url), *neighbours[:2])
    return peer


def lines_of_bad() -> int:
    return LedgerCosignature.objects.filter(witness=BAD.verifier.text).count()


@pytest.mark.parametrize("name", MISDEEDS)
def test_one_that_misbehaves_hinders_nobody(
    stage: Stage,  # noqa: F811
    vestby: Peer,
    impatient: None,
    name: str,
) -> None:
    before = lines_of_bad(), WitnessConflict.objects.count()
    vestby.reply = MISDEEDS[name]
    size = entry(stage)
    assert asking().ask() == 2
    assert vestby.requests
    found = witnessing.newest_seen()
    assert found is not None
    assert (found.size, len(found.witnesses)) == (size, 2)
    assert (lines_of_bad(), WitnessConflict.objects.count()) == before


def test_one_that_has_failed_is_heard_again(
    stage: Stage,  # noqa: F811
    neighbours: list[Served],
    peer: Peer,
) -> None:
    good = note.SignerKey("opdigtet-soenderby/vidne", bytes([7]) * 32, note.COSIGNATURE)
    register(stage, Witness(good.verifier, peer.url), *neighbours[:2])
    replies = itertools.chain([http(500)], itertools.repeat(b""))
    peer.reply = lambda request: (
        next(replies) or http(200, signed(request, by=good, at=1_700_000_000))
    )
    round_ = asking()
    entry(stage)
    assert round_.ask() == 2
    size = entry(stage)
    assert round_.ask() == 2, "it is left alone for a while"
    assert asking().ask() == 1
    found = witnessing.newest_seen()
    assert found is not None
    assert (found.size, len(found.witnesses)) == (size, 3)
