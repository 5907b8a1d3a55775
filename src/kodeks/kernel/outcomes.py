# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What people decided in all matters of a system, as it stands: what a later model may learn.

Nothing sealed is opened. Who decided is not told; how they came to it is, as a decision that only
follows a suggestion says less than one that was made without it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q

from kodeks.kernel.models import Decision, FirstView, Reversal, User

How = Literal["followed", "same", "other", "own", "reversed"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What stands about a subject at a moment.

    `how`: the suggestion was followed after it was seen; it was the same as the person's own view,
    written before they saw it; something else was chosen; there was no suggestion; or what was
    decided first has been changed since. `id` is that of the decision or reversal that stands.
    """

    id: UUID
    subject_id: str
    outcome: Mapping[str, Any]
    how: How
    decided_at: dt.datetime
    """When it was decided first, whatever came later."""


def standing(*, system: str, until: dt.datetime, by: User | None = None) -> Iterator[Outcome]:
    """What stood at `until` of each matter that was decided before then, the oldest first.

    With `by` only where that person decided what stands.
    """
    changes = {
        decision: (number, outcome, user)
        for decision, number, outcome, user in Reversal.objects.filter(
            system_id=system, reversed_at__lt=until
        )
        .order_by("pending_id")
        .values_list("decision_id", "id", "body__outcome", "user_id")
    }
    views = dict(_views(system, by))
    found = Decision.objects.filter(system_id=system, decided_at__lt=until)
    if by is not None:
        changed = [decision for decision, (_, _, user) in changes.items() if user == by.pk]
        found = found.filter(Q(user=by) | Q(id__in=changed))
    rows = found.order_by("decided_at", "id").values_list(
        "id",
        "subject_id",
        "body__outcome",
        "choice",
        "decided_at",
        "recommendation_id",
        "user_id",
    )
    for number, subject, outcome, choice, at, recommendation, user in rows.iterator():
        how = _how(choice, agreed=views.get((recommendation, user), False))
        stands = changes.get(number)
        if stands is not None:
            number, outcome, user = stands
            how = "reversed"
        if by is not None and user != by.pk:
            continue
        yield Outcome(id=number, subject_id=subject, outcome=outcome, how=how, decided_at=at)


def _views(system: str, by: User | None) -> Iterator[tuple[tuple[UUID, int], bool]]:
    found = FirstView.objects.filter(recommendation__system_id=system)
    if by is not None:
        found = found.filter(user=by)
    for recommendation, user, agreed in found.values_list(
        "recommendation_id", "user_id", "agreed"
    ).iterator():
        yield (recommendation, user), agreed


def _how(choice: str, *, agreed: bool) -> How:
    if choice == "own":
        return "own"
    if choice != "accept":
        return "other"
    # Who followed a suggestion against their own first view was moved by it.
    return "same" if agreed else "followed"
