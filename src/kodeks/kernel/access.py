# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who has which right today: role x organisational unit x KLE number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone

from kodeks.kernel.models import Grant, User

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.contrib.auth.models import AnonymousUser

    from kodeks.kernel.subjects import Scope


def grants(user: User | AnonymousUser) -> QuerySet[Grant]:
    """The person's grants that hold today; none for somebody not signed in or not active."""
    if not isinstance(user, User) or not user.is_active:
        return Grant.objects.none()
    today = timezone.localdate()
    return Grant.objects.filter(user=user, valid_from__lte=today).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=today)
    )


def roles_of(user: User | AnonymousUser) -> frozenset[str]:
    """The roles that the person has today, in whichever unit."""
    return frozenset(grants(user).values_list("role", flat=True))


def has_role(user: User | AnonymousUser, role: str, *, unit: str | None = None) -> bool:
    """Whether the person has the role, for `unit` if one is given (an empty unit means all)."""
    found = grants(user).filter(role=role)
    if unit is not None:
        found = found.filter(Q(unit="") | Q(unit=unit))
    return found.exists()


def units_of(user: User | AnonymousUser, role: str) -> frozenset[str] | None:
    """The units in which the person has the role; None means all of them."""
    units = frozenset(grants(user).filter(role=role).values_list("unit", flat=True))
    return None if "" in units else units


def people_reaching(scope: Scope, *, role: str) -> list[User]:
    """The active people with a right of today with the role that covers the matter, by name."""
    today = timezone.localdate()
    held = Grant.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=today),
        role=role,
        valid_from__lte=today,
        user__is_active=True,
        unit__in=("", scope.unit),
    )
    found = {
        grant.user
        for grant in held.select_related("user")
        if scope.kle.startswith(grant.kle_prefix)
    }
    return sorted(found, key=lambda user: (user.full_name, user.pk))


def reaches(user: User | AnonymousUser, scope: Scope, *, roles: Collection[str]) -> bool:
    """Whether one right of today with one of the roles covers the matter's unit and KLE number.

    As `kernel.may` has it: a prefix may end anywhere, and a right for one unit or prefix does not
    reach a matter that has not been placed.
    """
    return any(
        grant.unit in ("", scope.unit) and scope.kle.startswith(grant.kle_prefix)
        for grant in grants(user).filter(role__in=roles)
    )
