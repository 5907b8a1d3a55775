# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a flow wants to know of a step that a person does: declared with the step, asked on the
task list, and made into the same result as the robot's, so that the run goes on."""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from kodeks.kernel import api as kernel
from kodeks.language.cpr import looks_like_cpr

if TYPE_CHECKING:
    from kodeks.robots.flows import StepContext

LONGEST_NUMBER = 100
LONGEST_TEXT = 10_000
_NUMBER = re.compile(rf"[^\s\x00-\x1f]{{1,{LONGEST_NUMBER}}}")
_MOST_NUMBERS = 25
_OLDEST = dt.timedelta(days=366)
Facts = Mapping[str, str]


class Kind(enum.Enum):
    """What a fact is: a number that another system gives, several of them (one a line), a day until
    today (as 2026-12-31), or words of several lines."""

    NUMBER = "number"
    NUMBERS = "numbers"
    DAY = "day"
    TEXT = "text"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing that a person must tell. `title` and `helptext` are Danish."""

    name: str
    title: str
    helptext: str = ""
    kind: Kind = Kind.NUMBER
    required: bool = True


def _nothing(context: StepContext) -> None:
    """What is prepared for a step that needs nothing before its transaction."""


@dataclass(frozen=True, kw_only=True)
class Hand:
    """How a person does a step.

    `record(context, facts, user)` does the step's own work in the database with what the person
    tells, in the transaction of the step's record, and gives the result. It may be called again
    after a rollback. `prepare` is called before that transaction, as a step's.
    """

    facts: tuple[Fact, ...]
    record: Callable[[StepContext, Facts, kernel.User], dict[str, Any]]
    prepare: Callable[[StepContext], Any] = _nothing


class FactsRefused(kernel.Refused):
    """What a person told cannot be used: a Danish sentence for each fact, by its name."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(code="facts", message=" ".join(problems.values()))
        self.problems = dict(problems)


def checked(facts: Sequence[Fact], given: Facts) -> dict[str, str]:
    """The facts as they may be kept, without blanks around them; "" for one that is left out.

    Raises FactsRefused with all that is wrong.
    """
    found = {fact.name: given.get(fact.name, "").strip() for fact in facts}
    problems = {fact.name: _problem(fact, found[fact.name]) for fact in facts}
    wrong = {name: problem for name, problem in problems.items() if problem}
    if wrong:
        raise FactsRefused(wrong)
    return found


def missing(fact: Fact) -> str:
    """What is said of a fact that must be there and is not."""
    return f"Udfyld »{fact.title}«."


def lines(value: str) -> list[str]:
    """The single numbers of a fact that has several."""
    return [line.strip() for line in value.splitlines() if line.strip()]


def _problem(fact: Fact, value: str) -> str:
    if not value:
        return missing(fact) if fact.required else ""
    if looks_like_cpr(value):
        return f"»{fact.title}« ligner et CPR-nummer. Skriv det uden."
    return _CHECKS[fact.kind](fact.title, value)


def _number(title: str, value: str) -> str:
    if _NUMBER.fullmatch(value):
        return ""
    return f"»{title}« skal være ét nummer uden mellemrum og højst {LONGEST_NUMBER} tegn."


def _numbers(title: str, value: str) -> str:
    found = lines(value)
    if len(found) <= _MOST_NUMBERS and all(_NUMBER.fullmatch(one) for one in found):
        return ""
    return f"Skriv ét nummer på hver linje i »{title}«, højst {_MOST_NUMBERS}."


def _day(title: str, value: str) -> str:
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        return f"Skriv »{title}« som dag, måned og år."
    today = timezone.localdate()
    if not today - _OLDEST <= day <= today:
        return f"»{title}« skal være i dag eller før, og højst et år tilbage."
    return ""


def _text(title: str, value: str) -> str:
    if len(value) > LONGEST_TEXT:
        return f"»{title}« må højst fylde 10.000 tegn. Kort den af."
    if "\x00" in value:
        return f"»{title}« har tegn, der ikke kan gemmes. Skriv dem om."
    return ""


_CHECKS: Mapping[Kind, Callable[[str, str], str]] = {
    Kind.NUMBER: _number,
    Kind.NUMBERS: _numbers,
    Kind.DAY: _day,
    Kind.TEXT: _text,
}
