# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The part of a system's oversight page that tells of its teams' exercises."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework import selectors as casework
from kodeks.kernel import authority, drill_figures
from kodeks.kernel.authority import About
from kodeks.kernel.drill_figures import Round
from kodeks.kernel.models import ExerciseSet, User
from kodeks.kernel.oversight_figures import EVERYWHERE
from kodeks.statistics import drills
from kodeks.statistics.drills import Outcome
from kodeks.workbench import figures

_EVERYBODY = "alle"
"""What the form sends for the team of those whose right is to all units: "" is no choice."""
_OUTCOMES = {
    Outcome.PASSED: ("Bestået", "success"),
    Outcome.FAILED: ("Ikke bestået", "error"),
    Outcome.UNDER_WAY: ("I gang", "info"),
}
_UNTOLD = "Vises, når mindst tre har svaret"


class DrillForm(forms.Form):
    """Which team a round is for; only teams that are large enough can be chosen."""

    team = forms.ChoiceField(
        label="Hvilken afdeling skal øve sig?",
        error_messages={
            "required": "Vælg en afdeling.",
            "invalid_choice": "Vælg en afdeling fra listen.",
        },
    )

    def __init__(self, *args: Any, teams: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["team"]).choices = [("", "Vælg en afdeling"), *teams]

    def clean_team(self) -> str:
        """The unit's code."""
        chosen = str(self.cleaned_data["team"])
        return EVERYWHERE if chosen == _EVERYBODY else chosen


@dataclass(frozen=True, kw_only=True)
class Row:
    """A round as the page shows it."""

    title: str
    opened_at: dt.datetime
    outcome: str
    status: str
    caught: str
    followed: str
    facts: Sequence[tuple[str, str]]


def form(system: str, least_persons: int, data: QueryDict | None = None) -> DrillForm:
    """With the teams that have people enough today."""
    names = casework.unit_names()
    found = sorted(
        (_name(team, names), team or _EVERYBODY)
        for team, persons in drill_figures.teams(system).items()
        if persons >= least_persons
    )
    return DrillForm(data, teams=[(code, name) for name, code in found])


def context(
    system: str, user: User, *, limits: Mapping[str, int], typed: DrillForm | None = None
) -> dict[str, Any]:
    """For `workbench/oversight_drills.html`; `limits` are those of the codex, or empty."""
    names = casework.unit_names()
    found = drill_figures.rounds(system)
    least = limits.get("drill_persons", 0)
    asked = typed or form(system, least)
    may = authority.may(user, "open_drills", about=About(system=system))
    return {
        "rounds": [_row(one, names) for one in found if one.is_newest],
        "earlier": [_row(one, names) for one in found if not one.is_newest],
        "chances": _chances(limits),
        # Whoever was refused sees what they chose, also when it is not theirs to choose.
        "may_open": typed is not None or may,
        "registered": ExerciseSet.objects.filter(system_id=system).exists(),
        "form": asked,
        "has_teams": len(cast(Any, asked.fields["team"]).choices) > 1,
        "least_persons": least,
    }


def _row(found: Round, names: Mapping[str, str]) -> Row:
    outcome, status = _OUTCOMES[found.outcome]
    if found.outcome is Outcome.UNDER_WAY and not found.is_newest:
        outcome, status = "Ikke færdig", "warning"
    row = found.row
    day = date_format(timezone.localdate(row.opened_at))
    caught, followed = _caught(found), _followed(found)
    return Row(
        title=f"{_name(row.team, names)}, runde {row.number}",
        opened_at=row.opened_at,
        outcome=outcome,
        status=status,
        caught=caught,
        followed=followed,
        facts=[
            ("Begyndt", f"{day} af {row.user}"),
            ("Svar", f"{found.answered} af {found.exercises} øvelser, {row.persons} medarbejdere"),
            ("Forkerte forslag, der blev fanget", caught),
            ("Skal fanges for at bestå", f"{row.caught_cases} af {row.wrong_cases}"),
            ("Rigtige forslag, der blev fulgt", followed),
            ("Skal følges for at bestå", f"{row.followed_cases} af {row.right_cases}"),
            ("Tid fra øvelsen blev vist til svaret (median)", _time(found)),
            ("Øvelser, som afdelingen har haft før", figures.whole(row.repeated)),
        ],
    )


def _caught(found: Round) -> str:
    verdict = found.verdict
    if verdict is None:
        return _UNTOLD
    return (
        f"{verdict.caught} af {verdict.drills}, {figures.share(verdict.rate)} "
        f"({figures.share(verdict.low)} til {figures.share(verdict.high)})"
    )


def _followed(found: Round) -> str:
    return f"{found.followed} af {found.right}" if found.is_told else _UNTOLD


def _time(found: Round) -> str:
    if found.seconds is None or not found.is_told:
        return _UNTOLD
    return figures.minutes_and_seconds(found.seconds)


def _name(team: str, names: Mapping[str, str]) -> str:
    return names.get(team, team) if team != EVERYWHERE else "Alle afdelinger"


def _chances(limits: Mapping[str, int]) -> str:
    """How well a round tells a poor team from a good one."""
    if not limits:
        return ""
    poor, good = (
        figures.share(
            drills.passes(
                drills=limits["drill_wrong_cases"],
                least=limits["drill_caught_cases"],
                share=share,
            )
        )
        for share in (drills.POOR, drills.GOOD)
    )
    return (
        f"En afdeling, der fanger {figures.share(drills.POOR)} af fejlene, består i {poor} af "
        f"runderne. Fanger den {figures.share(drills.GOOD)}, består den i {good}."
    )
