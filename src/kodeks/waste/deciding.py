# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a planner decides about a bin that they were asked about."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from kodeks.kernel import api as kernel
from kodeks.waste import noticing
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.notices.rules import LABELS
from kodeks.waste.models import Notice

_DECIDED = "Det er besluttet allerede. Se beslutningen på siden."


@transaction.atomic
def decide(
    *,
    notice_id: uuid.UUID,
    user: kernel.User,
    label: str,
    own_consideration: str,
    with_proposal: bool,
) -> kernel.Decision:
    """Decide one of LABELS; `with_proposal` says that the proposal was in front of the person.

    Raises WasteError, kernel Refused or SystemStopped.
    """
    found = _open(notice_id)
    outcome = _outcome(label)
    recommendation = proposal_of(found) if with_proposal else None
    if recommendation is None:
        decision = kernel.decide_without_recommendation(
            system=noticing.SYSTEM,
            purpose=noticing.PURPOSE,
            subject=noticing.subject_of(found.id),
            user=user,
            outcome=outcome,
            own_consideration=own_consideration,
            scope=noticing.scope(),
        )
    else:
        decision = kernel.decide(
            recommendation_id=recommendation.id,
            user=user,
            choice="accept" if outcome == recommendation.suggestion else "other",
            outcome=outcome,
            own_consideration=own_consideration,
        )
    found.decision_id = decision.id
    found.ended_at = timezone.now()
    found.save(update_fields=["decision_id", "ended_at"])
    return decision


@transaction.atomic
def state_own_view(
    *, notice_id: uuid.UUID, user: kernel.User, label: str, own_consideration: str
) -> None:
    """Write down what they would decide before they see the proposal.

    Raises WasteError, kernel Refused.
    """
    found = _open(notice_id)
    if found.recommendation_id is None:
        raise WasteError("Der er intet forslag at se. Beslut selv.")
    kernel.state_own_view(
        recommendation_id=found.recommendation_id,
        user=user,
        outcome=_outcome(label),
        own_consideration=own_consideration,
    )


def proposal_of(found: Notice) -> kernel.Recommendation | None:
    if found.recommendation_id is None:
        return None
    return kernel.recommendation(found.recommendation_id)


def same(suggested: dict[str, Any], chosen: dict[str, Any]) -> bool:
    """Whether a person did what was proposed, in the figures of oversight."""
    return bool(suggested["label"] == chosen["label"])


def _open(notice_id: uuid.UUID) -> Notice:
    """Held, so that two people do not decide the same. What is over by itself can be decided: who
    had the page open meant it."""
    found = Notice.objects.select_for_update().get(id=notice_id)
    if found.decision_id is not None:
        raise WasteError(_DECIDED)
    return found


def _outcome(label: str) -> dict[str, Any]:
    if label not in LABELS:
        raise WasteError("Vælg, hvad der skal ske.")
    return {"label": label}
