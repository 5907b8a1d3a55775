# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What keeps a proposal about a document from being shown (see kodeks.web.standing)."""

from __future__ import annotations

from kodeks.accessrequests import selectors
from kodeks.accessrequests.models import RequestDocument
from kodeks.kernel import api as kernel
from kodeks.web import standing
from kodeks.web.standing import BLIND, CLOSED, Notice, Words

__all__ = ["BLIND", "CLOSED", "Notice", "notice"]

_WORDS = Words(
    alone="Afgør dokumentet selv.",
    drawn="Dokumentet er trukket ud, så vi kan måle, hvor meget forslagene påvirker os.",
    first="vurderer alle selv dokumentet",
)


def notice(found: RequestDocument, user: kernel.User) -> Notice | None:
    """For a person who looks at it; None when the proposal is being shown."""
    return standing.notice(
        about=kernel.About(system=selectors.SYSTEM, scope=selectors.document_scope(found)),
        purpose=selectors.PURPOSE,
        recommendation=selectors.recommendation_of(found),
        user=user,
        words=_WORDS,
        problem=found.problem,
    )
