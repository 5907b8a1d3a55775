# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Which cases a person sees: those that one of their rights of today covers, unit and KLE number.

Pages ask through `visible_to`, so that lists, counts and "not found" are right. Under it lies
row-level security (migration 0016_row_security_priced), which says the same for whoever forgets
to ask.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import Q

from kodeks.kernel import api as kernel

READERS = frozenset(
    {kernel.Role.CASEWORKER, kernel.Role.SYSTEM_OWNER, kernel.Role.DATA_PROTECTION_OFFICER}
)
"""Roles that may read cases; the policies in the database name the same."""


class Visible(models.QuerySet[Any]):
    """Rows that are cases, or lie in one by the field that `case` names ("" for a case), or by one
    of those that `also` names."""

    case = ""
    also: tuple[str, ...] = ()

    def visible_to(self, user: kernel.User, *, roles: Collection[str] = READERS) -> Any:
        """What the person sees by a right with one of the roles.

        Nothing is seen without a right of today; what lies in no case, only by a right for all.
        """
        prefixes: dict[str, set[str]] = defaultdict(set)
        for right in kernel.rights(user):
            if right.role in roles:
                prefixes[right.kle_prefix].add(right.unit)
        if "" in prefixes[""]:
            return self.all()
        seen = Q(pk__in=[])
        for case in (self.case, *self.also):
            for prefix, units in prefixes.items():
                covered = Q()
                if prefix:
                    covered &= Q(**{f"{case}kle__number__startswith": prefix})
                if "" not in units:
                    covered &= Q(**{f"{case}unit__code__in": sorted(units)})
                seen |= covered
        return self.filter(seen)


class InCase(Visible):
    """What lies in a case."""

    case = "case__"


class Parties(InCase):
    """Parties of cases."""

    def present(self) -> Any:
        """Without those that came into a case by mistake and left it."""
        return self.filter(left_at=None)
