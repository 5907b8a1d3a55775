# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What keeps a proposal about a bin from being shown (see kodeks.web.standing)."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format

from kodeks.kernel import api as kernel
from kodeks.waste import deciding, noticing, outage
from kodeks.waste.models import Notice, Round
from kodeks.web import standing
from kodeks.web.standing import Words

_WORDS = Words(
    alone="Beslut det selv.",
    drawn="Spanden er trukket ud, så vi kan måle, hvor meget forslagene påvirker os.",
    first="vurderer alle selv spanden",
)


_LATE = dt.timedelta(hours=2)
"""A round is made each hour; one that is older than this is told of."""


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


def silence() -> str:
    """That most sensors are silent at once, in a Danish sentence; "" when they are not."""
    broken = outage.found(timezone.now())
    return "" if broken is None else broken.sentence


def late(made: Round | None) -> str:
    """That nobody has looked at the bins for hours, though the system may run; "" when somebody
    has."""
    if made is None or timezone.now() - made.at <= _LATE:
        return ""
    at = timezone.localtime(made.at)
    words = f"{date_format(at, 'j. F')} kl. {date_format(at, 'H.i')}"
    return (
        f"Der er ikke set på spandene siden {words}. Det skal ske hver time. "
        "Bed it-driften se, om arbejderen kører."
    )
