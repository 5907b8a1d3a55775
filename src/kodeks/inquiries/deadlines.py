# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the board of deadlines shows of inquiries: clocks of the law that nobody has settled."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from kodeks.inquiries import legal_clocks
from kodeks.kernel import api as kernel


def unsettled(user: kernel.User) -> list[dict[str, Any]]:
    """Those that the person may see, due first (see kodeks.workbench.unsettled)."""
    return [
        {
            "due_on": clock.due_on,
            "title": clock.get_kind_display(),
            "source": clock.source,
            "counted_from": clock.counted_from,
            "url": reverse("inquiries:clock", args=[clock.inquiry_id, clock.id]),
        }
        for clock in legal_clocks.waiting(user=user)
    ]


def count_unsettled(user: kernel.User) -> int:
    """How many of them there are."""
    return legal_clocks.waiting(user=user).count()
