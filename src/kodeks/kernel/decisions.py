# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A person decides, on a recommendation or without one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Literal

from django.db import transaction

from kodeks.kernel import authority, calls, records, selectors, subjects
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import User
from kodeks.kernel.records import Decision
from kodeks.kernel.subjects import Scope, Subject
from kodeks.language import cpr

Choice = Literal["accept", "other", "reject"]


def decide(
    *,
    recommendation_id: uuid.UUID,
    user: User,
    choice: Choice,
    outcome: Mapping[str, Any],
    own_consideration: str,
) -> Decision:
    """A person decides on a recommendation; once per subject.

    Raises Refused when the person may not or is not trained, has written no consideration of their
    own, or the matter is decided already; SystemStopped when accepting what may not run.
    """
    found = selectors.recommendation(recommendation_id)
    if found is None:
        raise Refused(code="unknown_recommendation", message="Forslaget findes ikke.")
    return _decided(
        found.subject,
        user,
        About(system=found.system, scope=found.scope, with_ai=True),
        # What may not run may not be followed either; other choices are always open.
        found.purpose if choice == "accept" else "",
        {
            "recommendation_id": str(recommendation_id),
            "choice": choice,
            "outcome": outcome,
            "own_consideration": cpr.mask(own_consideration),
        },
    )


def decide_without_recommendation(
    *,
    system: str,
    purpose: str,
    subject: Subject,
    user: User,
    outcome: Mapping[str, Any],
    own_consideration: str,
    scope: Scope | None = None,
) -> Decision:
    """A person decides where no suggestion was shown, for example while the system is stopped."""
    where = scope or Scope()
    return _decided(
        subject,
        user,
        About(system=system, scope=where),
        "",
        {
            "system": system,
            "purpose": purpose,
            "subject": subject.as_json(),
            "scope": where.as_json(),
            "choice": "own",
            "outcome": outcome,
            "own_consideration": cpr.mask(own_consideration),
        },
    )


@transaction.atomic
def _decided(
    subject: Subject, user: User, about: About, following: str, payload: Mapping[str, Any]
) -> Decision:
    """`following` is the purpose that the system must be allowed to run for, or empty."""
    record_id = uuid.uuid4()
    parts = {"own_consideration": payload["own_consideration"]}
    # In one transaction with the decision: a key made for one that is refused goes again.
    key = subjects.key_to_seal(subject)

    def call() -> Any:
        sha256 = authority.require(user, "decide", about=about)
        if following:
            authority.require_run(system=about.system, phase="operation", purpose=following)
        return calls.call(
            "decide",
            {
                **payload,
                "id": str(record_id),
                "user_id": user.pk,
                "codex_sha256": sha256,
                "sealed": records.sealed(key, record_id=record_id, parts=parts),
            },
        )

    return selectors.decision(authority.judged_again(call))
