# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What stands decided in many matters at once. Nothing that is sealed is opened.

`standing` is for a later model to learn from: not who decided, but how they came to it, as a
decision that only follows a suggestion says less than one that was made without it. `standings` is
for counting how matters are handled: who decided, and nothing of how.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q

from kodeks.kernel.models import Decision, FirstView, Reversal, User

How = Literal["followed", "same", "other", "own", "reversed"]
_TOGETHER = 1_000


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


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a decision, or the newest reversal of it, says; `by` is the number of who decided."""

    outcome: Mapping[str, Any]
    by: str


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


def standings(decision_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """What stands of each of the decisions that there are."""
    found: dict[UUID, Standing] = {}
    every = list(decision_ids)
    for start in range(0, len(every), _TOGETHER):
        some = every[start : start + _TOGETHER]
        decisions = Decision.objects.filter(id__in=some)
        changes = Reversal.objects.filter(decision_id__in=some).order_by("pending_id")
        for number, outcome, by in (
            *decisions.values_list("id", "body__outcome", "user_id"),
            # Later, so that the newest counts.
            *changes.values_list("decision_id", "body__outcome", "user_id"),
        ):
            found[number] = Standing(outcome=outcome, by=str(by))
    return found


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
