# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a person did in other systems, where the robot could not: journalised, written, sent, handed
over. It is written down by the same rows as the robot's work, with the person's name."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kodeks.casework import letters, services
from kodeks.casework.errors import CaseworkError
from kodeks.casework.journal import stored
from kodeks.casework.models import (
    ActorKind,
    Case,
    Dispatch,
    Document,
    InboxItem,
    JournalEntry,
    JournalStatus,
    Unit,
)
from kodeks.casework.ports import JournalReceipt
from kodeks.casework.privacy import without_cpr
from kodeks.documents.letters import Letter
from kodeks.kernel import api as kernel

CHANNEL = "hand"
"""The channel of a letter that a person sent."""
_NOTE = "En medarbejder har skrevet brevet. Her står dets tekst."


@transaction.atomic
def journalised(
    *,
    key: str,
    document: Document,
    theme: str,
    unit: Unit,
    user: kernel.User,
    esdh_case_id: str,
    esdh_document_id: str,
) -> JournalEntry:
    """A person journalised the document, and gives the numbers that the ESDH system gave it.

    The same key again is the first time. Raises CaseworkError when the document is not final, or
    the number is that of another document.
    """
    entry = services.register_entry(
        key=key,
        document=document,
        received_or_sent_on=document.letter_date,
        theme=theme,
        unit=unit,
        actor_kind=ActorKind.USER,
        actor=user.username,
    )
    entry = JournalEntry.objects.select_for_update().get(id=entry.id)
    if entry.status == JournalStatus.RECEIPTED:
        return entry
    same = JournalEntry.objects.filter(esdh_case_id=esdh_case_id, esdh_document_id=esdh_document_id)
    if same.exclude(id=entry.id).exists():
        raise CaseworkError("Dokumentets nummer er brugt til et andet dokument. Ret nummeret.")
    return stored(
        entry,
        JournalReceipt(
            esdh_case_id=esdh_case_id,
            esdh_document_id=esdh_document_id,
            journalised_at=timezone.now(),
        ),
    )


def journalled_as(case: Case) -> str:
    """What the ESDH system calls the case, by its first document. Raises CaseworkError."""
    entries = JournalEntry.objects.filter(case=case).exclude(esdh_case_id="")
    entry = entries.order_by("journalised_at").first()
    if entry is None:
        raise CaseworkError("Sagen er ikke journaliseret. Journalisér den først.")
    return entry.esdh_case_id


def transcribed(
    *,
    key: str,
    case: Case,
    text: str,
    unit: Unit,
    day: dt.date,
    user: kernel.User,
    subject: str = "Afskrift af brev",
    addressed: str = "",
) -> Document:
    """The words of a letter that a person wrote, as a document that is read like other letters.
    It was `addressed` to the case's primary party where nobody else is named.

    Raises CaseworkError for a text with a CPR number, DocumentError for one that cannot be set.
    """
    shared = letters.municipal_look()
    sender = letters.sender_of(unit)
    letter = Letter(
        municipality=settings.KODEKS_MUNICIPALITY,
        department=sender.department,
        recipient_name=addressed or letters.addressed(case),
        recipient_address=(),
        date=day,
        case_number=case.number,
        subject=subject,
        paragraphs=(_NOTE, without_cpr(text, name="Brevets tekst")),
        signature=(letters.CLOSING, *filter(None, (user.full_name, user.title))),
        contact=sender.contact or shared.contact,
        address=shared.address,
        logo=shared.logo,
        attachment={"case_number": case.number, "by_hand": True},
    )
    return services.write_letter(key=key, case=case, letter=letter)


@transaction.atomic
def sent(*, key: str, document: Document, number: str, day: dt.date) -> Dispatch:
    """A person sent the letter by themselves on that day, and has a number or receipt for it.

    The same key again is the first time. Raises CaseworkError when it went out before, was written
    after that day, or the number is that of another letter.
    """
    document = Document.objects.select_for_update().defer("content").get(id=document.id)
    known = Dispatch.objects.filter(document=document).first()
    if known is not None:
        if known.key != key:
            raise CaseworkError("Brevet er allerede sendt. Se på sagen, hvordan det gik.")
        return known
    if day < document.letter_date:
        raise CaseworkError("Brevet er skrevet efter den dag. Ret dagen, hvor det blev sendt.")
    if Dispatch.objects.filter(channel=CHANNEL, message_id=number).exists():
        raise CaseworkError("Kvitteringen er brugt til et andet brev. Ret nummeret.")
    now = timezone.now()
    noon = timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
    return Dispatch.objects.create(
        key=key, document=document, channel=CHANNEL, message_id=number, sent_at=min(noon, now)
    )


@transaction.atomic
def handed_over(*, case: Case, unit: Unit, kind: str) -> Case:
    """A person gave the case to the system that the department works in: it leaves the open
    inboxes of that kind here, and the department is responsible. Safe to repeat."""
    for item in InboxItem.objects.filter(case=case, kind=kind, handled_at=None):
        services.handle(item=item)
    Case.objects.filter(id=case.id).update(unit=unit)
    return Case.objects.get(id=case.id)
