# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The kernel's codes in plain Danish, for the citizen's pages and the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst

from kodeks.robots import background, flows

AUTONOMY = {
    "advise": "Det kommer med et forslag. Et menneske afgør hver sag.",
    "procedural": (
        "Det kommer med et forslag og tager enkelte trin selv. Et menneske afgør hver sag."
    ),
}
PHASES = {"development": "Udvikling", "retraining": "Gentræning", "operation": "Drift"}
CATEGORIES = {
    "none": "Ingen personoplysninger",
    "ordinary": "Almindelige oplysninger",
    "confidential": "Fortrolige oplysninger",
    "cpr": "CPR-numre",
    "criminal": "Strafbare forhold",
    "special": "Følsomme oplysninger",
}
LEGAL_STATUSES = {"allowed": "Lov til det", "barred": "Ikke lov", "pending": "Ikke vedtaget"}
RISK_CLASSES = {"minimal": "Meget lav risiko", "limited": "Begrænset risiko", "high": "Høj risiko"}
FOLLOWED = {
    "accept": "fulgte forslaget.",
    "other": "valgte noget andet end forslaget.",
    "reject": "afviste forslaget.",
    "own": "valgte selv, uden at få vist et forslag.",
}
PICKED = FOLLOWED | {
    "accept": "valgte selv. Det blev det, systemet fandt mest sandsynligt.",
    "other": "valgte selv. Det blev noget andet end det, systemet fandt mest sandsynligt.",
}
"""Where several possibilities were put before the person and none was suggested."""
CHOICES = {
    "accept": "Forslaget er fulgt",
    "other": "Noget andet er valgt",
    "reject": "Forslaget er afvist",
    "own": "Afgjort uden forslag",
}
DIRECTIONS = {"for": "For", "against": "Imod"}
NO_RULE = "Der er ikke skrevet en regel"
_SHARE_OF_HEAVIEST = ((2 / 3, "Vejer meget"), (1 / 3, "Vejer noget"), (0.0, "Vejer lidt"))


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """One consideration as the page shows it."""

    text: str
    direction: str
    weight: str
    rule: str


def weighed(considerations: Sequence[Mapping[str, Any]]) -> list[Weighed]:
    """The considerations, the heaviest first, with their weight beside the heaviest in words."""
    ordered = sorted(considerations, key=lambda one: -abs(float(one["weight"])))
    heaviest = max((abs(float(one["weight"])) for one in ordered), default=0.0)
    return [
        Weighed(
            text=str(one["text"]),
            direction=DIRECTIONS[one["direction"]],
            weight=_weight(abs(float(one["weight"])), heaviest),
            rule=capfirst(str(one.get("rule", ""))) or NO_RULE,
        )
        for one in ordered
    ]


def _weight(weight: float, heaviest: float) -> str:
    if weight == 0:
        return "Vejer ikke"
    return next(words for least, words in _SHARE_OF_HEAVIEST if weight >= least * heaviest)


def step_title(*, robot: str, step: str) -> str:
    """The step's Danish title in the robot's flow, or as work that it does by itself; its code when
    the flow no longer has it. Where several of its flows have the step, the first tells."""
    known = [flows.get(name) for name in reversed(flows.names())]
    titles = background.steps_of(robot) | {
        name: one.title
        for flow in known
        if flow.robot == robot
        for one in flow.steps
        for name in one.names
    }
    return titles.get(step, step)
