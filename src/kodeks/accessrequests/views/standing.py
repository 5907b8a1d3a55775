# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What keeps a proposal from being shown: to anybody, to the one who looks, or for now."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kodeks.accessrequests import selectors
from kodeks.accessrequests.models import RequestDocument
from kodeks.kernel import api as kernel

BLIND = "blind"
CLOSED = "closed"
_WITHHELD = "Forslaget er holdt tilbage, fordi det er for usikkert. Afgør dokumentet selv."
_BLIND = {
    "alarm": "Der er en alarm om systemet. Derfor vurderer alle selv dokumentet først.",
    "drawn": "Dokumentet er trukket ud, så vi kan måle, hvor meget forslagene påvirker os.",
}
_BLIND_AT_FIRST = "Systemet er nyt. Derfor vurderer alle selv dokumentet først."


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Why the person gets no proposal for a document that nobody has decided."""

    state: str
    heading: str
    text: str


def notice(found: RequestDocument, user: kernel.User) -> Notice | None:
    """For a person who looks at it; None when the proposal is being shown."""
    about = kernel.About(system=selectors.SYSTEM, scope=selectors.document_scope(found))
    stopped = next(iter(kernel.obstacles(selectors.SYSTEM, purpose=selectors.PURPOSE)), None)
    if stopped is not None and stopped.stops_people_too:
        return Notice(state=CLOSED, heading="Ingen kan afgøre noget nu", text=stopped.sentence)
    if found.problem:
        return Notice(state="own", heading="Der er intet forslag", text=found.problem)
    if stopped is not None:
        return Notice(state="own", heading="Systemet kan ikke køre", text=stopped.sentence)
    if not kernel.may(user, "decide", about=replace(about, with_ai=True)):
        text = "Du får intet forslag. Afgør dokumentet selv. Spørg din leder om oplæring."
        heading = "Du har ikke gyldig oplæring i systemet"
        return Notice(state="own", heading=heading, text=text)
    recommendation = selectors.recommendation_of(found)
    if recommendation is None:
        text = "Forslaget er ikke klar endnu. Vent, eller afgør dokumentet selv."
        return Notice(state="own", heading="Der er intet forslag endnu", text=text)
    return _put_before(recommendation, user)


def _put_before(recommendation: kernel.Recommendation, user: kernel.User) -> Notice | None:
    now = kernel.presentation(recommendation, user=user)
    if now.how == "withheld":
        return Notice(state="own", heading="Systemet er for usikkert", text=_WITHHELD)
    if now.how == "blind":
        why = _BLIND.get(now.why, _BLIND_AT_FIRST)
        return Notice(state=BLIND, heading="Vurdér selv først", text=f"{why} Så vises forslaget.")
    kernel.show(recommendation_id=recommendation.id, user=user)
    return None
