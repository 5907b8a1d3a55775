# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the three connectors have in common: the order in which a document is journalised."""

from __future__ import annotations

import hashlib
from typing import Protocol

from django.db import transaction
from django.utils import timezone

from kodeks.casework.ports import (
    CaseRecord,
    JournalReceipt,
    JournalRecord,
    PortRejected,
    Reclassification,
)
from kodeks.connectors import locks
from kodeks.connectors.esdh.attempts import Attempts

Cased = JournalRecord | CaseRecord


class Cases(Protocol):
    """An ESDH system as a connector sees it. Ids are text as the system gives them."""

    def known_case(self, record: Cased) -> str:
        """The case's id if a document of it was taken before, by this very system, or ""."""

    def find_case(self, record: Cased) -> str | None:
        """The case that carries our mark."""


class Classifying(Cases, Protocol):
    """One whose cases can be put under another subject."""

    def is_classified(self, case: str, record: CaseRecord) -> bool:
        """Whether the case has the record's title, KLE number and facet."""

    def classify(self, case: str, record: CaseRecord) -> None:
        """Give it those. The same again changes nothing."""


class Target(Cases, Protocol):
    """One that documents are journalised in."""

    def open_case(self, record: JournalRecord, attempts: Attempts) -> str:
        """The case that carries our mark, made if there is none."""

    def find_document(self, record: JournalRecord, case: str) -> str | None:
        """The journalised document that carries our mark."""

    def content(self, document: str) -> bytes:
        """A document's bytes."""

    def put_document(self, record: JournalRecord, case: str, attempts: Attempts) -> str:
        """The document that carries our mark, made if there is none or given these bytes if it has
        others, and journalised."""


def find(target: Target, record: JournalRecord) -> JournalReceipt | None:
    """The receipt, if case and document are there and the bytes are the record's."""
    case = target.known_case(record) or target.find_case(record)
    if case is None:
        return None
    document = target.find_document(record, case)
    if document is None or not same(target, document, record):
        return None
    return _receipt(case, document)


def journalise(target: Target, record: JournalRecord) -> JournalReceipt:
    """Case, then document, each looked for before it is made, under the lock of the case."""
    _check(record)
    with transaction.atomic(), Attempts() as attempts:
        locks.lock_case(record.case_key)
        case = target.known_case(record) or target.open_case(record, attempts)
        document = target.put_document(record, case, attempts)
    return _receipt(case, document)


def reclassify(target: Classifying, record: CaseRecord) -> Reclassification:
    """See the port. A case that the system does not know is for a person."""
    with transaction.atomic():
        locks.lock_case(record.case_key)
        case = target.known_case(record) or target.find_case(record)
        if case is None:
            return Reclassification(esdh_case_id="", done=False)
        if not target.is_classified(case, record):
            target.classify(case, record)
    return Reclassification(esdh_case_id=case, done=True)


def same(target: Target, document: str, record: JournalRecord) -> bool:
    """Whether the document there has the record's bytes."""
    return hashlib.sha256(target.content(document)).hexdigest() == record.sha256


def _check(record: JournalRecord) -> None:
    if not 0 < len(record.key) <= 200 or not record.case_key:
        raise PortRejected("Nøglen til journalen skal have mellem 1 og 200 tegn.")
    if hashlib.sha256(record.content).hexdigest() != record.sha256:
        raise PortRejected("Dokumentets indhold passer ikke til dets kontrolsum. Hent det igen.")
    if (
        record.party is not None
        and record.party.kind == "cpr"
        and not (record.party.cpr or record.esdh_case_id)
    ):
        raise PortRejected(
            "ESDH-systemet skal have partens CPR-nummer, når sagen bliver oprettet. "
            "Opret sagen i ESDH-systemet selv."
        )


def _receipt(case: str, document: str) -> JournalReceipt:
    return JournalReceipt(
        esdh_case_id=case, esdh_document_id=document, journalised_at=timezone.now()
    )
