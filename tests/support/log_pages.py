# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A log for the auditor's page: it grows, is signed by some, and got its heads at other times."""

from __future__ import annotations

import datetime as dt

import nearby
import psycopg
import pytest
from django.test import Client
from staff_pages import headings_in_order, words_of

from kodeks.kernel import sequencer, signing, stewardship, storage, witnessing
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import LedgerCheckpoint, User
from kodeks.kernel.witnessing import WitnessReply
from kodeks.ledger import checkpoint
from kodeks.ledger.note import SignerKey

CHECK = "/log/kontrol/"
TEXT = "text/plain; charset=utf-8"


def write(number: int) -> None:
    """Lines in the log, each with a head of its own."""
    merete = User.objects.get(username="merete")
    for place in range(number):
        verb = stewardship.resume if place % 2 else stewardship.stop
        try:
            verb(system="inquiries", user=merete, reason="Prøve")
        except Refused:
            other = stewardship.stop if place % 2 else stewardship.resume
            other(system="inquiries", user=merete, reason="Prøve")
        sequencer.integrate()


def newest() -> LedgerCheckpoint:
    return LedgerCheckpoint.objects.latest("size")


def kept(size: int, *, root: bytes | None = None, signer: SignerKey | None = None) -> str:
    """A head of today's log at any earlier size, signed by the log's own key or another."""
    signer = signer or signing.signer()
    root = root or storage.reader_at(newest()).root(size=size)
    told = checkpoint.Checkpoint(origin=signer.name, size=size, root=root)
    return checkpoint.sign(checkpoint=told, signer=signer).decode()


def silent(monkeypatch: pytest.MonkeyPatch, *urls: str) -> None:
    """Let the witnesses at `urls` not answer."""

    def submit(url: str, body: bytes) -> WitnessReply:
        if url in urls:
            raise witnessing.WitnessUnreachable("TimeoutError")
        return original(url, body)

    original = nearby.submit
    monkeypatch.setattr(nearby, "submit", submit)


def backdate(as_owner: psycopg.Connection, moments: list[dt.datetime]) -> None:
    """Give the heads, the oldest first, other times than they had."""
    sizes = LedgerCheckpoint.objects.order_by("size").values_list("size", flat=True)
    as_owner.execute("ALTER TABLE kernel_ledgercheckpoint DISABLE TRIGGER USER")
    for size, moment in zip(sizes, moments, strict=True):
        as_owner.execute(
            "UPDATE kernel_ledgercheckpoint SET at = %s WHERE size = %s", (moment, size)
        )


def outcome(client: Client, text: str, *, status: int = 200) -> str:
    """The words of the page that answers for a kept head."""
    answer = client.post(CHECK, {"head": text})
    assert answer.status_code == status
    assert headings_in_order(answer)
    return words_of(answer)
