# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Exercises as tests need them: a set, a team, a round of it, and answers."""

from __future__ import annotations

import uuid
from typing import Any

from psycopg.types.json import Jsonb

from kodeks.codex import exercises
from kodeks.codex.exercises import ExerciseSet

ANSWERS = {"rotter": "Rotter", "stoej": "Støj"}
PERSONS = 3


def text(slug: str, *, wrong: int = 20, right: int = 7) -> str:
    """A file of exercises; every suggestion is `rotter`."""
    rows = [
        f"""
[[exercise]]
id = "oevelse_{number:02d}"
title = "Øvelse: Nr. {number}"
text = "Opdigtet sag nr. {number} fra Eksempelkøbing."
suggestion = "rotter"
reasons_for = ["Ordet gnaver"]
right = "{"stoej" if number < wrong else "rotter"}"
why = "Det er opdigtet."
"""
        for number in range(wrong + right)
    ]
    answers = "\n".join(f'{code} = "{title}"' for code, title in ANSWERS.items())
    return f'system = "{slug}"\n[answers]\n{answers}\n' + "".join(rows)


def registered(stage: Any, slug: str, **numbers: int) -> ExerciseSet:
    found = exercises.load(text(slug, **numbers))
    stage.as_owner("SELECT kernel.register_exercises(%s)", Jsonb(found.content))
    return found


def team(stage: Any, *, persons: int = PERSONS) -> tuple[str, list[int]]:
    """A unit of this test's own with trained caseworkers."""
    unit = f"enhed-{uuid.uuid4().hex[:8]}"
    people = []
    for _ in range(persons):
        number = stage.new_user()
        stage.as_owner("SELECT kernel.register_grant(%s, 'caseworker', %s, '', NULL)", number, unit)
        people.append(number)
    return unit, people


def everywhere(stage: Any) -> None:
    """At least as many with Sofie's right to all units as a round needs."""
    (found,) = stage.owner.execute(
        "SELECT count(*) FROM kernel_user AS u WHERE kernel.team_of(u.id) = ''"
        " AND kernel.trained(u.id, 'inquiries')"
    ).fetchone()
    for _ in range(PERSONS - found):
        stage.new_user(role="caseworker")


def opening(stage: Any, slug: str, unit: str, **changes: Any) -> dict[str, Any]:
    """A payload for kernel.open_drills that is in order, but for `changes`."""
    by = {"user_id": stage.user_id("merete"), "codex_sha256": stage.sha256}
    return {"system": slug, "team": unit, **by, **changes}


def opened(stage: Any, slug: str, unit: str) -> uuid.UUID:
    """A round of the team; one that is open is made old first."""
    with stage.rewriting("drillround"):
        stage.owner.execute(
            "UPDATE kernel_drillround SET opened_at = opened_at - interval '40 days'"
            " WHERE system_id = %s AND team = %s",
            (slug, unit),
        )
    payload = opening(stage, slug, unit)
    return stage.call("open_drills", payload) or stage.call("open_drills", payload)


def looking(stage: Any, round_id: uuid.UUID, who: int, **changes: Any) -> dict[str, Any]:
    """A payload for kernel.show_exercise that is in order, but for `changes`."""
    by = {"user_id": who, "codex_sha256": stage.sha256}
    return {"round_id": str(round_id), **by, **changes}


def answering(stage: Any, round_id: uuid.UUID, who: int, **changes: Any) -> dict[str, Any]:
    """A payload for kernel.answer_exercise to the person's next one; the suggestion is followed."""
    shown = stage.call("show_exercise", looking(stage, round_id, who))
    return {
        **looking(stage, round_id, who),
        "exercise": shown["exercise"],
        "choice": "follow",
        "answer": "rotter",
        "own_words": "Borgeren nævner rotter.",
    } | changes


OTHER = {"choice": "other", "answer": "stoej"}
REJECTED = {"choice": "reject", "answer": ""}


def dealt(stage: Any, round_id: uuid.UUID) -> list[tuple[str, bool, int]]:
    """Exercise, whether it is wrong, and whose it is, in the order of the draw."""
    return stage.owner.execute(
        "SELECT exercise, wrong, user_id FROM kernel_drilldeal WHERE round_id = %s ORDER BY place",
        (round_id,),
    ).fetchall()


def answered(stage: Any, round_id: uuid.UUID, *, caught: int, followed: int) -> None:
    """The whole round: so many of the wrong ones are caught and so many of the right followed."""
    left = {True: caught, False: followed}
    for exercise, wrong, who in dealt(stage, round_id):
        left[wrong] -= 1
        other = (left[wrong] >= 0) == wrong
        payload = answering(stage, round_id, who, **(OTHER if other else {}))
        assert payload["exercise"] == exercise
        stage.call("answer_exercise", payload)
