# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The letter that says that an answer will be late: until when, why, and whom to ask.

A person writes it, so it is no act of a robot: the person stands in the journal as the one who
registered it. Whoever calls has it journalised (``journal.journalise``) once this is committed.
"""

import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework import services
from kodeks.casework.models import (
    ActorKind,
    Deadline,
    DeadlineKind,
    Document,
    JournalEntry,
    Party,
)
from kodeks.casework.ports import journal_system
from kodeks.casework.privacy import without_cpr
from kodeks.documents.letters import Facts, Heading, Letter
from kodeks.kernel import api as kernel

UNKNOWN_SENDER = "Ukendt afsender"
"""The name of a party who has not said one."""
NOBODY = "Til den, der har skrevet til os"
JOURNALISING = "casework-journalise"
"""The background work that journalises one document; its argument is `entry_id`."""
_THEME = "Brev om ny frist"


def write(
    *,
    key: str,
    deadline: Deadline,
    new_day: datetime.date,
    reason: str,
    contact: str,
    user: kernel.User,
) -> Document:
    """Store the letter in the deadline's case and register it for the journal; once for a key."""
    case = deadline.case
    contact = without_cpr(contact, name="Hvem borgeren kan spørge")
    party = Party.objects.filter(case=case, role=Party.Role.PRIMARY).first()
    named = party is not None and party.name not in ("", UNKNOWN_SENDER)
    letter = Letter(
        municipality=settings.KODEKS_MUNICIPALITY,
        department=case.unit.name,
        recipient_name=party.name if named and party else NOBODY,
        recipient_address=(),
        date=timezone.localdate(),
        case_number=case.number,
        subject="Vi har brug for mere tid",
        paragraphs=(
            "Vi kan ikke svare dig til den tid, vi har lovet. Det beklager vi.",
            Facts(
                rows=(
                    ("Det gælder", DeadlineKind(deadline.kind).label),
                    ("Vi lovede at svare senest", date_format(deadline.promised_on)),
                    ("Nu svarer vi senest", date_format(new_day)),
                )
            ),
            Heading("Derfor tager det længere tid"),
            reason,
            Heading("Har du spørgsmål?"),
            f"Så kontakt os: {contact}. Skriv eller sig, at din sag har nummer {case.number}.",
        ),
        signature=("Venlig hilsen", *filter(None, (user.full_name, user.title))),
        attachment={
            "case_number": case.number,
            "kle_number": case.kle.number,
            "kind": deadline.kind,
            "due_on": deadline.due_on.isoformat(),
            "expected_on": new_day.isoformat(),
            "source": deadline.source,
        },
    )
    document = services.write_letter(key=key, case=case, letter=letter)
    services.register_entry(
        key=key,
        document=document,
        received_or_sent_on=letter.date,
        theme=_THEME,
        unit=case.unit,
        actor_kind=ActorKind.USER,
        actor=user.username,
    )
    return document


def journalise(*, entry_id: str) -> None:
    """Journalise a letter that is registered; a worker does it. Safe to repeat."""
    entry = JournalEntry.objects.get(id=entry_id)
    services.journalise(entry=entry, system=journal_system())
