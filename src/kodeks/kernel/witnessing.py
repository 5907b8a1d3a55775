# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The log's witnesses: who they are, and getting them to sign its newest head.

A connector carries the requests (`WitnessPort`); the setting KODEKS_WITNESS_CLIENT names it.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, cast

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Count
from django.utils.module_loading import import_string

from kodeks.kernel import calls, signing, storage
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import (
    LedgerCheckpoint,
    LedgerCosignature,
    WitnessConflict,
    WitnessPolicy,
)
from kodeks.ledger import cosignature, note, policy, witness
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.policy import Policy, Witness

log = structlog.get_logger(__name__)
PAUSE = 1.0
"""Seconds between looks for a new head; a receipt must be there within a minute."""
LONGEST_WAIT = 30.0
"""Seconds that a witness which does not answer is left alone, at most."""
MOST = 8
"""Witnesses that are asked at a time."""
_MOST_ON_RECEIPT = 5
"""Signatures that a receipt carries, unless more are needed: it must have room in a QR code."""
_LOOK_BACK = 100
"""Heads with enough lines that are looked through for one whose lines are right."""
_LARGEST = 2**53 - 1
"""The largest size that an entry of the log can tell (see kernel.canonical)."""


@dataclass(frozen=True)
class WitnessReply:
    """A witness's HTTP answer."""

    status: int
    body: bytes


class WitnessUnreachable(Exception):
    """No answer came. The text names the kind of error."""


class WitnessPort(Protocol):
    """Sends a request to the witness at `url`. Raises WitnessUnreachable."""

    def __call__(self, url: str, body: bytes) -> WitnessReply: ...


@dataclass(frozen=True)
class Seen:
    """A head that enough witnesses have signed: the signed note, and their verifier keys."""

    size: int
    note: bytes
    witnesses: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A witness, the newest head that it signed, and a conflict that nothing has settled since."""

    name: str
    key: str
    url: str
    size: int
    at: dt.datetime | None
    conflict: WitnessConflict | None


@dataclass(frozen=True)
class _Asked:
    """A witness, and the size from which the proof for it begins."""

    witness: Witness
    old_size: int


@dataclass(frozen=True)
class _Outcome:
    """What a witness answered: its line; the size it is at; or the tree this does not continue."""

    line: str = ""
    elsewhere: int | None = None
    conflict: int | None = None
    failed: str = ""


def in_force() -> Policy | None:
    """The policy by which receipts are given out; None when the log has no witnesses."""
    witnesses, quorum = registered()
    if not witnesses:
        return None
    return policy.k_of_n(log=signing.signer().verifier, witnesses=witnesses, k=quorum)


def registered() -> tuple[list[Witness], int]:
    """The witnesses as they are registered now, and how many must have signed a head."""
    row = WitnessPolicy.objects.order_by("-id").first()
    return ([], 0) if row is None else (witnesses_of(row), row.quorum)


def witnesses_of(row: WitnessPolicy) -> list[Witness]:
    """The witnesses that a row names."""
    return [
        Witness(cosignature.parse_verifier_key(one["key"]), one["url"]) for one in row.witnesses
    ]


def standings() -> list[Standing]:
    """What each witness of the policy in force has seen, by its own signatures."""
    rules = in_force()
    return [] if rules is None else [_standing(one) for one in rules.witnesses.values()]


def _standing(one: Witness) -> Standing:
    newest = LedgerCosignature.objects.filter(witness=one.key.text).order_by("-size").first()
    conflict = WitnessConflict.objects.filter(witness=one.key.text).order_by("-id").first()
    if newest is not None and conflict is not None and conflict.at < newest.at:
        conflict = None
    return Standing(
        name=one.key.name,
        key=one.key.text,
        url=one.url,
        size=newest.size if newest else 0,
        at=newest.signed_at if newest else None,
        conflict=conflict,
    )


def register(witnesses: Sequence[Witness], *, quorum: int) -> None:
    """Register who the witnesses are from now on, and how many must sign. Owner only.

    Raises VerificationError or Refused when they do not fit together.
    """
    listed = [{"key": one.key.text, "url": one.url} for one in witnesses]
    # The database first: its sentences are for people, those of the policy for who writes files.
    with transaction.atomic():
        calls.call("register_witnesses", {"witnesses": listed, "quorum": quorum})
        if witnesses:
            policy.k_of_n(log=signing.signer().verifier, witnesses=witnesses, k=quorum)


def newest_seen(*, above: int = 0) -> Seen | None:
    """The newest head larger than `above` that enough witnesses signed; None when there is none."""
    rules = in_force()
    if rules is None:
        return None
    keys = [key.text for key in rules.keys]
    needed = rules.groups[rules.quorum].threshold
    sizes = (
        LedgerCosignature.objects.filter(size__gt=above, witness__in=keys)
        .values("size")
        .annotate(signed=Count("id"))
        .filter(signed__gte=needed)
        .order_by("-size")
        .values_list("size", flat=True)[:_LOOK_BACK]
    )
    for size in sizes:
        head = LedgerCheckpoint.objects.get(size=size).note.encode()
        signed = _signed_by(rules, head=head, size=size)[: max(_MOST_ON_RECEIPT, needed)]
        data = head + "".join(line for _, line in signed).encode()
        try:
            policy.require(rules, data)
        except VerificationError:
            continue
        return Seen(size, data, tuple(key for key, _ in signed))
    return None


def _signed_by(rules: Policy, *, head: bytes, size: int) -> list[tuple[str, str]]:
    """Keys and lines of the witnesses that signed the head; wrong lines stop nobody else's."""
    lines = dict(LedgerCosignature.objects.filter(size=size).values_list("witness", "line"))
    found = []
    for key in rules.keys:
        line = lines.get(key.text, "")
        try:
            if cosignature.verify(note.parse(head + line.encode()), keys=[key]):
                found.append((key.text, line))
        except VerificationError:
            log.error("wrong_cosignature", witness=key.name, size=size)
    return found


class Round:
    """Asks the witnesses about the newest head; remembers who did not answer, and when."""

    def __init__(self, port: WitnessPort) -> None:
        self._port = port
        self._failures: dict[str, int] = {}
        self._not_before: dict[str, float] = {}

    def ask(self) -> int:
        """Get signatures on the newest head from those who have not given one; how many came."""
        rules, head = in_force(), storage.latest_checkpoint()
        if rules is None or head is None:
            return 0
        have = set(
            LedgerCosignature.objects.filter(size=head.size).values_list("witness", flat=True)
        )
        now = time.monotonic()
        ready = [
            one
            for one in rules.witnesses.values()
            if one.key.text not in have and now >= self._not_before.get(one.key.text, 0.0)
        ]
        if not ready:
            return 0
        asked = [_Asked(one, _last_signed(one.key.text, head=head)) for one in ready]
        outcomes = self._outcomes(asked, head=head)
        # A witness that says where it is gets the proof from there.
        again = {
            place: _Asked(asked[place].witness, outcome.elsewhere)
            for place, outcome in enumerate(outcomes)
            if outcome.elsewhere is not None
        }
        if again:
            second = self._outcomes(list(again.values()), head=head)
            for place, outcome in zip(again, second, strict=True):
                outcomes[place] = outcome
        return sum(
            self._keep(one.witness, outcome, head=head)
            for one, outcome in zip(asked, outcomes, strict=True)
        )

    def _outcomes(self, asked: Sequence[_Asked], *, head: LedgerCheckpoint) -> list[_Outcome]:
        bodies = [_request(head, old_size=one.old_size) for one in asked]

        def send(one: _Asked, body: bytes) -> _Outcome:
            try:
                return _read(self._port(one.witness.url, body), head=head, one=one)
            except WitnessUnreachable as error:
                return _Outcome(failed=str(error))

        # Only the asking is done side by side: the database's connection is this thread's.
        with ThreadPoolExecutor(max_workers=MOST) as pool:
            return list(pool.map(send, asked, bodies))

    def _keep(self, one: Witness, outcome: _Outcome, *, head: LedgerCheckpoint) -> bool:
        key = one.key.text
        if outcome.line:
            signed = cosignature.verify(
                note.parse(head.note.encode() + outcome.line.encode()), keys=[one.key]
            )
            try:
                calls.call("ledger_cosign", head.size, key, outcome.line, signed[0].timestamp)
            except Refused:
                # One witness with an impossible clock, or just removed, must not stop the others.
                outcome = _Outcome(failed="refused")
            else:
                self._failures.pop(key, None)
                return True
        if outcome.conflict is not None and not _overtaken(outcome.conflict, head=head):
            calls.call("ledger_conflict", key, outcome.conflict)
        failures = self._failures[key] = self._failures.get(key, 0) + 1
        # The number is bounded, because a float is not: 2.0**1024 is an error.
        wait = min(2.0 ** min(failures, 10), LONGEST_WAIT)
        self._not_before[key] = time.monotonic() + wait
        log.warning(
            "witness_did_not_sign",
            witness=one.key.name,
            why="conflict" if outcome.conflict is not None else outcome.failed,
        )
        return False


def ask() -> int:
    """Ask the witnesses about the newest head once; how many signatures came."""
    return Round(_port()).ask()


def _port() -> WitnessPort:
    return cast(WitnessPort, import_string(settings.KODEKS_WITNESS_CLIENT))


def run(stopped: threading.Event) -> None:
    """Ask the witnesses until `stopped`; a database that goes away is waited for."""
    asking = Round(_port())
    while not stopped.is_set():
        try:
            asking.ask()
        except (OperationalError, InterfaceError) as error:
            log.warning("witnessing_waits_for_database", error=type(error).__name__)
            connection.close()
        except (VerificationError, Refused) as error:
            # Witnesses that were changed meanwhile; the next round asks the new ones.
            log.warning("witnessing_failed", error=type(error).__name__)
        stopped.wait(PAUSE)
    connection.close()


def _last_signed(key: str, *, head: LedgerCheckpoint) -> int:
    """The size of the newest head that the witness signed, as far as we know; 0 for none."""
    row = LedgerCosignature.objects.filter(witness=key, size__lte=head.size).order_by("-size")
    return row.values_list("size", flat=True).first() or 0


def _overtaken(seen: int, *, head: LedgerCheckpoint) -> bool:
    """Whether another worker has meanwhile shown the witness a newer head of ours."""
    newest = storage.latest_checkpoint()
    return newest is not None and head.size < seen <= newest.size


def _request(head: LedgerCheckpoint, *, old_size: int) -> bytes:
    size = head.size
    proof = storage.consistency_proof(old_size=old_size, size=size) if old_size else []
    return witness.format_request(witness.Request(old_size, tuple(proof), head.note.encode()))


def _read(reply: WitnessReply, *, head: LedgerCheckpoint, one: _Asked) -> _Outcome:
    checkpoint = head.note.encode()
    if reply.status == 200:
        try:
            lines = witness.cosignatures_in(
                reply.body, checkpoint=checkpoint, keys=[one.witness.key]
            )
        except VerificationError:
            return _Outcome(failed="wrong signature")
        return _Outcome(line=lines[-1]) if lines else _Outcome(failed="no signature")
    if reply.status == 422 and one.old_size:
        return _Outcome(conflict=one.old_size)
    size = witness.parse_size(reply.body) if reply.status == 409 else None
    if size is None or size > _LARGEST:
        return _Outcome(failed=f"status {reply.status}")
    # At our size it may have signed this very head, in an answer that never came: asked from there
    # it signs again, or it has seen another head of that size.
    if size > head.size or size == head.size == one.old_size:
        return _Outcome(conflict=size)
    return _Outcome(elsewhere=size, failed="moved on")
