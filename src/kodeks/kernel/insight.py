# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a citizen may see of a matter: built from the kernel's records and nothing else.

A solution below the workbench offers its matters in a module `insight` with four functions:

- `find(*, case_number: str) -> Matter | None`
- `matter(*, subject: Subject) -> Matter | None`
- `matters_of_person(*, index: bytes) -> list[Matter]`
- `value_title(value: str) -> str`: the Danish name of a suggested or decided value
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from kodeks.kernel import sealing, selectors
from kodeks.kernel.records import Act, Decision, Recommendation
from kodeks.kernel.selectors import SystemState
from kodeks.kernel.subjects import Subject


@dataclass(frozen=True, kw_only=True)
class LetterLink:
    """A letter of the case that the citizen may fetch."""

    document_id: str
    title: str
    date: dt.date


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One matter of a citizen, in a solution's words. Texts are Danish."""

    subject: Subject
    system: str
    title: str
    own_text: str
    received_on: dt.date
    case_number: str = ""
    department: str = ""
    answer_by: dt.date | None = None
    status: str = ""
    letters: Sequence[LetterLink] = field(default_factory=tuple)


@dataclass(frozen=True, kw_only=True)
class Insight:
    """The records about a subject. `body` of each is what its receipt proves."""

    system: SystemState
    recommendation: Recommendation | None
    decision: Decision | None
    acts: Sequence[Act]


def access_code(*, subject: Subject) -> str:
    """The code of the letter that opens the subject's insight page (see kernel.sealing)."""
    return sealing.access_code(purpose="insight", row=f"{subject.type}/{subject.id}")


def of(*, system: str, subject: Subject) -> Insight:
    """Everything the kernel knows about the subject. Raises System.DoesNotExist."""
    return Insight(
        system=selectors.system_state(system),
        recommendation=selectors.recommendation_for(system=system, subject=subject),
        decision=selectors.decision_for(system=system, subject=subject),
        acts=selectors.acts_about(system=system, subject=subject),
    )
