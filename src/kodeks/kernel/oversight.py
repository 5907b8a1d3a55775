# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How a suggestion is put before a person: shown, after their own view, or not at all.

Of each system a share of the suggestions is drawn for blind-first, from a seed that the ledger
committed to beforehand (sql/oversight.sql). Source: cognitive forcing,
Buçinca et al. 2021; that the influence is measured at all, Green 2022, CJEU C-634/21.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.db import transaction

from kodeks.kernel import alarms, authority, calls, models, records, selectors, subjects
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import OversightPlan, User
from kodeks.kernel.records import FirstView, Recommendation
from kodeks.language import cpr

How = Literal["shown", "blind", "withheld"]


@dataclass(frozen=True, kw_only=True)
class Presentation:
    """How a recommendation is put before one person now."""

    how: How
    """`blind` until the person has written their own view, then `shown`."""
    why: str
    """Why, when it was issued: drawn, first_weeks, alarm, no_plan, no_seed, outside, uncertain."""
    offer: str
    """As the recommendation's own."""
    first_view: FirstView | None
    shown_at: dt.datetime | None
    """When the person first saw the suggestion."""


def presentation(recommendation: Recommendation, *, user: User) -> Presentation:
    """How the recommendation is to be put before the person; nothing is written down."""
    said = recommendation.body["presentation"]
    about = {"recommendation_id": recommendation.id, "user": user}
    view = models.FirstView.objects.filter(**about).first()
    seen = models.Viewing.objects.filter(**about).values_list("at", flat=True).first()
    how: How = said["how"]
    why = said["why"]
    if how == "shown" and alarms.is_open(recommendation.system, effect="blind_first"):
        how, why = "blind", "alarm"
    if how == "blind" and (view is not None or seen is not None):
        how = "shown"
    return Presentation(
        how=how,
        why=why,
        offer=recommendation.offer,
        first_view=None if view is None else records.first_view(view),
        shown_at=seen,
    )


def how_presented(recommendation_id: uuid.UUID) -> How:
    """How the recommendation was to be put before people when it was issued; an alarm since then
    does not change it. Raises models.Recommendation.DoesNotExist."""
    how: How = models.Recommendation.objects.values_list("body__presentation__how", flat=True).get(
        id=recommendation_id
    )
    return how


def is_blind_for_all(system: str) -> bool:
    """Whether an open alarm has everybody write down their own view first, also of suggestions that
    were issued to be shown."""
    return alarms.is_open(system, effect="blind_first")


def show(*, recommendation_id: uuid.UUID, user: User) -> dt.datetime:
    """The suggestion is being put before the person; returns when that was the first time.

    Raises Refused when the person may not use it, must write their own view first, or when it is
    withheld.
    """
    payload = {"recommendation_id": str(recommendation_id)}
    shown = _by_caseworker("show", _found(recommendation_id), user, payload)
    return dt.datetime.fromisoformat(str(shown))


@transaction.atomic
def state_own_view(
    *,
    recommendation_id: uuid.UUID,
    user: User,
    outcome: Mapping[str, Any],
    own_consideration: str,
) -> uuid.UUID:
    """The person writes down what they would decide, before they see the suggestion; once.

    Raises Refused when they may not, have seen it already or have written nothing of their own.
    """
    found = _found(recommendation_id)
    view_id = uuid.uuid4()
    masked = cpr.mask(own_consideration)
    key = subjects.key_to_seal(found.subject)
    payload = {
        "id": str(view_id),
        "recommendation_id": str(recommendation_id),
        "outcome": outcome,
        "own_consideration": masked,
        "sealed": records.sealed(key, record_id=view_id, parts={"own_consideration": masked}),
    }
    _by_caseworker("first_view", found, user, payload)
    return view_id


def oversee(
    *,
    system: str,
    user: User,
    blind_share: Decimal,
    least_confidence: Decimal,
    influence_limit: Decimal,
    fast_limit: Decimal,
    allowed_errors: Mapping[str, Decimal] | None = None,
) -> None:
    """The one who answers for the system makes a plan for its oversight; shares from 0 to 1.

    `allowed_errors` are 0.01 to 0.5 by the name of a part (see `promises`).

    Raises Refused when somebody else does, or when the codex asks for more.
    """

    def call() -> Any:
        sha256 = authority.require(user, "oversee", about=About(system=system))
        return calls.call(
            "oversee",
            {
                "system": system,
                "blind_share": _share(blind_share),
                "least_confidence": _share(least_confidence),
                "influence_limit": _share(influence_limit),
                "fast_limit": _share(fast_limit),
                "allowed_errors": [
                    {"part": part, "share": _share(error)}
                    for part, error in sorted((allowed_errors or {}).items())
                ],
                "user_id": user.pk,
                "codex_sha256": sha256,
            },
        )

    authority.judged_again(call)


def plan_of(system: str) -> OversightPlan | None:
    """The plan in force; without one the whole system is blind-first."""
    return (
        OversightPlan.objects.filter(system_id=system)
        .select_related("user")
        .order_by("-id")
        .first()
    )


def _found(recommendation_id: uuid.UUID) -> Recommendation:
    found = selectors.recommendation(recommendation_id)
    if found is None:
        raise Refused(code="unknown_recommendation", message="Forslaget findes ikke.")
    return found


def _by_caseworker(
    function: str, found: Recommendation, user: User, payload: Mapping[str, Any]
) -> Any:
    about = About(system=found.system, scope=found.scope, with_ai=True)

    def call() -> Any:
        sha256 = authority.require(user, "decide", about=about)
        return calls.call(function, {**payload, "user_id": user.pk, "codex_sha256": sha256})

    return authority.judged_again(call)


def _share(value: Decimal) -> str:
    return f"{value:.6f}"
