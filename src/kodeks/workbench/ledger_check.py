# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Holds a head that somebody has kept up against the log of today: is it still the same log?"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.utils import timezone

from kodeks.kernel import heads, signing, storage, witnessing
from kodeks.kernel.models import LedgerCheckpoint
from kodeks.ledger import checkpoint, cosignature, merkle, note
from kodeks.ledger.checkpoint import Checkpoint
from kodeks.ledger.encoding import encode_base64, encode_utf8
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.note import SignedNote, VerifierKey
from kodeks.workbench.figures import whole

log = structlog.get_logger(__name__)

HOLDS, SAME, EMPTY = "holds", "same", "empty"
SHORTER, REWRITTEN, DAMAGED, NOT_OURS = "shorter", "rewritten", "damaged", "not-ours"
_EVIDENCE = (SHORTER, REWRITTEN)

_WORDS = {
    HOLDS: (
        "success",
        "Loggen holder",
        "Dit hoved har {old} linjer. De står alle i loggen, som de stod. Siden er der kommet "
        "{more} til.",
    ),
    SAME: (
        "success",
        "Loggen er den samme",
        "Dit hoved har {old} linjer, og det har loggen også nu. De står, som de stod.",
    ),
    EMPTY: (
        "info",
        "En tom log viser ikke noget",
        "Dit hoved er fra før den første linje, og alle logge begynder tomme. Gem det hoved, vi "
        "har nu. Så kan du komme igen.",
    ),
    SHORTER: (
        "error",
        "Loggen er kortere, end den var",
        "Vi har skrevet under på {old} linjer. Nu er der {new}. Enten har nogen fjernet linjer, "
        "eller også er loggen sat tilbage til en ældre kopi.",
    ),
    REWRITTEN: (
        "error",
        "Loggen er skrevet om",
        "Vi har skrevet under på dit hoved. Men de første {old} linjer i loggen er ikke dem, der "
        "stod der.",
    ),
    DAMAGED: (
        "error",
        "Vi kan ikke lave beviset",
        "En del af loggen mangler, eller den passer ikke til loggens eget hoved. Vi kan derfor "
        "ikke vise, at dine linjer står der endnu.",
    ),
    NOT_OURS: ("warning", "Hovedet er ikke underskrevet af os", "{why} Vi har ikke prøvet det."),
}
_NO_SIGNATURE = "Der er ingen underskrift fra loggens nøgle. Måske er det ikke alt sammen med."
_WRONG_SIGNATURE = "Underskriften passer ikke til teksten. Måske er et tegn lavet om."
_ANOTHER_LOG = "Teksten gælder en anden log, eller den kan ikke være loggens hoved."


@dataclass(frozen=True)
class Cosigned:
    """A witness's signature on a note: the time by its own clock, or that it is wrong."""

    name: str
    former: bool
    wrong: bool
    at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What came out of it. `head` is the newest; `proof` leads to it, as lines of base64."""

    outcome: str
    size: int
    root: str
    cosigned: Sequence[Cosigned]
    head: LedgerCheckpoint | None = None
    proof: Sequence[str] | None = None
    why: str = ""

    @property
    def variant(self) -> str:
        return _WORDS[self.outcome][0]

    @property
    def heading(self) -> str:
        return _WORDS[self.outcome][1]

    @property
    def text(self) -> str:
        new = self.head.size if self.head else 0
        return _WORDS[self.outcome][2].format(
            old=whole(self.size), new=whole(new), more=whole(new - self.size), why=self.why
        )

    @property
    def is_evidence(self) -> bool:
        """Whether the head that was kept shows that something was done to the log."""
        return self.outcome in _EVIDENCE


class Unreadable(Exception):
    """The text is no head at all. Danish text."""


def check(text: str) -> Checked:
    """What the kept head in `text`, a signed note, says of the log today. Raises Unreadable."""
    try:
        data = encode_utf8(_unpasted(text))
        signed = note.parse(data)
        kept = checkpoint.parse_body(signed.text)
    except VerificationError as error:
        raise Unreadable(str(error)) from error
    given = {"size": kept.size, "root": encode_base64(kept.root)}
    why = _not_ours(data, signed)
    if why:
        return Checked(outcome=NOT_OURS, why=why, cosigned=[], **given)
    head = storage.latest_checkpoint()
    outcome, proof = _compared(kept, head)
    lines = None if proof is None else [encode_base64(one) for one in proof]
    return Checked(outcome=outcome, head=head, proof=lines, cosigned=cosigners(signed), **given)


def cosigners(signed: SignedNote) -> list[Cosigned]:
    """Who of those that are or have been witnesses signed the note."""
    rules = witnessing.in_force()
    now = set() if rules is None else {key.text for key in rules.keys}
    found = [_cosigned(signed, key, former=key.text not in now) for key in heads.witness_keys()]
    return [one for one in found if one is not None]


def _unpasted(text: str) -> str:
    """The note as it was signed: a form sends other line ends, copying loses the last one, and
    some editors put a mark before the first."""
    return re.sub(r"\r\n?", "\n", text.lstrip("\ufeff")).strip() + "\n"


def _not_ours(data: bytes, signed: SignedNote) -> str:
    """Why the note does not count as one of the log's; "" when it does."""
    key = signing.signer().verifier
    ours = [one for one in signed.signatures if (one.name, one.key_id) == (key.name, key.key_id)]
    if not ours:
        return _NO_SIGNATURE
    message = encode_utf8(signed.text)
    if not all(note.is_signed(message, signature=one.signature, key=key) for one in ours):
        return _WRONG_SIGNATURE
    try:
        checkpoint.open_signed(data, key=key)
    except VerificationError:
        return _ANOTHER_LOG
    return ""


def _cosigned(signed: SignedNote, key: VerifierKey, *, former: bool) -> Cosigned | None:
    try:
        found = cosignature.verify(signed, keys=[key])
    except VerificationError:
        return Cosigned(key.name, former, True, None)
    return Cosigned(key.name, former, False, time_of(found[0].timestamp)) if found else None


def time_of(seconds: float) -> dt.datetime | None:
    """A witness's time as a clock here shows it; None for one that no calendar has.

    Its clock is not ours to trust, and must not be able to stop a page.
    """
    try:
        return dt.datetime.fromtimestamp(seconds, timezone.get_current_timezone())
    except (OverflowError, ValueError, OSError):
        return None


def _compared(
    kept: Checkpoint, head: LedgerCheckpoint | None
) -> tuple[str, Sequence[bytes] | None]:
    """The outcome, and the proof from the kept head to the newest where there is one."""
    size = 0 if head is None else head.size
    if kept.size == 0:
        return (EMPTY if kept.root == merkle.EMPTY_ROOT else REWRITTEN), None
    if head is None or kept.size > size:
        return SHORTER, None
    try:
        proof = storage.consistency_proof(old_size=kept.size, size=size)
        root = storage.reader_at(head).root()
    except VerificationError as error:
        log.error("ledger_proof_failed", size=size, error=str(error))
        return DAMAGED, None
    if root != bytes(head.root):
        log.error("ledger_root_differs", size=size)
        return DAMAGED, None
    return _verified(kept, head, proof), proof


def _verified(kept: Checkpoint, head: LedgerCheckpoint, proof: Sequence[bytes]) -> str:
    try:
        merkle.verify_consistency(
            old_size=kept.size,
            old_root=kept.root,
            new_size=head.size,
            new_root=bytes(head.root),
            proof=proof,
        )
    except VerificationError:
        return REWRITTEN
    return SAME if kept.size == head.size else HOLDS
