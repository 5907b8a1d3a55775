# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Reminders (erindringer): look at this case on that day. For a person, or for a whole unit.

They are help for memory and no deadline of the law: those are in `deadlines`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework import deadlines, sealed
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Reminder, Unit
from kodeks.kernel import api as kernel

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from kodeks.casework.models import Case

_PLACE = "casework_reminder/sealed_text"
_CASEWORKERS = frozenset({kernel.Role.CASEWORKER})
MOST_YEARS = 10


@dataclass(frozen=True, kw_only=True)
class Told:
    """A reminder as it is read; `whom` is a person's or a unit's name."""

    id: UUID
    case_number: str
    case_title: str
    due_on: dt.date
    text: str
    whom: str
    written_by: str
    done_by: str
    done_at: dt.datetime | None

    @property
    def open(self) -> bool:
        return self.done_at is None

    @property
    def late(self) -> bool:
        return self.open and self.due_on < timezone.localdate()

    @property
    def closed_day(self) -> str:
        """When to look instead, in Danish, if nobody works on the day; "" for a working day."""
        return about_day(self.due_on)


def about_day(day: dt.date) -> str:
    """ "" for a working day; else a sentence with the working day before it."""
    if deadlines.is_working_day(day):
        return ""
    before = day
    while not deadlines.is_working_day(before):
        before -= dt.timedelta(days=1)
    return f"Det er ikke en arbejdsdag. Den sidste arbejdsdag før er {date_format(before)}."


def add_reminder(
    *,
    key: UUID,
    case: Case,
    user: kernel.User,
    due_on: dt.date,
    text: str,
    person: kernel.User | None = None,
    unit: Unit | None = None,
) -> Told:
    """Remind a person or a unit of the case on a day; the same key gives the one that is there.

    The caller has asked who may see the case. Raises CaseworkError for a day that has passed or is
    more than ten years away, for neither or both of person and unit, or a text that cannot be
    kept; kernel Refused when the text may hold a CPR number or the case is erased.
    """
    today = timezone.localdate()
    if due_on < today:
        raise CaseworkError("Dagen er gået. Vælg i dag eller en dag, der kommer.")
    if due_on.year > today.year + MOST_YEARS:
        raise CaseworkError("Dagen er mere end ti år væk. Vælg en dag før.")
    if (person is None) == (unit is None):
        raise CaseworkError("Vælg, hvem der skal mindes om sagen: en person eller en afdeling.")
    row, _ = Reminder.objects.get_or_create(
        id=key,
        defaults={
            "case": case,
            "due_on": due_on,
            "person": person,
            "unit": unit,
            "written_by": user,
            "written_at": timezone.now(),
            "sealed_text": lambda: sealed.seal(text, case_id=case.id, place=_PLACE, row=key),
        },
    )
    if row.case_id != case.id:
        raise CaseworkError("Formularen er brugt i en anden sag. Åbn den igen, og send den.")
    return _told(row)


@transaction.atomic
def finish_reminder(*, reminder_id: UUID, user: kernel.User) -> Told:
    """Mark as done, once: a later call keeps who did it first.

    Raises CaseworkError when there is none that the person sees, or its case is erased.
    """
    found = Reminder.objects.visible_to(user, roles=_CASEWORKERS).filter(id=reminder_id)
    row = found.select_for_update(of=("self",)).first()
    if row is None:
        raise CaseworkError("Erindringen findes ikke, eller sagen er en anden afdelings.")
    if row.erased_at is not None:
        raise CaseworkError("Sagens oplysninger er slettet. Der er intet at gøre.")
    if row.done_at is None:
        row.done_by, row.done_at = user, timezone.now()
        row.save(update_fields=["done_by", "done_at"])
    return _told(row)


def of_case(case: Case) -> tuple[Told, ...]:
    """The case's reminders: the open ones first, by day, then those that are done."""
    rows = _read(Reminder.objects.filter(case=case))
    return tuple(sorted(map(_told, rows), key=lambda one: not one.open))


def mine(*, user: kernel.User) -> QuerySet[Reminder]:
    """The open reminders for the person and for their units, by day, of cases that they see."""
    seen = Reminder.objects.visible_to(user, roles=_CASEWORKERS).filter(
        done_at=None, erased_at=None
    )
    # Somebody with a right for all units (None) would be reminded of everything: only by name.
    units = kernel.units_of(user, kernel.Role.CASEWORKER) or frozenset()
    found: QuerySet[Reminder] = _read(seen.filter(Q(person=user) | Q(unit__code__in=units)))
    return found


def told(rows: Iterable[Reminder]) -> tuple[Told, ...]:
    """The rows, opened."""
    return tuple(_told(row) for row in rows)


def erase_of(case: Case) -> None:
    """Empty the reminders of a case that the kernel has erased (see `retention`)."""
    Reminder.objects.filter(case=case, erased_at=None).update(
        sealed_text=None, erased_at=timezone.now()
    )


def _read(rows: QuerySet[Reminder]) -> QuerySet[Reminder]:
    return rows.select_related("case", "person", "unit", "written_by", "done_by")


def _told(row: Reminder) -> Told:
    return Told(
        id=row.id,
        case_number=row.case.number,
        case_title=row.case.title,
        due_on=row.due_on,
        text=sealed.opened(row.sealed_text, case_id=row.case_id, place=_PLACE, row=row.id),
        whom=row.unit.name if row.unit else row.person.full_name,
        written_by=row.written_by.full_name,
        done_by=row.done_by.full_name if row.done_by else "",
        done_at=row.done_at,
    )
