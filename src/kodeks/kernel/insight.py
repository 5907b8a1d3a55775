# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a citizen may see of a matter: built from the kernel's records and nothing else.

A solution below the workbench offers its matters in a module `insight` with these functions:

- `find(*, case_number: str) -> Matter | None`
- `matter(*, subject: Subject) -> Matter | None`
- `joined(*, case_number: str) -> list[Matter]`: perhaps, matters of others laid on the same case
- `matters_of_person(*, index: bytes) -> list[Matter]`
- `value_title(value: str) -> str`: the Danish name of a suggested or decided value
- `again(permit, data) -> Answer`: the same suggestion computed anew (see kodeks.kernel.replaying);
  without it no change is shown to have held
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from kodeks.kernel import sealing, selectors
from kodeks.kernel.models import LegalBasis
from kodeks.kernel.records import Act, Decision, Milestone, Recommendation, Reversal
from kodeks.kernel.selectors import SystemState
from kodeks.kernel.subjects import Scope, Subject


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
    scope: Scope = field(default_factory=Scope)
    """Where it belongs, and so who handles what is said to be wrong in it."""
    person: str = ""
    """Whose matter it is, for a letter; "" when nobody gave a name."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """Attribute -> group, as a release measures how it treats groups, for such matters as this."""


@dataclass(frozen=True, kw_only=True)
class Basis:
    """A rule of law as the codex of the day had it; `valid_to` is None when no end is known."""

    text: str
    source: str
    valid_from: dt.date
    valid_to: dt.date | None


@dataclass(frozen=True, kw_only=True)
class Insight:
    """The records about a subject. `body` of each is what its receipt proves."""

    system: SystemState
    recommendation: Recommendation | None
    decision: Decision | None
    reversals: Sequence[Reversal]
    """How the decision was changed later, the first first."""
    acts: Sequence[Act]
    attended: Sequence[Milestone]
    """That departments have dealt with what was urgent about it, the first first."""
    bases: Sequence[Basis]
    """What permitted the suggestion; without one, the work the person decided about."""


def access_code(*, subject: Subject) -> str:
    """The code of the letter that opens the subject's insight page (see kernel.sealing)."""
    return sealing.access_code(purpose="insight", row=f"{subject.type}/{subject.id}")


def of(*, system: str, subject: Subject) -> Insight:
    """Everything the kernel knows about the subject. Raises System.DoesNotExist."""
    recommendation = selectors.recommendation_for(system=system, subject=subject)
    decision = selectors.decision_for(system=system, subject=subject)
    return Insight(
        system=selectors.system_state(system),
        recommendation=recommendation,
        decision=decision,
        reversals=() if decision is None else selectors.reversals_of(decision.id),
        acts=selectors.acts_about(system=system, subject=subject),
        attended=() if decision is None else selectors.attended(decision.id),
        bases=_bases(recommendation, decision),
    )


def _bases(recommendation: Recommendation | None, decision: Decision | None) -> tuple[Basis, ...]:
    if recommendation is not None:
        return tuple(
            Basis(
                text=one["basis"],
                source=one["source"],
                valid_from=dt.date.fromisoformat(one["valid_from"]),
                valid_to=dt.date.fromisoformat(one["valid_to"]) if one["valid_to"] else None,
            )
            for one in recommendation.body["bases"]
        )
    if decision is None:
        return ()
    day = timezone.localdate(decision.decided_at)
    rows = LegalBasis.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day),
        codex__sha256=decision.body["codex"]["sha256"],
        system_slug=decision.system,
        phase="operation",
        purpose=decision.purpose,
        status="allowed",
        valid_from__lte=day,
    ).order_by("id")
    return tuple(
        Basis(text=row.basis, source=row.source, valid_from=row.valid_from, valid_to=row.valid_to)
        for row in rows
    )
