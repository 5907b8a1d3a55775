# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Receipts: a citizen's proof that a record stands in the log as it was shown."""

from __future__ import annotations

from kodeks.kernel import signing, storage
from kodeks.kernel.models import Secret
from kodeks.kernel.records import Act, Decision, Recommendation
from kodeks.ledger import proof, receipt

KINDS = {Recommendation: "recommendation", Decision: "decision", Act: "act"}


class NotYet(Exception):
    """The record waits for its place in the log (about a second). The text is Danish."""


class Erased(Exception):
    """The record's data are erased, and with them what a receipt would show. Danish text."""


def build(record: Recommendation | Decision | Act) -> bytes:
    """The receipt file of a record, to be checked with `kodeks receipt verify`.

    Raises NotYet until the sequencer has signed a head that covers the record, Erased when its
    personal parts are gone.
    """
    secret = Secret.objects.filter(record_id=record.id).first()
    if secret is None:
        raise Erased("Sagens oplysninger er slettet. Der kan ikke laves en kvittering for dem.")
    index = storage.place_of(record.pending_id)
    head = storage.latest_checkpoint()
    if index is None or head is None or head.size <= index:
        raise NotYet("Kvitteringen er ved at blive lavet. Prøv igen om lidt.")
    text = proof.format_proof(
        index=index,
        hashes=storage.inclusion_proof(index=index, size=head.size),
        checkpoint=head.note.encode(),
    )
    return receipt.build(
        kind=KINDS[type(record)],
        key=signing.verifier_key(),
        leaf=storage.entry(index),
        salt=bytes(secret.salt),
        body=dict(record.body),
        proof=text,
    )
