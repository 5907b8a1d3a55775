# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The citizen's access requests, for the insight pages (see kodeks.kernel.insight).

A document of a request is no matter of the insight pages: what was proposed about it rests on its
whole text, and the page would show what has just been exempted. What was decided about each, and by
which rule, stands in the letter and on the list, which the matter links to.
"""

from __future__ import annotations

import uuid

from django.urls import reverse
from django.utils.formats import date_format

from kodeks.accessrequests import clock, copying, outcomes, selectors, suggesting
from kodeks.accessrequests.engine.proposing import OUTCOMES
from kodeks.accessrequests.models import AccessRequest
from kodeks.kernel import api as kernel

_PROGRAM = (
    "Et program foreslog, hvad der skulle undtages i hvert dokument. En medarbejder læste dem og "
    "valgte selv. Brevet og listen viser, hvad der er undtaget, og efter hvilken regel."
)


def find(*, case_number: str) -> kernel.Matter | None:
    found = AccessRequest.objects.filter(case__number=case_number).first()
    return None if found is None else _matter(found)


def matter(*, subject: kernel.Subject) -> kernel.Matter | None:
    if subject.type != selectors.SUBJECT:
        return None
    try:
        return _matter(selectors.request(uuid.UUID(subject.id)))
    except (AccessRequest.DoesNotExist, ValueError):
        return None


def matters_of_person(*, index: bytes) -> list[kernel.Matter]:
    return [_matter(request) for request in selectors.of_person(index)]


def value_title(value: str) -> str:
    return OUTCOMES.get(value) or outcomes.OF_ALL.get(value, value)


again = suggesting.again


def for_staff(*, subject: kernel.Subject, user: kernel.User) -> list[tuple[str, str]]:
    """Titles and addresses of the pages about the request that this person may open."""
    if not kernel.has_role(user, kernel.Role.CASEWORKER):
        return []
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
        answer_by=None if erased else clock.answer_by(found),
        status=_status(found),
        letters=() if erased else _letters(found),
        scope=selectors.scope_of(found),
        person=found.requester_name,
    )


def _status(found: AccessRequest) -> str:
    if found.erased_at is not None:
        return f"Vi slettede dine data den {date_format(found.erased_at)}."
    if selectors.open_round(found) is not None:
        return "Vi ser på din anmodning igen. Du får et nyt svar."
    if found.delivered_at is not None:
        return f"Du har fået svar. {_PROGRAM}"
    if found.decision_id is not None:
        return "Vi har afgjort din anmodning. Svaret er på vej til dig."
    return "Vi er ved at finde og læse dokumenterne."


def _letters(found: AccessRequest) -> tuple[kernel.LetterLink, ...]:
    """What was sent. The copies lie in the package."""
    if found.case is None:
        return ()
    sent = selectors.copies(found).exclude(type=copying.COPY).filter(media_type="application/pdf")
    return tuple(
        kernel.LetterLink(document_id=str(one.id), title=one.title, date=one.letter_date)
        for one in sent
    )
