# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The letter that says that an answer will be late: until when, why, and whom to ask.

A person writes it, so it is no act of a robot and no step of a flow (a flow has one run under a
decision, and an answer may be late more than once): the person stands in the journal as the one who
registered it, and in the log as the one who opened the recipient's number. Whoever calls queues the
background work ``DELIVERING``, which journalises and sends it, once this is committed.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework import dispatching, letters, recipients, services
from kodeks.casework.errors import CaseworkError
from kodeks.casework.letter_types import NEW_DATE
from kodeks.casework.models import (
    ActorKind,
    Case,
    Deadline,
    DeadlineEvent,
    Dispatch,
    Document,
    JournalEntry,
    JournalStatus,
)
from kodeks.casework.ports import journal_system, letter_dispatch
from kodeks.casework.privacy import without_cpr
from kodeks.documents.templates import Value
from kodeks.kernel import api as kernel

DELIVERING = "casework-journalise"
"""The background work that journalises and sends one letter; its argument is `entry_id`."""
_REASON = "Brevet om den nye dato skal sendes til borgeren."
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
        recipient=(
            letters.Recipient(name=letters.addressed(case)) if own is None else own.recipient
        ),
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


def _finders() -> dict[str, FindOwn]:
    known: dict[str, FindOwn] = apps.get_app_config("casework").slip_letters  # type: ignore[attr-defined]
    return known


def waiting(case: Case) -> list[str]:
    """The ids of entries of letters about new days that are not journalised and sent yet.

    A letter of an earlier day is not sent any more, see `deliver`.
    """
    entries = JournalEntry.objects.filter(case=case, document__deadline_event__isnull=False)
    late = ~Q(status=JournalStatus.RECEIPTED) | Q(
        document__dispatch=None, document__letter_date__gte=timezone.localdate()
    )
    return [str(entry_id) for entry_id in entries.filter(late).values_list("id", flat=True)]


def deliver(*, entry_id: str) -> None:
    """Journalise and send a letter that is registered; a worker does it. Safe to repeat.

    The letter has the day on which it is sent as its date, so one that could not be sent on its day
    is for a person. Raises CaseworkError for that, and PortError and PortRejected from the systems.
    """
    entry = JournalEntry.objects.select_related("document", "case__unit", "case__kle").get(
        id=entry_id
    )
    if Dispatch.objects.filter(document=entry.document_id).exists():
        return
    if entry.document.letter_date != timezone.localdate():
        raise CaseworkError(
            f"Brevet om den nye dato i sag {entry.case.number} blev ikke sendt den dag, det er "
            "dateret. Skriv selv til borgeren, og luk opgaven."
        )
    services.journalise(entry=entry, system=journal_system())
    dispatching.send_letter(
        key=f"{entry.key}:send",
        document=entry.document,
        recipient=recipients.of_case(entry.case, writer=lambda: _writer(entry), reason=_REASON),
        reference=str(entry.case_id),
        system=letter_dispatch(),
    )


def _writer(entry: JournalEntry) -> kernel.User | None:
    return DeadlineEvent.objects.select_related("by").get(letter=entry.document_id).by
