# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What keeps a proposal about a bin from being shown (see kodeks.web.standing)."""

from __future__ import annotations

from kodeks.kernel import api as kernel
from kodeks.waste import deciding, noticing
from kodeks.waste.models import Notice
from kodeks.web import standing
from kodeks.web.standing import Words

_WORDS = Words(
    alone="Beslut det selv.",
    drawn="Spanden er trukket ud, så vi kan måle, hvor meget forslagene påvirker os.",
    first="vurderer alle selv spanden",
)


def notice(found: Notice, user: kernel.User) -> standing.Notice | None:
    """For a person who looks at it; None when the proposal is being shown."""
    return standing.notice(
        about=kernel.About(system=noticing.SYSTEM, scope=noticing.scope()),
        purpose=noticing.PURPOSE,
        recommendation=deciding.proposal_of(found),
        user=user,
        words=_WORDS,
    )


def obstacle() -> str:
    """Why the system may not run now, in a Danish sentence; "" when it may."""
    found = next(iter(kernel.obstacles(noticing.SYSTEM, purpose=noticing.PURPOSE)), None)
    return "" if found is None else found.sentence
