# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who has which right today: role x organisational unit x KLE number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone

from kodeks.kernel.models import Grant, User
from kodeks.kernel.once import once

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


def rights(user: User | AnonymousUser) -> tuple[Grant, ...]:
    """The same, in the order they were given; while a page is shown they are asked for once."""
    if not isinstance(user, User) or not user.is_active:
        return ()
    return once(("rights", user.pk), lambda: tuple(grants(user).order_by("id")))


def roles_of(user: User | AnonymousUser) -> frozenset[str]:
    """The roles that the person has today, in whichever unit."""
    return frozenset(right.role for right in rights(user))


def has_role(user: User | AnonymousUser, role: str, *, unit: str | None = None) -> bool:
    """Whether the person has the role, for `unit` if one is given (an empty unit means all)."""
    return any(
        right.role == role and (unit is None or right.unit in ("", unit)) for right in rights(user)
    )


def units_of(user: User | AnonymousUser, role: str) -> frozenset[str] | None:
    """The units in which the person has the role; None means all of them."""
    units = frozenset(right.unit for right in rights(user) if right.role == role)
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
        right.role in roles
        and right.unit in ("", scope.unit)
        and scope.kle.startswith(right.kle_prefix)
        for right in rights(user)
    )
