# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whose runs a person sees, and of which they may see what the run is about.

A caseworker sees the runs about matters that they may see (unit and KLE number); before a matter
has been placed, those of their units. Whoever answers for a system or looks after the house sees
that each run is there and how it goes, as they answer for all of them, but nothing of a matter that
is not theirs to see: no number, no link and no result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from kodeks.kernel import api as kernel
from kodeks.robots import subjects
from kodeks.robots.models import Run

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

ALL_RUNS = frozenset({kernel.Role.SYSTEM_OWNER, kernel.Role.ADMINISTRATOR})
_WORKS = frozenset({kernel.Role.CASEWORKER})


def visible(user: kernel.User) -> QuerySet[Run]:
    """The runs that the person may see."""
    found = Run.objects.all()
    roles = kernel.roles_of(user)
    if roles & ALL_RUNS:
        return found
    if kernel.Role.CASEWORKER not in roles:
        return found.none()
    if sees_everything(user, roles=_WORKS):
        return found
    units = kernel.units_of(user, kernel.Role.CASEWORKER)
    shown = Q() if units is None else Q(unit="") | Q(unit__in=units)
    for kind in subjects.kinds():
        if kind.placing is not None:
            shown = (shown & ~_about(kind, kind.placing.placed())) | _about(
                kind, kind.placing.seen(user, _WORKS)
            )
    return found.filter(shown)


def sees_matter(user: kernel.User, run: Run) -> bool:
    """Whether the person may see what a run that is visible to them is about."""
    kind = subjects.find(run.subject_type)
    if kind is None or kind.placing is None:
        return True
    if sees_everything(user, roles=_WORKS):
        return True
    this = Run.objects.filter(pk=run.pk)
    if this.filter(_about(kind, kind.placing.seen(user, _WORKS))).exists():
        return True
    placed = this.filter(_about(kind, kind.placing.placed())).exists()
    return not placed and kernel.has_role(user, kernel.Role.CASEWORKER)


def sees_everything(user: kernel.User, *, roles: Collection[str]) -> bool:
    """Whether the person has one of the roles for all units and KLE numbers."""
    return any(
        right.role in roles and not right.unit and not right.kle_prefix
        for right in kernel.rights(user)
    )


def _about(kind: subjects.Kind, ids: QuerySet[object, str]) -> Q:
    return Q(subject_type=kind.type, subject_id__in=ids)
