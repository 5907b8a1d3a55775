# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Exercises (`exercises.toml`): made-up cases with a made-up suggestion, which is wrong or right.

They measure whether a team catches what is wrong (kodeks.statistics.drills). A file is read as
strictly as a system card, and what could pass for a real case is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kodeks.codex.reader import SLUG, CardError, Reader
from kodeks.language import cpr

MARK = "Øvelse: "
"""What each title begins with, so that no exercise can be taken for a case."""
MOST = 500
_WHERE = "øvelserne"
_LONGEST = {"title": 120, "text": 4000, "why": 1000}
_LONGEST_REASON = 300
_MOST_REASONS = 6


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One made-up case. `suggestion` and `right` are codes among the file's answers."""

    id: str
    title: str
    text: str
    suggestion: str
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]
    right: str
    why: str
    """Why that is the right answer, in words that are shown when the person has answered."""

    @property
    def wrong(self) -> bool:
        """Whether the suggestion is wrong: then it should be caught, otherwise be followed."""
        return self.suggestion != self.right


@dataclass(frozen=True, kw_only=True)
class ExerciseSet:
    """All of one file; `answers` maps a code to its Danish title."""

    system: str
    answers: Mapping[str, str]
    exercises: tuple[Exercise, ...]

    @property
    def content(self) -> dict[str, Any]:
        """As JSON-ready data, exactly as it is registered."""
        return {
            "system": self.system,
            "answers": dict(self.answers),
            "exercises": [_as_json(one) for one in self.exercises],
        }

    def exercise(self, exercise_id: str) -> Exercise:
        """Raises KeyError for an unknown id."""
        for one in self.exercises:
            if one.id == exercise_id:
                return one
        raise KeyError(exercise_id)


def load(text: str) -> ExerciseSet:
    """Read a file of exercises from TOML text.

    Raises CardError, whose Danish text names the exercise and key that is missing or wrong.
    """
    reader = Reader.of_toml(text, where=_WHERE)
    system = reader.match("system", SLUG)
    titles = reader.table("answers")
    answers = titles.texts()
    for code in answers:
        if not SLUG.fullmatch(code):
            raise CardError(f"Svaret {code} må kun bestå af små bogstaver a-z, tal og understreg.")
    if len(answers) < 2:
        raise CardError("Der skal være mindst to svar under [answers].")
    exercises = tuple(_exercise(row, tuple(answers)) for row in reader.tables("exercise"))
    reader.finish()
    _check(exercises)
    return ExerciseSet(system=system, answers=answers, exercises=exercises)


def of_content(content: Mapping[str, Any]) -> ExerciseSet:
    """The set that was registered with this content."""
    return ExerciseSet(
        system=content["system"],
        answers=content["answers"],
        exercises=tuple(
            Exercise(
                **row | {name: tuple(row[name]) for name in ("reasons_for", "reasons_against")}
            )
            for row in content["exercises"]
        ),
    )


def _exercise(row: Reader, codes: Sequence[str]) -> Exercise:
    found = Exercise(
        id=row.match("id", SLUG),
        title=_short(row, "title"),
        text=_short(row, "text"),
        suggestion=row.choice("suggestion", codes),
        reasons_for=_reasons(row, "reasons_for"),
        reasons_against=_reasons(row, "reasons_against") if row.has("reasons_against") else (),
        right=row.choice("right", codes),
        why=_short(row, "why"),
    )
    row.finish()
    if not found.title.startswith(MARK):
        raise CardError(f"I {row.where} skal `title` begynde med »{MARK}«, så ingen tager fejl.")
    for text in (found.title, found.text, found.why, *found.reasons_for, *found.reasons_against):
        if cpr.find(text):
            raise CardError(f"I {row.where} står noget, der ligner et CPR-nummer. Fjern det.")
    return found


def _short(row: Reader, key: str) -> str:
    text = row.text(key)
    if len(text) > _LONGEST[key]:
        raise CardError(f"I {row.where} må `{key}` højst fylde {_LONGEST[key]} tegn.")
    return text


def _reasons(row: Reader, key: str) -> tuple[str, ...]:
    found = row.distinct(key)
    if len(found) > _MOST_REASONS or any(len(one) > _LONGEST_REASON for one in found):
        raise CardError(
            f"I {row.where} må `{key}` højst have {_MOST_REASONS} hensyn på hver højst "
            f"{_LONGEST_REASON} tegn."
        )
    return found


def _check(exercises: Sequence[Exercise]) -> None:
    if len(exercises) > MOST:
        raise CardError(f"Der må højst være {MOST} øvelser i filen. Del den i to.")
    for what, values in (
        ("id", [one.id for one in exercises]),
        ("tekst", [one.text for one in exercises]),
    ):
        for number, value in enumerate(values):
            if value in values[:number]:
                raise CardError(
                    f"Øvelserne {exercises[values.index(value)].id} og {exercises[number].id} har "
                    f"samme {what}. Ret den ene."
                )
    wrong = sum(one.wrong for one in exercises)
    if not 0 < wrong < len(exercises):
        raise CardError(
            "Nogle forslag skal være forkerte og andre rigtige. Ellers kan man bestå ved altid at "
            "svare det samme."
        )


def _as_json(exercise: Exercise) -> dict[str, Any]:
    row = asdict(exercise)
    return row | {name: list(row[name]) for name in ("reasons_for", "reasons_against")}
