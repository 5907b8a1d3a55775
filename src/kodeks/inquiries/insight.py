# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The citizen's inquiries, for the insight pages (see kodeks.kernel.insight)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework import distributing, standings
from kodeks.casework.models import Case, CaseState, Direction, Document
from kodeks.inquiries import (
    acknowledging,
    answering,
    filing,
    letters_sent,
    selectors,
    splitting,
    suggesting,
)
from kodeks.inquiries.models import Inquiry, Topic
from kodeks.inquiries.services import OUT_OF_SCOPE, SUBJECT, SYSTEM
from kodeks.kernel import api as kernel

_ANSWERED = "Afdelingen har svaret på din henvendelse."


def find(*, case_number: str) -> kernel.Matter | None:
    found = Inquiry.objects.filter(case__number=case_number).first()
    return None if found is None else _matter(found)


def joined(*, case_number: str) -> list[kernel.Matter]:
    """The matters of others whose inquiries were laid on the case."""
    found = Inquiry.objects.filter(joined__number=case_number, case=None)
    return [_matter(inquiry) for inquiry in found.select_related("joined__unit", "joined__kle")]


def matter(*, subject: kernel.Subject) -> kernel.Matter | None:
    if subject.type != SUBJECT:
        return None
    try:
        return _matter(selectors.inquiry(uuid.UUID(subject.id)))
    except (Inquiry.DoesNotExist, ValueError):
        return None


def matters_of_person(*, index: bytes) -> list[kernel.Matter]:
    return [_matter(inquiry) for inquiry in selectors.of_person(index)]


def value_title(value: str) -> str:
    return filing.value_title(value) or selectors.topic_titles().get(value, value)


again = suggesting.again


def for_staff(*, subject: kernel.Subject, user: kernel.User) -> list[tuple[str, str]]:
    """Titles and addresses of the pages about the inquiry that this person may open."""
    inquiry = selectors.inquiry(uuid.UUID(subject.id))
    pages = []
    if selectors.visible_to(user).filter(id=inquiry.id).exists():
        pages.append(("Åbn henvendelsen", reverse("inquiries:inquiry", args=[inquiry.id])))
    if selectors.may_unmask(inquiry, user=user):
        pages.append(("Se CPR-nummeret", reverse("inquiries:sender-cpr", args=[inquiry.id])))
    return pages


def _matter(inquiry: Inquiry) -> kernel.Matter:
    standing = selectors.standing_of(inquiry)
    received = timezone.localdate(inquiry.received_at)
    subject = kernel.Subject(type=SUBJECT, id=str(inquiry.id))
    if standing is None:
        status = _split(inquiry, "Vi er ved at læse din henvendelse.")
        return kernel.Matter(
            subject=subject,
            system=SYSTEM,
            title="Din henvendelse",
            own_text=inquiry.text,
            received_on=received,
            answer_by=acknowledging.promised(inquiry),
            status=status,
            person=inquiry.sender_name,
            groups=_groups(inquiry),
        )
    topic = selectors.topic_of(standing)
    case = selectors.case_of(inquiry)
    if inquiry.erased_at is not None:
        erased_on = date_format(timezone.localdate(inquiry.erased_at))
        return kernel.Matter(
            subject=subject,
            system=SYSTEM,
            title=_title(topic),
            own_text="",
            received_on=received,
            case_number=case.number if case else "",
            department=topic.unit.name,
            status=f"Vi slettede dine data den {erased_on}.",
            scope=selectors.scope_of(inquiry),
            groups=_groups(inquiry),
        )
    written = _written_to(inquiry, case)
    return kernel.Matter(
        subject=subject,
        system=SYSTEM,
        title=_title(topic),
        own_text=inquiry.text,
        received_on=received,
        case_number=case.number if case else "",
        department=selectors.department_of(case, standing),
        answer_by=selectors.answer_by(inquiry, standing),
        status=_split(inquiry, _status(inquiry, case, standing, written)),
        letters=tuple(
            kernel.LetterLink(document_id=str(one.id), title=one.title, date=one.letter_date)
            for one in written
        ),
        scope=selectors.scope_of(inquiry),
        person=inquiry.sender_name,
        groups=_groups(inquiry),
    )


def _groups(inquiry: Inquiry) -> dict[str, str]:
    """As the training names them (see demo and `kodeks inquiries train`)."""
    found = {"channel": inquiry.get_channel_display(), "district": inquiry.district}
    return {attribute: group for attribute, group in found.items() if group}


def _title(topic: Topic) -> str:
    # What is outside the topics has a title that no sentence can hold.
    about = "" if topic.label == OUT_OF_SCOPE else f" om {topic.title.lower()}"
    return f"Din henvendelse{about}"


def _split(inquiry: Inquiry, status: str) -> str:
    """The status, and before it that one inquiry became several."""
    made = splitting.of_inquiry(inquiry)
    if made is not None:
        count = len(made.parts) + 1
        return (
            f"Du skrev om flere ting. Derfor er din henvendelse delt i {count} sager. Du får et "
            f"brev om hver af dem. Her ser du den første. {status}"
        )
    if inquiry.parent_id is not None:
        return (
            "Du skrev om flere ting. Derfor er din henvendelse delt i flere sager. Her ser du en "
            f"af dem. {status}"
        )
    return status


def _status(
    inquiry: Inquiry,
    case: Case | None,
    standing: kernel.Decision | kernel.Reversal,
    written: Sequence[Document],
) -> str:
    if case is None:
        return "Robotten er ved at oprette din sag."
    replied = any(map(letters_sent.is_answer, written))
    if replied and answering.letter_to(inquiry, standing) is not None:
        return _ANSWERED
    answered = case.state == CaseState.CLOSED
    given = standings.newest(case)
    if not answered and given is not None and given.sent_at >= selectors.decided_at(standing):
        return distributing.for_citizen(given)
    if isinstance(standing, kernel.Reversal):
        item = selectors.newest_item(case)
        if item is None or item.created_at < standing.reversed_at:
            return "Vi har ændret, hvor din henvendelse hører til. Robotten er ved at sende den."
        answered = item.handled_at is not None
    if answered:
        return _ANSWERED
    return "Henvendelsen er sendt til afdelingen."


def _written_to(inquiry: Inquiry, case: Case | None) -> Sequence[Document]:
    if case is None:
        return ()
    letters = Document.objects.filter(case=case, direction=Direction.OUTGOING).defer("content")
    return tuple(letters_sent.written_to(inquiry, letters))
