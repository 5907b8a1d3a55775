# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What keeps a proposal from being shown: to anybody, to the one who looks, or for now."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kodeks.kernel import api as kernel

BLIND = "blind"
"""The person writes down their own view first."""
CLOSED = "closed"
"""Nobody may decide, with a proposal or without."""
OWN = "own"
WITHHELD = "withheld"
"""There is a proposal that nobody is shown."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """Danish, about one thing of a solution: what to do without a proposal (»Afgør dokumentet
    selv.«), why the thing is drawn, and what all do first (»vurderer alle selv dokumentet«).
    `outside` says that the system was not taught such things, where it can tell."""

    alone: str
    drawn: str
    first: str
    outside: str = ""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Why the person gets no proposal about what nobody has decided."""

    state: str
    heading: str
    text: str


def notice(
    *,
    about: kernel.About,
    purpose: str,
    recommendation: kernel.Recommendation | None,
    user: kernel.User,
    words: Words,
    problem: str = "",
) -> Notice | None:
    """For a person who looks at it; None when the proposal is being shown, which is written down.

    `problem` says why no proposal can be made of it.
    """
    stopped = next(iter(kernel.obstacles(about.system, purpose=purpose)), None)
    if stopped is not None and stopped.stops_people_too:
        return Notice(state=CLOSED, heading="Ingen kan afgøre noget nu", text=stopped.sentence)
    if problem:
        return Notice(state=OWN, heading="Der er intet forslag", text=problem)
    if stopped is not None:
        return Notice(state=OWN, heading="Systemet kan ikke køre", text=stopped.sentence)
    if not kernel.may(user, "decide", about=replace(about, with_ai=True)):
        text = f"Du får intet forslag. {words.alone} Spørg din leder om oplæring."
        return Notice(state=OWN, heading="Du har ikke gyldig oplæring i systemet", text=text)
    if recommendation is None:
        text = f"Forslaget er ikke klar endnu. Vent, eller gør det uden. {words.alone}"
        return Notice(state=OWN, heading="Der er intet forslag endnu", text=text)
    return put_before(recommendation, user, words)


def put_before(
    recommendation: kernel.Recommendation, user: kernel.User, words: Words
) -> Notice | None:
    """Put the proposal before the person; a notice when they do not see it, or not yet."""
    now = kernel.presentation(recommendation, user=user)
    if now.how == "withheld":
        heading = "Systemet er for usikkert"
        text = f"Forslaget er holdt tilbage, fordi det er for usikkert. {words.alone}"
        if now.why == "outside" and words.outside:
            heading, text = "Systemet genkender ikke emnet", f"{words.outside} {words.alone}"
        return Notice(state=WITHHELD, heading=heading, text=text)
    if now.how == "blind":
        why = {
            "alarm": f"Der er en alarm om systemet. Derfor {words.first} først.",
            "drawn": words.drawn,
        }.get(now.why, f"Systemet er nyt. Derfor {words.first} først.")
        return Notice(state=BLIND, heading="Vurdér selv først", text=f"{why} Så vises forslaget.")
    kernel.show(recommendation_id=recommendation.id, user=user)
    return None
