# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What this room holds of a case, for kodeks.casework.retention: what the sender wrote and gave."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from kodeks.casework import retention
from kodeks.casework.models import Case
from kodeks.inquiries import selectors, similar
from kodeks.inquiries.models import (
    Acknowledgement,
    Answered,
    Attachment,
    Inquiry,
    LegalClockStep,
    Likeness,
    Place,
    ReplyDraft,
    Sorting,
)

_HELD = (
    Inquiry,
    Attachment,
    LegalClockStep,
    Likeness,
    Place,
    Sorting,
    Acknowledgement,
    ReplyDraft,
    Answered,
)


def _erase(case: Case, erase_subject: retention.EraseSubject) -> None:
    """What was written in the case's own inquiry, and in those that were laid on the case."""
    of_case = Q(case=case) | Q(joined=case, case=None)
    found = Inquiry.objects.select_for_update().filter(of_case, erased_at=None).order_by("id")
    for inquiry in found:
        _erase_one(inquiry, erase_subject)
    ReplyDraft.objects.filter(case=case).update(sealed=b"")
    similar.forget(case)


def _erase_one(inquiry: Inquiry, erase_subject: retention.EraseSubject) -> None:
    erase_subject(selectors.subject_of(inquiry))
    inquiry.text = inquiry.sender_name = inquiry.district = inquiry.urgency = ""
    inquiry.sealed_original = inquiry.sealed_cpr = inquiry.sender_index = None
    inquiry.sealed_address = None
    # The sender's own number for it may tell who it was; the column must hold one, once.
    inquiry.external_id = f"slettet:{inquiry.id}"
    inquiry.erased_at = timezone.now()
    inquiry.save()
    Attachment.objects.filter(inquiry=inquiry).update(sha256="", sealed_name=b"", sealed=b"")
    Place.objects.filter(inquiry=inquiry).delete()
    Sorting.objects.filter(inquiry=inquiry).delete()
    Acknowledgement.objects.filter(inquiry=inquiry).update(sealed=b"")
    ReplyDraft.objects.filter(inquiry=inquiry).update(sealed=b"")
    Likeness.objects.filter(inquiry=inquiry).update(bands=[])


retention.register(
    retention.Holder(
        name="inquiries",
        tables=tuple(one._meta.db_table for one in _HELD),
        erase=_erase,
    )
)
