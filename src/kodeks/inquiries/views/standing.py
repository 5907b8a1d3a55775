# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What keeps the system from suggesting anything, to anybody or to the one who looks."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kodeks.inquiries import selectors, services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel

_STOPPED = "Systemet er stoppet"
_CLOSED = "closed"
"""The person may not decide it, with a suggestion or without, so there is no form."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Why the person gets no suggestion for an inquiry that nobody has decided."""

    state: str
    heading: str
    text: str


def obstacle_notice() -> Notice | None:
    """What keeps the system from running, for everybody; None when it may."""
    found = next(iter(kernel.obstacles(services.SYSTEM, purpose=services.PURPOSE)), None)
    if found is None:
        return None
    if found.stops_people_too:
        return Notice(state=_CLOSED, heading="Ingen kan afgøre noget nu", text=found.sentence)
    heading = _STOPPED if found.code == "stopped" else "Systemet kan ikke køre"
    return Notice(
        state="stopped", heading=heading, text=found.sentence.removeprefix(f"{_STOPPED}. ")
    )


def notice(found: Inquiry, user: kernel.User) -> Notice | None:
    """For a person who looks at it; None when the suggestion is to be shown as it comes."""
    about = kernel.About(system=services.SYSTEM, scope=selectors.scope_of(found))
    in_the_way = obstacle_notice()
    if in_the_way is not None and in_the_way.state == _CLOSED:
        return in_the_way
    if not kernel.may(user, "decide", about=about):
        return Notice(
            state=_CLOSED,
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
