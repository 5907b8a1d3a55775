# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Reads of casework. Each returns a lazy QuerySet unless it says otherwise."""

import datetime
from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import (
    Case,
    InboxItem,
    KleSubject,
    Unit,
)
from kodeks.kernel import api as kernel

if TYPE_CHECKING:
    from django.db.models import QuerySet


def unit(*, code: str) -> Unit:
    """Return the department. Raises CaseworkError when there is none with that code."""
    found = Unit.objects.filter(code=code).first()
    if found is None:
        raise CaseworkError(f"Afdelingen {code} findes ikke. Vælg en afdeling fra listen.")
    return found


def unit_names() -> dict[str, str]:
    """The names of all units by their codes."""
    return dict(Unit.objects.values_list("code", "name"))


def kle_subject(*, number: str, on: datetime.date) -> KleSubject | None:
    """Return the subject that may be used on the day, or None."""
    valid = Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gte=on))
    return KleSubject.objects.filter(valid, number=number).order_by("-valid_from").first()


def kle_subjects(*, numbers: Collection[str], on: datetime.date) -> dict[str, KleSubject]:
    """Return those of the numbers that may be used on the day, by number."""
    valid = Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gte=on))
    rows = KleSubject.objects.filter(valid, number__in=numbers).order_by("valid_from")
    return {row.number: row for row in rows}


def kle_number_exists(*, number: str) -> bool:
    """Whether the number is or was one that cases could be opened under."""
    return KleSubject.objects.filter(number=number).exists()


def case(*, number: str) -> Case:
    """Return the case. Raises CaseworkError when there is none with that number."""
    found = Case.objects.select_related("kle", "unit").filter(number=number).first()
    if found is None:
        raise CaseworkError(f"Sagen {number} findes ikke. Kontrollér sagsnummeret.")
    return found


def cases(*, user: kernel.User, roles: Collection[str]) -> "QuerySet[Case]":
    """Return the cases that the person sees by a right with one of the roles, newest first."""
    found: QuerySet[Case] = Case.objects.visible_to(user, roles=roles)
    return found.select_related("kle", "unit").order_by("-number")


def cases_found(
    among: "QuerySet[Case]", *, number: str = "", kle: str = "", unit: str = "", state: str = ""
) -> "QuerySet[Case]":
    """Return those that fit; an empty string fits all. `kle` is the beginning of a number."""
    fitting = {"number": number, "kle__number__startswith": kle, "unit__code": unit, "state": state}
    return among.filter(**{name: value for name, value in fitting.items() if value})


def open_inbox(*, unit: Unit, among: "QuerySet[InboxItem] | None" = None) -> "QuerySet[InboxItem]":
    """Return what the department has not handled yet, of those or of all, oldest first."""
    items = InboxItem.objects.all() if among is None else among
    return items.filter(unit=unit, handled_at=None).select_related("case")


def inbox_item(*, item_id: UUID) -> InboxItem:
    """Return the item. Raises CaseworkError when there is none with that id."""
    found = InboxItem.objects.select_related("case", "unit").filter(id=item_id).first()
    if found is None:
        raise CaseworkError("Opgaven findes ikke. Gå tilbage til indbakken, og vælg en opgave.")
    return found
