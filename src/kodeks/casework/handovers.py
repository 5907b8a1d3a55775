# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A person gives a case to another department, with the reason.

It is a person's act: a row that stays, a note in the case that is journalised with the person as
the one who registered it, and an item in the other department's inbox. The robot does not move a
case that a person has placed after what was decided. Whoever calls queues the background work
``JOURNALISING``, which journalises the note, once this is committed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework import distributing, sealed, services, standings
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import (
    ActorKind,
    Case,
    CaseState,
    Direction,
    Handover,
    InboxItem,
    JournalEntry,
    Unit,
)
from kodeks.casework.ports import journal_system
from kodeks.kernel import api as kernel

if TYPE_CHECKING:
    from django.db.models import QuerySet

HANDED = "handed"
JOURNALISING = "casework-journalise-note"
"""The background work that journalises one note; its argument is `entry_id`."""
_PLACE = "casework_handover/sealed_reason"
_WORKS = frozenset({kernel.Role.CASEWORKER})


@dataclass(frozen=True, kw_only=True)
class Told:
    """A handover as it is read; the reason is "" once the case is erased."""

    at: dt.datetime
    from_unit: str
    to_unit: str
    by: str
    reason: str


def choices(*, case: Case) -> QuerySet[Unit]:
    """The departments that the case can be given to: those that work here."""
    return Unit.objects.filter(distribution="").exclude(id=case.unit_id).order_by("name")


def may_hand_over(*, case: Case, user: kernel.User) -> bool:
    """Whether the person may give the case away now: who decides in it, while it is open."""
    scope = kernel.Scope(unit=case.unit.code, kle=case.kle.number)
    is_open = case.state != CaseState.CLOSED and case.erased_at is None
    return is_open and kernel.reaches(user, scope, roles=_WORKS)


@transaction.atomic
def hand_over(
    *, key: UUID, case: Case, to: Unit, reason: str, user: kernel.User
) -> tuple[Handover, JournalEntry]:
    """Give the case to another department; the same key again is the first time.

    What lies open in inboxes of the case follows, and an item there tells why it came. Returns the
    entry to be journalised too. Raises CaseworkError, and kernel Refused for a reason that may hold
    a CPR number.
    """
    known = Handover.objects.filter(id=key).first()
    if known is not None:
        if (known.case_id, known.to_unit_id) != (case.id, to.id):
            raise CaseworkError("Formularen er brugt til noget andet. Åbn den igen, og send den.")
        return known, JournalEntry.objects.get(document=known.note_id)
    locked = (
        Case.objects.select_for_update(of=("self",)).select_related("unit", "kle").get(id=case.id)
    )
    _require_may(locked, to, user)
    sealed_reason = sealed.seal(reason, case_id=locked.id, place=_PLACE, row=key)
    now = timezone.now()
    note = services.add_document(
        key=f"handover:{key}",
        case=locked,
        title="Notat om ny afdeling",
        direction=Direction.INTERNAL,
        type="note",
        letter_date=timezone.localdate(now),
        content=_note(locked, to, reason, user, now),
    )
    entry = services.register_entry(
        key=f"handover:{key}",
        document=note,
        received_or_sent_on=note.letter_date,
        theme=f"Givet videre fra {locked.unit.name} til {to.name}"[:200],
        unit=locked.unit,
        actor_kind=ActorKind.USER,
        actor=user.username,
    )
    handover = Handover.objects.create(
        id=key,
        case=locked,
        from_unit=locked.unit,
        to_unit=to,
        note=note,
        sealed_reason=sealed_reason,
        by=user,
        at=now,
    )
    _move(locked, to, key)
    return handover, entry


def given_before(*, key: str, case_number: str, user: kernel.User) -> Handover | None:
    """What this form has done already: a second click comes from one who may see the case no more,
    and is told the same as the first."""
    try:
        number = UUID(key)
    except ValueError:
        return None
    with kernel.as_service("forwarding"):
        rows = Handover.objects.select_related("to_unit", "case")
        return rows.filter(id=number, by=user, case__number=case_number).first()


def newest(case: Case) -> Handover | None:
    """The last time that a person gave the case away."""
    return Handover.objects.filter(case=case).select_related("to_unit").order_by("at", "id").last()


def of_case(case: Case) -> tuple[Told, ...]:
    """Each time that a person gave the case away, the first first."""
    rows = Handover.objects.filter(case=case).select_related("from_unit", "to_unit", "by")
    return tuple(_told(row) for row in rows)


def why(case: Case) -> tuple[str, ...]:
    """Why the case has come to the department that has it."""
    told = of_case(case)
    if not told:
        return ()
    last = told[-1]
    reason = f" Grunden var: »{last.reason}«." if last.reason else ""
    return (f"{last.by} ({last.from_unit}) gav jer sagen {date_format(last.at)}.{reason}",)


def _require_may(case: Case, to: Unit, user: kernel.User) -> None:
    if not kernel.reaches(
        user, kernel.Scope(unit=case.unit.code, kle=case.kle.number), roles=_WORKS
    ):
        raise CaseworkError(f"Du har ikke ret til at give sager fra {case.unit.name} videre.")
    if case.erased_at is not None or case.state == CaseState.CLOSED:
        raise CaseworkError("Sagen er lukket. Den bliver, hvor den er.")
    if to.id == case.unit_id:
        raise CaseworkError(f"Sagen er allerede hos {to.name}. Vælg en anden afdeling.")
    if to.distribution:
        raise CaseworkError(
            f"{to.name} arbejder i et andet system. Gør afgørelsen om, så sender robotten sagen."
        )
    scope = kernel.Scope(unit=to.code, kle=case.kle.number)
    if not kernel.people_reaching(scope, role=kernel.Role.CASEWORKER):
        raise CaseworkError(
            f"Ingen sagsbehandler hos {to.name} har ret til sagens emne. Vælg en anden afdeling."
        )


def _move(case: Case, to: Unit, key: UUID) -> None:
    """What was work in the department here is work in the other; who had it, has it no more."""
    # Whoever hands a case over may not see it afterwards.
    with kernel.as_service("forwarding"):
        for kind in sorted(_kinds(case)):
            services.forward_anew(key=f"handover:{key}:{kind}", case=case, unit=to, kind=kind)
        services.forward_anew(key=f"handover:{key}", case=case, unit=to, kind=HANDED)
        Case.objects.filter(id=case.id).update(caseworker=None)


def _kinds(case: Case) -> set[str]:
    """What of the case is work in the inboxes now. A case that another system sent back is seen to
    by giving it on, and is work again as it was before it left."""
    waiting = InboxItem.objects.filter(case=case, handled_at=None)
    kinds = set(waiting.values_list("kind", flat=True)) - {HANDED}
    if distributing.RETURNED in kinds:
        for item in waiting.filter(kind=distributing.RETURNED):
            services.handle(item=item)
        last = standings.newest(case)
        kinds = kinds - {distributing.RETURNED} | ({last.kind} if last and last.kind else set())
    return kinds


def _note(case: Case, to: Unit, reason: str, user: kernel.User, at: dt.datetime) -> str:
    by = ", ".join(filter(None, (user.full_name, user.title)))
    when = date_format(timezone.localtime(at), "DATETIME_FORMAT")
    return (
        f"Sagen er givet til en anden afdeling.\n\nFra: {case.unit.name}\nTil: {to.name}\n"
        f"Af: {by}\nTid: {when}\n\nGrund:\n{reason.strip()}\n"
    )


def _told(row: Handover) -> Told:
    return Told(
        at=row.at,
        from_unit=row.from_unit.name,
        to_unit=row.to_unit.name,
        by=row.by.full_name,
        reason=sealed.opened(
            bytes(row.sealed_reason), case_id=row.case_id, place=_PLACE, row=row.id
        ),
    )


def journalise(*, entry_id: str) -> None:
    """Journalise a note that is registered; a worker does it. Safe to repeat."""
    entry = JournalEntry.objects.get(id=entry_id)
    services.journalise(entry=entry, system=journal_system())
