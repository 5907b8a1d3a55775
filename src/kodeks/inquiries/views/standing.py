# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What keeps a suggestion from being shown: to anybody, to the one who looks, or for now."""

from __future__ import annotations

from dataclasses import replace

from kodeks.inquiries import selectors, services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.web import standing
from kodeks.web.standing import CLOSED, WITHHELD, Notice, Words

__all__ = ["WITHHELD", "Notice", "notice", "obstacle_notice", "put_before"]

_STOPPED = "Systemet er stoppet"
_WORDS = Words(
    alone="Vælg selv emnet.",
    drawn="Denne henvendelse er trukket ud, så vi kan måle, hvor meget forslagene påvirker os.",
    first="vurderer alle selv sagen",
    outside="Teksten ligner ikke det, systemet er lært op med. Du får intet forslag.",
)


def obstacle_notice() -> Notice | None:
    """What keeps the system from running, for everybody; None when it may."""
    found = next(iter(kernel.obstacles(services.SYSTEM, purpose=services.PURPOSE)), None)
    if found is None:
        return None
    if found.stops_people_too:
        return Notice(state=CLOSED, heading="Ingen kan afgøre noget nu", text=found.sentence)
    heading = _STOPPED if found.code == "stopped" else "Systemet kan ikke køre"
    return Notice(
        state="stopped", heading=heading, text=found.sentence.removeprefix(f"{_STOPPED}. ")
    )


def notice(found: Inquiry, user: kernel.User) -> Notice | None:
    """For a person who looks at it; None when the suggestion is to be shown as it comes."""
    about = kernel.About(system=services.SYSTEM, scope=selectors.scope_of(found))
    in_the_way = obstacle_notice()
    if in_the_way is not None and in_the_way.state == CLOSED:
        return in_the_way
    if not kernel.may(user, "decide", about=about):
        return Notice(
            state=CLOSED,
            heading="Du kan ikke afgøre denne henvendelse",
            text="Din ret gælder andre afdelinger eller emner. Lad en kollega afgøre den.",
        )
    if in_the_way is not None:
        return replace(in_the_way, text=f"{in_the_way.text} Du får intet forslag. Vælg selv emnet.")
    if not kernel.may(user, "decide", about=replace(about, with_ai=True)):
        return Notice(
            state="untrained",
            heading="Du har ikke gyldig oplæring i systemet",
            text="Du får intet forslag. Vælg selv emnet. Spørg din leder om oplæring.",
        )
    return None


def put_before(recommendation: kernel.Recommendation, user: kernel.User) -> Notice | None:
    """Put the suggestion before the person; a notice when they do not see it, or not yet."""
    return standing.put_before(recommendation, user, _WORDS)
