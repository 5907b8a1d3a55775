# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The citizens' matters of all solutions (their modules `insight`, see kodeks.kernel.insight)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from kodeks.kernel import replaying
from kodeks.kernel.insight import Matter
from kodeks.kernel.models import User
from kodeks.kernel.replaying import Outcome, Replay
from kodeks.kernel.subjects import Subject
from kodeks.workbench import solutions


@dataclass(frozen=True, kw_only=True)
class Found:
    """A matter and the solution that knows its words."""

    matter: Matter
    solution: ModuleType

    def titles(self, values: Mapping[str, Any]) -> str:
        """The Danish names of a suggestion's or an outcome's values."""
        return ", ".join(self.title(str(value)) for value in values.values())

    def title(self, value: str) -> str:
        return str(self.solution.value_title(value))

    def replay(self, body: Mapping[str, Any]) -> Replay:
        """The suggestion of a recommendation's whole body, computed again by the solution."""
        again = getattr(self.solution, "again", None)
        if again is None:
            return Replay(outcome=Outcome.IMPOSSIBLE, reason="Systemet kan ikke regne det ud igen.")
        return replaying.replay(body=body, again=again)

    def for_staff(self, user: User | AnonymousUser) -> list[tuple[str, str]]:
        """Titles and addresses of the solution's own pages about the matter, for this person."""
        pages = getattr(self.solution, "for_staff", None)
        if pages is None or not isinstance(user, User):
            return []
        return list(pages(subject=self.matter.subject, user=user))


def by_case_number(number: str) -> Found | None:
    """The matter with that case number, in the first solution that knows it."""
    for solution in solutions.modules("insight"):
        matter = solution.find(case_number=number)
        if matter is not None:
            return Found(matter=matter, solution=solution)
    return None


def all_by_case_number(number: str) -> list[Found]:
    """The matter with that case number, and those of others that were laid on the same case."""
    first = by_case_number(number)
    found = [] if first is None else [first]
    for solution in solutions.modules("insight"):
        joined = getattr(solution, "joined", None)
        matters = [] if joined is None else joined(case_number=number)
        found += [Found(matter=matter, solution=solution) for matter in matters]
    return found


def by_subject(subject: Subject) -> Found | None:
    """The matter about the subject, in the first solution that knows it."""
    for solution in solutions.modules("insight"):
        matter = solution.matter(subject=subject)
        if matter is not None:
            return Found(matter=matter, solution=solution)
    return None


def found_or_404(subject: Subject) -> Found:
    """The matter about the subject. Raises Http404."""
    found = by_subject(subject)
    if found is None:
        raise Http404
    return found


def of_person(index: bytes) -> list[Matter]:
    """All matters of the person with this blind index, the newest first."""
    found = [
        matter
        for solution in solutions.modules("insight")
        for matter in solution.matters_of_person(index=index)
    ]
    return sorted(found, key=lambda matter: matter.received_on, reverse=True)
