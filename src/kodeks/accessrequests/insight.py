# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The citizen's requests and each of their documents, for the insight pages (kernel.insight).

A request is one matter, which a person decided without a suggestion. What the program proposed
about each document is a matter of its own, which the request names and the signed-in person sees.
"""

from __future__ import annotations

import uuid

from django.urls import reverse
from django.utils.formats import date_format

from kodeks.accessrequests import outcomes, robots, selectors, suggesting
from kodeks.accessrequests.engine.proposing import OUTCOMES
from kodeks.accessrequests.models import AccessRequest, RequestDocument
from kodeks.kernel import api as kernel

_PERSONAL = "Hvad programmet foreslog om hvert dokument, kan du se, når du logger ind."


def find(*, case_number: str) -> kernel.Matter | None:
    found = AccessRequest.objects.filter(case__number=case_number).first()
    return None if found is None else _matter(found)


def matter(*, subject: kernel.Subject) -> kernel.Matter | None:
    try:
        if subject.type == selectors.SUBJECT:
            return _matter(selectors.request(uuid.UUID(subject.id)))
        if subject.type == selectors.DOCUMENT:
            return _of_document(selectors.document(uuid.UUID(subject.id)))
    except (AccessRequest.DoesNotExist, RequestDocument.DoesNotExist, ValueError):
        return None
    return None


def matters_of_person(*, index: bytes) -> list[kernel.Matter]:
    found = []
    for request in selectors.of_person(index):
        found.append(_matter(request))
        if request.delivered_at is not None and request.erased_at is None:
            found += [_of_document(one) for one in request.documents.exclude(decision_id=None)]
    return found


def value_title(value: str) -> str:
    return OUTCOMES.get(value) or outcomes.OF_ALL.get(value, value)


again = suggesting.again


def for_staff(*, subject: kernel.Subject, user: kernel.User) -> list[tuple[str, str]]:
    """Titles and addresses of the pages about the matter that this person may open."""
    if not kernel.has_role(user, kernel.Role.CASEWORKER):
        return []
    if subject.type == selectors.DOCUMENT:
        return [("Åbn dokumentet", reverse("accessrequests:document", args=[subject.id]))]
    return [("Åbn anmodningen", reverse("accessrequests:request", args=[subject.id]))]


def _matter(found: AccessRequest) -> kernel.Matter:
    erased = found.erased_at is not None
    return kernel.Matter(
        subject=selectors.subject_of(found),
        system=selectors.SYSTEM,
        title="Din anmodning om aktindsigt",
        own_text="" if erased else found.wording,
        received_on=found.received_on,
        case_number="" if found.case is None else found.case.number,
        department=found.unit.name,
        answer_by=None if erased else selectors.answer_by(found),
        status=_status(found),
        letters=() if erased else _letters(found),
        scope=selectors.scope_of(found),
        person=found.requester_name,
    )


def _of_document(found: RequestDocument) -> kernel.Matter:
    request = found.request
    erased = found.erased_at is not None
    return kernel.Matter(
        subject=selectors.document_subject(found),
        system=selectors.SYSTEM,
        title=f"Dokument {found.number} i din anmodning om aktindsigt",
        own_text="",
        received_on=request.received_on,
        case_number="" if request.case is None else request.case.number,
        department=request.unit.name,
        status="Oplysningerne er slettet." if erased else _document_status(found),
        scope=selectors.document_scope(found),
        person=request.requester_name,
    )


def _status(found: AccessRequest) -> str:
    if found.erased_at is not None:
        return f"Vi slettede dine data den {date_format(found.erased_at)}."
    if found.delivered_at is not None:
        return f"Du har fået svar. {_PERSONAL}"
    if found.decision_id is not None:
        return "Vi har afgjort din anmodning. Robotten er ved at samle svaret."
    return "Vi er ved at finde og læse dokumenterne."


def _document_status(found: RequestDocument) -> str:
    decision = selectors.decision_of(found)
    return "" if decision is None else f"{OUTCOMES[str(decision.outcome['label'])]}."


def _letters(found: AccessRequest) -> tuple[kernel.LetterLink, ...]:
    """What was sent. The copies lie in the package."""
    if found.case is None:
        return ()
    sent = selectors.copies(found).exclude(type=robots.COPY).filter(media_type="application/pdf")
    return tuple(
        kernel.LetterLink(document_id=str(one.id), title=one.title, date=one.letter_date)
        for one in sent
    )
