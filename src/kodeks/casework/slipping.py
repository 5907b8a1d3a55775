# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The letter that says that an answer will be late: until when, why, and whom to ask.

A person writes it, so it is no act of a robot: the person stands in the journal as the one who
registered it. Whoever calls has it journalised (``journal.journalise``) once this is committed.
"""

import datetime

from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework import letters, services
from kodeks.casework.models import (
    ActorKind,
    Deadline,
    Document,
    JournalEntry,
    Party,
)
from kodeks.casework.ports import journal_system
from kodeks.casework.privacy import without_cpr
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
    letter = letters.compose(
        name="ny-dato",
        matter=letters.Matter(
            case_number=case.number,
            facts={
                "frist_før": date_format(deadline.promised_on),
                "frist": date_format(new_day),
                "grund": reason,
                "sagsnummer": case.number,
                "kontakt": contact,
                "kode": None,
            },
            attachment={
                "case_number": case.number,
                "kle_number": case.kle.number,
                "kind": deadline.kind,
                "due_on": deadline.due_on.isoformat(),
                "expected_on": new_day.isoformat(),
                "source": deadline.source,
            },
        ),
        sender=letters.sender_of(
            case.unit, signed_by=tuple(filter(None, (user.full_name, user.title)))
        ),
        recipient=letters.Recipient(name=party.name if named and party else NOBODY),
        day=timezone.localdate(),
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
