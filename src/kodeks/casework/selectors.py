# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Reads of casework. Each returns a lazy QuerySet unless it says otherwise."""

import datetime
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


def kle_number_exists(*, number: str) -> bool:
    """Whether the number is or was one that cases could be opened under."""
    return KleSubject.objects.filter(number=number).exists()


def case(*, number: str) -> Case:
    """Return the case. Raises CaseworkError when there is none with that number."""
    found = Case.objects.select_related("kle", "unit").filter(number=number).first()
    if found is None:
        raise CaseworkError(f"Sagen {number} findes ikke. Kontrollér sagsnummeret.")
    return found


def open_inbox(*, unit: Unit) -> "QuerySet[InboxItem]":
    """Return what the department has not handled yet, oldest first."""
    return InboxItem.objects.filter(unit=unit, handled_at=None).select_related("case")


def inbox_item(*, item_id: UUID) -> InboxItem:
    """Return the item. Raises CaseworkError when there is none with that id."""
    found = InboxItem.objects.select_related("case", "unit").filter(id=item_id).first()
    if found is None:
        raise CaseworkError("Opgaven findes ikke. Gå tilbage til indbakken, og vælg en opgave.")
    return found
