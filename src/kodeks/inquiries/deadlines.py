# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the board of deadlines shows of inquiries: clocks of the law that nobody has settled or that
have no case yet, and who was not told that their inquiry has come."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from kodeks.casework.models import Deadline, DeadlineKind
from kodeks.inquiries import legal_clocks, unacknowledged
from kodeks.inquiries.beginnings import beginning
from kodeks.inquiries.models import LegalClock
from kodeks.kernel import api as kernel


def unsettled(user: kernel.User) -> list[dict[str, Any]]:
    """Those that the person may see, due first (see kodeks.workbench.unsettled)."""
    settle = [
        _line(
            clock,
            clock.get_kind_display(),
            reverse("inquiries:clock", args=[clock.inquiry_id, clock.id]),
        )
        for clock in legal_clocks.waiting(user=user)
    ]
    decide = [
        _line(
            clock,
            f"{clock.get_kind_display()} (bekræftet, mangler en sag)",
            reverse("inquiries:inquiry", args=[clock.inquiry_id]),
        )
        for clock in legal_clocks.confirmed(user=user)
    ]
    return settle + decide


def count_unsettled(user: kernel.User) -> int:
    """How many of them there are."""
    return legal_clocks.waiting(user=user).count() + legal_clocks.confirmed(user=user).count()


def unreached(user: kernel.User) -> list[dict[str, Any]]:
    """Who got no acknowledgement, as `unacknowledged` has them (see kodeks.workbench.unreached)."""
    return [
        {
            "received_at": one.inquiry.received_at,
            "about": beginning(one.inquiry.text),
            "channel": one.inquiry.get_channel_display(),
            "why": one.why,
            "do": one.do,
            "url": reverse("inquiries:inquiry", args=[one.inquiry.id]),
        }
        for one in unacknowledged.listed(user=user)
    ]


def count_unreached(user: kernel.User) -> int:
    """How many of them there are."""
    return unacknowledged.count(user=user)


def pages(deadline: Deadline) -> list[tuple[str, str]]:
    """Titles and addresses of the pages on which the deadline is met: the letter that confirms a
    report about a child (see kodeks.workbench.deadlines)."""
    clock = legal_clocks.of_deadline(deadline)
    if clock is None or clock.kind != DeadlineKind.CHILD_RECEIPT:
        return []
    return [
        (
            "Kvittering til den, der underrettede",
            reverse("inquiries:confirm", args=[clock.inquiry_id]),
        )
    ]


def _line(clock: LegalClock, title: str, url: str) -> dict[str, Any]:
    return {
        "due_on": clock.due_on,
        "due_at": legal_clocks.due_at(clock, clock.inquiry),
        "title": title,
        "about": beginning(clock.inquiry.text),
        "source": clock.source,
        "counted_from": clock.counted_from,
        "url": url,
    }
