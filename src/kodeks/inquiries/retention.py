# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What this room holds of a case, for kodeks.casework.retention: what the sender wrote and gave."""

from __future__ import annotations

from django.utils import timezone

from kodeks.casework import retention
from kodeks.casework.models import Case
from kodeks.inquiries import selectors
from kodeks.inquiries.models import Attachment, Inquiry


def _erase(case: Case, erase_subject: retention.EraseSubject) -> None:
    inquiry = Inquiry.objects.select_for_update().filter(case=case).first()
    if inquiry is None or inquiry.erased_at is not None:
        return
    erase_subject(selectors.subject_of(inquiry))
    inquiry.text = inquiry.sender_name = inquiry.district = inquiry.urgency = ""
    inquiry.sealed_original = inquiry.sealed_cpr = inquiry.sender_index = None
    inquiry.sealed_address = None
    # The sender's own number for it may tell who it was; the column must hold one, once.
    inquiry.external_id = f"slettet:{inquiry.id}"
    inquiry.erased_at = timezone.now()
    inquiry.save()
    Attachment.objects.filter(inquiry=inquiry).update(sha256="", sealed_name=b"", sealed=b"")


retention.register(
    retention.Holder(
        name="inquiries",
        tables=(Inquiry._meta.db_table, Attachment._meta.db_table),
        erase=_erase,
    )
)
