# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Inquiries that nobody has decided yet, as a source of documents for access requests.

A decided one is journalised, and found as a document of its case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.utils import timezone

from kodeks.accessrequests.ports import FoundDocument, NoSuchDocument, Wanted
from kodeks.inquiries.models import Inquiry


class InquirySource:
    """Implements kodeks.accessrequests.ports.DocumentSource with the inbox of inquiries."""

    name = "inquiries"
    title = "Henvendelser uden sag"

    def find(self, *, wanted: Wanted) -> Iterator[FoundDocument]:
        if not wanted.person:
            return
        found = Inquiry.objects.filter(case=None, erased_at=None, sender_index=wanted.person)
        for inquiry in found:
            yield FoundDocument(
                id=str(inquiry.id),
                case_number="",
                title=f"Henvendelse ({inquiry.get_channel_display()})",
                date=timezone.localdate(inquiry.received_at),
                direction="incoming",
                media_type="text/plain; charset=utf-8",
                sha256=hashlib.sha256(inquiry.text.encode()).hexdigest(),
            )

    def fetch(self, *, document_id: str) -> bytes:
        inquiry = Inquiry.objects.filter(id=UUID(document_id), erased_at=None).first()
        if inquiry is None:
            raise NoSuchDocument("Henvendelsen findes ikke mere.")
        return inquiry.text.encode()

    def people(self, *, case_number: str) -> Iterable[str]:
        return ()
