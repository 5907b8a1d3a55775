# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Receipts: a citizen's proof that a record stands in the log as it was shown."""

from __future__ import annotations

from kodeks.kernel import signing, storage, witnessing
from kodeks.kernel.models import Secret
from kodeks.kernel.records import Act, Decision, Recommendation, Reversal
from kodeks.ledger import proof, receipt

Provable = Recommendation | Decision | Reversal | Act
"""Records that a receipt can prove."""
KINDS = {
    Recommendation: "recommendation",
    Decision: "decision",
    Reversal: "reversal",
    Act: "act",
}


class NotYet(Exception):
    """The record waits for its place in the log and for witnesses, some seconds. Danish text."""


class NoWitnesses(NotYet):
    """The log has no witnesses, so no receipt comes by waiting. Danish text."""


class Erased(Exception):
    """The record's data are erased, and with them what a receipt would show. Danish text."""


def build(record: Provable) -> bytes:
    """The receipt file of a record, to be checked with `kodeks receipt verify`.

    Raises NotYet until enough witnesses have signed a head that covers the record, NoWitnesses when
    there are none, Erased when the record's personal parts are gone.
    """
    secret = Secret.objects.filter(record_id=record.id).first()
    if secret is None:
        raise Erased("Sagens oplysninger er slettet. Der kan ikke laves en kvittering for dem.")
    index = storage.place_of(record.pending_id)
    seen = None if index is None else witnessing.newest_seen(above=index)
    if index is None or seen is None:
        raise _not_yet()
    text = proof.format_proof(
        index=index,
        hashes=storage.inclusion_proof(index=index, size=seen.size),
        checkpoint=seen.note,
    )
    return receipt.build(
        kind=KINDS[type(record)],
        key=signing.verifier_key(),
        leaf=storage.entry(index),
        salt=bytes(secret.salt),
        body=dict(record.body),
        proof=text,
        witnesses=seen.witnesses,
    )


def _not_yet() -> NotYet:
    if witnessing.in_force() is None:
        return NoWitnesses(
            "Kvitteringen kan ikke laves endnu. Kommunen mangler et vidne, der ser efter, at "
            "loggen ikke bliver skrevet om."
        )
    return NotYet("Kvitteringen er ved at blive lavet. Prøv igen om lidt.")
