# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A log and its witnesses: heads that they sign, and what a test needs to say of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import nearby
from gate import django_as_owner
from served import Log

from kodeks.kernel import selectors, sequencer, signing, storage, witnessing
from kodeks.kernel.models import WitnessConflict
from kodeks.kernel.witnessing import Round, WitnessReply, WitnessUnreachable
from kodeks.ledger import cosignature, merkle, note, policy, witness
from kodeks.ledger.policy import Witness

URLS = list(nearby.SIGNERS)
KEYS = [one.key.text for one in nearby.WITNESSES]
SIGNERS = list(nearby.SIGNERS.values())
AT = 1_700_000_000
CLOCK_END = 253_402_214_399
"""A day before the year 10000."""


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


def line_on(size: int, signer: note.SignerKey) -> str:
    head = storage.LedgerCheckpoint.objects.get(size=size)
    text = note.parse(head.note.encode()).text
    return cosignature.sign(text, signer=signer, timestamp=AT).line


def store(stage: Any, size: int, key: str, line: str) -> None:
    """As whoever has taken over the application could."""
    stage.application.execute("SELECT kernel.ledger_cosign(%s, %s, %s, %s)", (size, key, line, AT))


def stranger(number: int = 7) -> Witness:
    seed = number.to_bytes(2, "big") * 16
    key = note.SignerKey(f"fremmed-{number}/vidne", seed, note.COSIGNATURE)
    return Witness(key.verifier, f"https://fremmed-{number}.invalid/vidne")


def no_conflicts() -> bool:
    """None that stands; other tests make some, which a later signature has settled."""
    return all(one.conflict is None for one in witnessing.standings())


def conflicts() -> int:
    return WitnessConflict.objects.count()


def rules_in_force() -> policy.Policy:
    found = witnessing.in_force()
    assert found is not None
    return found
