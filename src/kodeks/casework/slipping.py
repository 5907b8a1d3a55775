# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The letter that says that an answer will be late: until when, why, and whom to ask.

A person writes it, so it is no act of a robot: the person stands in the journal as the one who
registered it. Whoever calls has it journalised (``journal.journalise``) once this is committed.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.apps import apps
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework import letters, services
from kodeks.casework.errors import CaseworkError
from kodeks.casework.letter_types import NEW_DATE
from kodeks.casework.models import (
    ActorKind,
    Case,
    Deadline,
    Document,
    JournalEntry,
    Party,
)
from kodeks.casework.ports import journal_system
from kodeks.casework.privacy import without_cpr
from kodeks.documents.templates import Value
from kodeks.kernel import api as kernel

UNKNOWN_SENDER = "Ukendt afsender"
"""The name of a party who has not said one."""
NOBODY = "Til den, der har skrevet til os"
JOURNALISING = "casework-journalise"
"""The background work that journalises one document; its argument is `entry_id`."""
_THEME = "Brev om ny frist"


@dataclass(frozen=True, kw_only=True)
class OwnLetter:
    """The letter about one deadline for which the law asks for more than ``ny-dato`` says.

    `facts` are those that its letter type has beside the facts of ``ny-dato``, which it has too.
    """

    name: str
    facts: Mapping[str, Value | None]
    recipient: letters.Recipient


FindOwn = Callable[[Deadline], OwnLetter | None]


def register(*, kind: str, find: FindOwn) -> None:
    """A solution's own letter for deadlines of a kind; None for one that is not the solution's.

    Raises CaseworkError when another has registered one already.
    """
    if kind in _finders():
        raise CaseworkError(f"Fristen {kind} har allerede et brev. Ret den ene.")
    _finders()[kind] = find


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
    find = _finders().get(deadline.kind)
    own = None if find is None else find(deadline)
    letter = letters.compose(
        name=NEW_DATE if own is None else own.name,
        matter=letters.Matter(
            case_number=case.number,
            facts={
                "frist_før": date_format(deadline.promised_on),
                "frist": date_format(new_day),
                "grund": reason,
                "sagsnummer": case.number,
                "kontakt": contact,
                "kode": None,
                **({} if own is None else own.facts),
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
        recipient=_recipient(case) if own is None else own.recipient,
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


def _recipient(case: Case) -> letters.Recipient:
    party = Party.objects.filter(case=case, role=Party.Role.PRIMARY).first()
    named = party is not None and party.name not in ("", UNKNOWN_SENDER)
    return letters.Recipient(name=party.name if named and party else NOBODY)


def _finders() -> dict[str, FindOwn]:
    known: dict[str, FindOwn] = apps.get_app_config("casework").slip_letters  # type: ignore[attr-defined]
    return known


def journalise(*, entry_id: str) -> None:
    """Journalise a letter that is registered; a worker does it. Safe to repeat."""
    entry = JournalEntry.objects.get(id=entry_id)
    services.journalise(entry=entry, system=journal_system())
