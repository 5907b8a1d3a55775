# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Exercises for a team: open a round, put an exercise before a person, take their answer.

An exercise is no case, and nothing of it can become one (sql/drills.sql).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kodeks.codex import exercises
from kodeks.codex.exercises import Exercise, ExerciseSet
from kodeks.kernel import authority, calls
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import DrillRound, User
from kodeks.kernel.subjects import Scope

Choice = Literal["follow", "other", "reject"]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """So many exercises of a round wait for a person."""

    round_id: uuid.UUID
    system: str
    left: int


@dataclass(frozen=True, kw_only=True)
class Dealt:
    """One of the exercises that a person was dealt; `done` of `dealt` are answered.

    `choice` is "" until this one is; `answer` is the code that they chose, or "".
    """

    exercise: Exercise
    answers: Mapping[str, str]
    done: int
    dealt: int
    choice: str
    answer: str

    @property
    def is_right(self) -> bool:
        """Whether the person followed a right suggestion, or did not follow a wrong one."""
        return (self.choice == "follow") != self.exercise.wrong


def open_round(*, system: str, team: str, user: User) -> uuid.UUID:
    """The one who answers for the system opens a round for a team (a unit's code); its id.

    Chance draws the exercises and who answers which. Raises Refused when somebody else asks, the
    team has a round already or is too small, or there are too few exercises.
    """

    def call() -> Any:
        sha256 = authority.require(user, "open_drills", about=About(system=system))
        asked = {"system": system, "team": team, "user_id": user.pk, "codex_sha256": sha256}
        # The transaction that makes the month's seed gets no draw of it, so it is asked for again.
        return calls.call("open_drills", asked) or calls.call("open_drills", asked)

    found = authority.judged_again(call)
    if found is None:
        raise Refused(code="no_seed", message="Lodtrækningen er ikke klar. Prøv igen om lidt.")
    return uuid.UUID(str(found))


def waiting(user: User) -> tuple[Waiting, ...]:
    """The rounds in which exercises wait for the person."""
    return tuple(
        Waiting(round_id=uuid.UUID(one["round"]), system=one["system"], left=one["left"])
        for one in calls.call("exercises_left", user.pk)
    )


def show(*, round_id: uuid.UUID, user: User) -> Dealt | None:
    """The person's next exercise, which is put before them now; None when none is left.

    Raises Refused when they are not of the team, not trained, or the round is over.
    """
    found = _by_member("show_exercise", round_id, user, {})
    return None if found is None else _dealt(round_id, found)


def answered(*, round_id: uuid.UUID, exercise: str, user: User) -> Dealt:
    """What the person answered to an exercise. Raises Refused when they did not."""
    return _dealt(round_id, _by_member("show_exercise", round_id, user, {"exercise": exercise}))


def answer(
    *,
    round_id: uuid.UUID,
    exercise: str,
    user: User,
    choice: Choice,
    chosen: str,
    own_words: str,
) -> None:
    """The person answers an exercise that was put before them; once.

    `chosen` is the answer's code, "" when the suggestion is rejected. `own_words` must be there but
    are not kept. Raises Refused.
    """
    said = {"exercise": exercise, "choice": choice, "answer": chosen, "own_words": own_words}
    _by_member("answer_exercise", round_id, user, said)


def _by_member(function: str, round_id: uuid.UUID, user: User, payload: Mapping[str, str]) -> Any:
    drill = _round(round_id)
    about = About(system=drill.system_id, scope=Scope(unit=drill.team))

    def call() -> Any:
        sha256 = authority.require(user, "answer_exercise", about=about)
        asked = {"round_id": str(round_id), "user_id": user.pk, "codex_sha256": sha256}
        return calls.call(function, {**payload, **asked})

    return authority.judged_again(call)


def _dealt(round_id: uuid.UUID, found: Mapping[str, Any]) -> Dealt:
    of = set_of(_round(round_id))
    return Dealt(
        exercise=of.exercise(found["exercise"]),
        answers=of.answers,
        done=found["done"],
        dealt=found["dealt"],
        choice=found.get("choice", ""),
        answer=found.get("answer", ""),
    )


def set_of(drill: DrillRound) -> ExerciseSet:
    """The exercises that the round was drawn from."""
    return exercises.of_content(drill.exercises.content)


def _round(round_id: uuid.UUID) -> DrillRound:
    found = DrillRound.objects.filter(id=round_id).select_related("exercises").first()
    if found is None:
        raise Refused(code="unknown_round", message="Øvelsesrunden findes ikke.")
    return found
