# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What this room holds of cases: who asked for what, and what was read of the documents found.

A request goes with its own case. What was read of a document of another case goes with that one, or
with the request; as long as the request has no answer, neither is erased.
"""

from __future__ import annotations

import hashlib

from django.db.models import Q, QuerySet
from django.utils import timezone

from kodeks.accessrequests import selectors
from kodeks.accessrequests.models import AccessRequest, RequestDocument, Round
from kodeks.casework import retention
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Case


def _erase(case: Case, erase_subject: retention.EraseSubject) -> None:
    read = RequestDocument.objects.filter(case_number=case.number, erased_at=None)
    unanswered = Q(request__delivered_at=None) | Q(request__rounds__in=_open_rounds())
    if read.filter(unanswered).exists():
        raise CaseworkError(f"Der er søgt aktindsigt i sag {case.number}. Svar på den først.")
    for document in read.select_for_update():
        _erase_document(document, erase_subject)
    request = AccessRequest.objects.select_for_update().filter(case=case, erased_at=None).first()
    if request is None:
        return
    if selectors.open_round(request) is not None:
        raise CaseworkError(f"Anmodningen i sag {case.number} er taget op igen. Svar på den først.")
    for document in request.documents.select_for_update().filter(erased_at=None):
        _erase_document(document, erase_subject)
    erase_subject(selectors.subject_of(request))
    request.requester_name = request.requester_address = request.wording = ""
    request.sealed_cpr = request.requester_index = None
    request.key = f"slettet:{request.id}"
    request.erased_at = timezone.now()
    request.save()


def _open_rounds() -> QuerySet[Round]:
    return Round.objects.filter(delivered_at=None)


def _erase_document(document: RequestDocument, erase_subject: retention.EraseSubject) -> None:
    erase_subject(selectors.document_subject(document))
    document.title = document.source_id = document.case_number = ""
    # A digest of what is erased would still tell it from other texts.
    document.sha256 = hashlib.sha256(str(document.id).encode()).hexdigest()
    document.erased_at = timezone.now()
    document.save()


retention.register(
    retention.Holder(
        name="accessrequests",
        tables=tuple(one._meta.db_table for one in (AccessRequest, RequestDocument, Round)),
        erase=_erase,
    )
)
