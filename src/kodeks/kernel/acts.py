# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A robot's steps, and a person's look at those that were drawn for it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from kodeks.kernel import authority, calls, models, permits, selectors
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import User
from kodeks.kernel.subjects import Scope
from kodeks.language import cpr


def act(
    *,
    decision_id: uuid.UUID,
    robot: str,
    run_id: uuid.UUID,
    step: str,
    result: Mapping[str, Any],
) -> uuid.UUID:
    """Record a robot's step under a decision, return its id; the same run and step give the first.

    `decision_id` may name a reversal of a decision: then the step follows from that.

    Raises Refused when there is no decision or the card does not allow the step, SystemStopped
    when the system may not run now.
    """
    found = selectors.cause_of(decision_id)
    if found is None:
        raise Refused(code="no_decision", message="Robotten må ikke handle uden en afgørelse.")
    system, purpose, cause = found
    return _acted(system, purpose, {cause: str(decision_id)} | _step(robot, run_id, step, result))


def require_may_act(*, decision_id: uuid.UUID) -> None:
    """Ask before a step reaches outside whether its system may run at this moment.

    What is done outside is not undone when `act` refuses it afterwards. One that names no decision
    is `act`'s to refuse. Raises SystemStopped.
    """
    found = selectors.cause_of(decision_id)
    if found is None:
        return
    system, purpose, _ = found

    def work(permit: permits.Permit) -> None:
        calls.call("require_permit", str(permit.id), savepoint=False)

    permits.under_permit(system=system, purpose=purpose, work=work)


def act_procedurally(
    *,
    recommendation_id: uuid.UUID,
    robot: str,
    run_id: uuid.UUID,
    step: str,
    result: Mapping[str, Any],
) -> uuid.UUID:
    """Record a step that the robot takes by itself, before a person has decided.

    Only reversible, rule-bound steps that card and legal basis allow; a share of them is drawn for
    review (`body["review"]`). Raises as `act` does.
    """
    found = models.Recommendation.objects.filter(id=recommendation_id).first()
    if found is None:
        raise Refused(code="unknown_recommendation", message="Forslaget findes ikke.")
    return _acted(
        found.system_id,
        found.purpose,
        {"recommendation_id": str(recommendation_id)} | _step(robot, run_id, step, result),
    )


def review(*, act_id: uuid.UUID, user: User, passed: bool, finding: str) -> None:
    """A person says what they found about an act that was drawn.

    Raises Refused when the person may not, the act was not drawn or has been looked at already.
    """
    row = models.Act.objects.select_related("recommendation").filter(id=act_id).first()
    scope = Scope() if row is None or row.recommendation is None else _scope(row.recommendation)
    about = About(system=row.system_id if row else "", scope=scope)

    def call() -> None:
        sha256 = authority.require(user, "review", about=about)
        calls.call(
            "review",
            {
                "act_id": str(act_id),
                "user_id": user.pk,
                "passed": passed,
                "finding": cpr.mask(finding),
                "codex_sha256": sha256,
            },
        )

    authority.judged_again(call)


def _acted(system: str, purpose: str, payload: Mapping[str, Any]) -> uuid.UUID:
    def work(permit: permits.Permit) -> uuid.UUID:
        act_id: uuid.UUID = calls.call(
            "act", {**payload, "permit_id": str(permit.id)}, savepoint=False
        )
        return act_id

    return permits.under_permit(system=system, purpose=purpose, work=work)


def _step(robot: str, run_id: uuid.UUID, step: str, result: Mapping[str, Any]) -> dict[str, Any]:
    return {"robot": robot, "run_id": str(run_id), "step": step, "result": result}


def _scope(found: models.Recommendation) -> Scope:
    return selectors.scope_of(found.body)
