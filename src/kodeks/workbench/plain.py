# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The kernel's codes and numbers in plain Danish, for the citizen's pages and the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format

from kodeks.robots import flows

AUTONOMY = {
    "advise": "Systemet foreslår. Et menneske afgør hver sag.",
    "procedural": "Systemet ordner sagens gang. Det afgør ikke sagen.",
}
PHASES = {"development": "Udvikling", "retraining": "Gentræning", "operation": "Drift"}
FOLLOWED = {
    "accept": "fulgte forslaget.",
    "other": "valgte noget andet end forslaget.",
    "reject": "afviste forslaget.",
    "own": "valgte selv, uden at få vist et forslag.",
}
CHOICES = {
    "accept": "Forslaget er fulgt",
    "other": "Noget andet er valgt",
    "reject": "Forslaget er afvist",
    "own": "Afgjort uden forslag",
}
DIRECTIONS = {"for": "For", "against": "Imod"}
_SHARE_OF_HEAVIEST = ((2 / 3, "Vejer meget"), (1 / 3, "Vejer noget"), (0.0, "Vejer lidt"))
METRICS = {
    "accuracy": "Så ofte er det første forslag rigtigt",
    "macro_f1": "Samlet mål, hvor alle emner tæller lige meget (F1)",
    "ece": "Så meget rammer systemets egen sikkerhed ved siden af",
    "examples": "Tekster, det er målt på",
    "coverage_at_5_percent": "Andel af sagerne, hvor højst 5 % af forslagene ventes forkerte",
    "error_at_5_percent": "Fejl, der blev målt i netop de sager",
    "out_of_scope_examples": "Tekster om andre emner, det er målt på",
    "out_of_scope_accepted": "Så ofte troede det, at et fremmed emne var et kendt",
}
COUNTS = frozenset({"examples", "out_of_scope_examples"})


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """One consideration as the page shows it."""

    text: str
    direction: str
    weight: str
    rule: str


def share(value: object, *, decimals: int = 0) -> str:
    """`"0.5621"` -> `56 %`; a text that is no number stays as it is."""
    try:
        percent = 100 * float(str(value))
    except ValueError:
        return str(value)
    if decimals == 0 and 0 < percent < 0.5:
        return "under 1 %"
    if decimals == 0 and 99.5 <= percent < 100:
        return "over 99 %"
    # number_format cuts decimals off, so round first.
    return f"{number_format(round(percent, decimals), decimal_pos=decimals)} %"


def metrics(measured: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a release was measured to do: pairs of Danish text and value."""
    ordered = [name for name in METRICS if name in measured]
    rest = sorted(name for name in measured if name not in METRICS)
    return [
        (METRICS.get(name, name), _measured(name, measured[name])) for name in [*ordered, *rest]
    ]


def _measured(name: str, value: object) -> str:
    if name not in METRICS:
        return str(value)
    if name in COUNTS:
        return number_format(int(float(str(value))), decimal_pos=0, force_grouping=True)
    return share(value, decimals=1)


def accuracy(measured: Mapping[str, Any]) -> str:
    """One sentence about how often the system is right; "" when it was not measured."""
    try:
        right = round(100 * float(str(measured["accuracy"])))
        examples = int(float(str(measured["examples"])))
    except (KeyError, ValueError):
        return ""
    return (
        f"Vi har prøvet systemet på {examples} tekster. Det første forslag var rigtigt i {right} "
        f"ud af 100 og forkert i {100 - right}."
    )


def weighed(considerations: Sequence[Mapping[str, Any]]) -> list[Weighed]:
    """The considerations, the heaviest first, with their weight beside the heaviest in words."""
    ordered = sorted(considerations, key=lambda one: -abs(float(one["weight"])))
    heaviest = max((abs(float(one["weight"])) for one in ordered), default=0.0)
    return [
        Weighed(
            text=str(one["text"]),
            direction=DIRECTIONS[one["direction"]],
            weight=_weight(abs(float(one["weight"])), heaviest),
            rule=str(one.get("rule", "")),
        )
        for one in ordered
    ]


def _weight(weight: float, heaviest: float) -> str:
    if weight == 0:
        return "Vejer ikke"
    return next(words for least, words in _SHARE_OF_HEAVIEST if weight >= least * heaviest)


def step_title(*, robot: str, step: str) -> str:
    """The step's Danish title in the robot's flow; its code when the flow no longer has it."""
    known = [flows.get(name) for name in flows.names()]
    titles = {one.name: one.title for flow in known if flow.robot == robot for one in flow.steps}
    return titles.get(step, step)
