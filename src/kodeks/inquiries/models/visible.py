# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who sees inquiries and what lies in them (see casework.models.visible)."""

from collections.abc import Collection
from typing import Any

from kodeks.casework.models import READERS, InCase
from kodeks.kernel import api as kernel


class InInquiry(InCase):
    """Inquiries, or what lies in one by the field that `inquiry` names ("" for an inquiry)."""

    also = ("joined__",)
    inquiry = ""

    def visible_to(self, user: kernel.User, *, roles: Collection[str] = READERS) -> Any:
        """As what lies in a case; and before there is one, what the engine was sure belongs to a
        unit that one of the rights is for. The policies of migration 0007 say the same."""
        seen = super().visible_to(user, roles=roles)
        held = (right for right in kernel.rights(user) if right.role in roles)
        units = {right.unit for right in held if not right.kle_prefix}
        if not units or "" in units:
            return seen
        unplaced = {
            f"{self.inquiry}case": None,
            f"{self.inquiry}joined": None,
            f"{self.inquiry}suggested_unit__code__in": sorted(units),
        }
        return seen | self.filter(**unplaced)


class OfInquiry(InInquiry):
    """What lies in an inquiry."""

    case = "inquiry__case__"
    also = ("inquiry__joined__",)
    inquiry = "inquiry__"


class OfClock(InInquiry):
    """What lies in a legal clock."""

    case = "clock__inquiry__case__"
    also = ("clock__inquiry__joined__",)
    inquiry = "clock__inquiry__"
