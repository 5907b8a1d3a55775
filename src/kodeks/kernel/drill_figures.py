# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How teams answered exercises: what was caught, and whether the round is passed.

Only teams are told of, never persons. A round has at least as many persons as the codex asks for,
and nothing of it is told before more is answered than two of them can have answered.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from kodeks.kernel.models import Alarm, DrillRound, Grant, Training
from kodeks.statistics import drills
from kodeks.statistics.drills import Outcome, Verdict

RELIES, REJECTS = "drills", "drills_rejected"
"""The kinds of alarm that a failed round raises: for too little caught, for too little followed."""
_UNTOLD_PERSONS = 2


@dataclass(frozen=True, kw_only=True)
class Round:
    """A team's round and its answers, to wrong suggestions (drills) and right ones (controls)."""

    row: DrillRound
    is_newest: bool
    wrong: int
    """Exercises with a wrong suggestion that are answered, of them `caught`: not followed."""
    caught: int
    right: int
    """Exercises with a right suggestion that are answered, of them `followed`."""
    followed: int
    seconds: float | None
    """The median from when an exercise was shown to its answer; None without answers."""

    @property
    def answered(self) -> int:
        return self.wrong + self.right

    @property
    def exercises(self) -> int:
        return self.row.wrong_cases + self.row.right_cases

    @property
    def is_told(self) -> bool:
        """Whether at least three persons must have answered, so that it tells of the team."""
        share = -(-self.exercises // self.row.persons)
        return self.wrong > 0 and self.answered > _UNTOLD_PERSONS * share

    @cached_property
    def verdict(self) -> Verdict | None:
        """What the drills say; None as long as nothing is told."""
        if not self.is_told:
            return None
        row = self.row
        planned = drills.Plan(
            drills=row.wrong_cases,
            least=row.caught_cases,
            poor_passes=_passes(row, drills.POOR),
            good_passes=_passes(row, drills.GOOD),
        )
        return drills.verdict(caught=self.caught, drills=self.wrong, plan=planned)

    @property
    def relies(self) -> bool:
        """Whether too little of what is wrong was caught."""
        return self.verdict is not None and self.verdict.outcome is Outcome.FAILED

    @property
    def outcome(self) -> Outcome:
        """Drills and controls together: rejecting everything does not pass."""
        if self.verdict is None:
            return Outcome.UNDER_WAY
        return drills.with_controls(
            drills=self.verdict.outcome,
            followed=self.followed,
            controls=self.right,
            least=self.row.followed_cases,
            planned=self.row.right_cases,
        )


def rounds(system: str) -> list[Round]:
    """The system's rounds, the newest first."""
    found: list[Round] = []
    seen: set[str] = set()
    rows = DrillRound.objects.filter(system_id=system).select_related("user")
    for row in rows.order_by("-opened_at", "-number").prefetch_related("answers"):
        answers = list(row.answers.all())
        wrong = [one for one in answers if one.wrong]
        followed = [one for one in answers if one.choice == "follow"]
        found.append(
            Round(
                row=row,
                is_newest=row.team not in seen,
                wrong=len(wrong),
                caught=sum(one.choice != "follow" for one in wrong),
                right=len(answers) - len(wrong),
                followed=sum(not one.wrong for one in followed),
                seconds=statistics.median(one.seconds for one in answers) if answers else None,
            )
        )
        seen.add(row.team)
    return found


def failed_without_alarm(found: Iterable[Round], *, system: str) -> list[Round]:
    """The failed rounds that no alarm was raised about, closed or not."""
    raised = Alarm.objects.filter(system_id=system, kind__in=(RELIES, REJECTS))
    known = {measured.get("round") for measured in raised.values_list("measured", flat=True)}
    return [one for one in found if one.outcome is Outcome.FAILED and str(one.row.pk) not in known]


def teams(system: str) -> dict[str, int]:
    """How many could take part today in a round, by team: caseworkers with valid training."""
    today = timezone.localdate()
    trained = _trained(system, today)
    team_of: dict[int, str] = {}
    rights = Grant.objects.filter(
        role="caseworker", user__is_active=True, valid_from__lte=today
    ).order_by("id")
    for user_id, unit, until in rights.values_list("user_id", "unit", "valid_until"):
        if user_id in trained and (until is None or until >= today):
            team_of[user_id] = unit or team_of.get(user_id, "")
    counted: dict[str, int] = {}
    for team in team_of.values():
        counted[team] = counted.get(team, 0) + 1
    return counted


def _trained(system: str, today: dt.date) -> set[int]:
    rows = Training.objects.filter(system_slug__in=(system, "")).order_by("id")
    until = dict(rows.values_list("user_id", "valid_until"))
    return {user_id for user_id, day in until.items() if day >= today}


def _passes(row: DrillRound, share: float) -> float:
    return drills.passes(drills=row.wrong_cases, least=row.caught_cases, share=share)
