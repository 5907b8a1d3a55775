# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What service and hours are counted from: write a time study, and what a person did afterwards."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from kodeks.kernel import authority, calls, models, records, selectors
from kodeks.kernel.authority import About
from kodeks.kernel.models import User
from kodeks.kernel.records import Milestone
from kodeks.language import cpr

What = Literal["answered", "attended", "retried"]
_CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class NewStudy:
    """What was measured of one piece of a robot's step, in minutes with two decimals.

    `mean` and `deviation` are those of `measured` pieces; `review` is what it takes a person to
    look at one act, `rework` to put one mistake right. `sha256` is of the document with the single
    measurements.
    """

    step: str
    measured: int
    mean: Decimal
    deviation: Decimal
    review: Decimal
    rework: Decimal
    first_day: dt.date
    last_day: dt.date
    measured_by: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Hand:
    """A robot's step that a person did: of which run, and what came of it (ids only)."""

    run_id: uuid.UUID
    step: str
    result: Mapping[str, Any]


def write_study(*, system: str, study: NewStudy, user: User) -> uuid.UUID:
    """Write a time study down; it counts for what is finished from now on. Returns its id.

    Only whoever answers for the system may. The same study again gives the first one's id. Raises
    Refused when the person may not or the numbers cannot be of a watch.
    """

    def call() -> uuid.UUID:
        # Whoever may confirm that they answer for the system answers for its numbers too.
        sha256 = authority.require(user, "attest", about=About(system=system))
        found = calls.call(
            "time_study",
            {
                "system": system,
                "step": study.step,
                "measured": study.measured,
                "mean": _text(study.mean),
                "deviation": _text(study.deviation),
                "review": _text(study.review),
                "rework": _text(study.rework),
                "first_day": study.first_day.isoformat(),
                "last_day": study.last_day.isoformat(),
                "measured_by": cpr.mask(study.measured_by),
                "sha256": study.sha256,
                "user_id": user.pk,
                "codex_sha256": sha256,
            },
        )
        return uuid.UUID(str(found))

    return authority.judged_again(call)


def pass_milestone(
    *,
    milestone_id: uuid.UUID,
    decision_id: uuid.UUID,
    what: What,
    user: User,
    hand: Hand | None = None,
    unit: str = "",
) -> Milestone:
    """Write down that the department answered the citizen, that a department dealt with what is
    urgent, or that a person helped the robot on. Returns what is written.

    `unit` is the code of the department that the case lies with; without it, an answer is that of
    the one that the robot forwarded to.

    Who did the robot's step in its place says which and what came of it (`hand`), once for a step.

    `decision_id` may name a reversal: what is written down belongs to the matter's decision.
    The same id changes nothing, nor does a second answer under the same decision, or that the same
    department dealt with it: the first is returned. The policies are not asked: no answer waits for
    a codex. Raises Refused when the person may not.
    """
    decision = selectors.first_decision(decision_id)
    number = calls.call(
        "milestone",
        {
            "id": str(milestone_id),
            "decision_id": str(decision.id if decision else decision_id),
            "what": what,
            "user_id": user.pk,
        }
        | ({"unit": unit} if unit else {})
        | _hand(hand),
    )
    return records.milestone(models.Milestone.objects.select_related("user").get(id=number))


def _hand(hand: Hand | None) -> dict[str, Any]:
    if hand is None:
        return {}
    return {
        "hand": {"run_id": str(hand.run_id), "step": hand.step, "result": dict(hand.result)},
    }


def _text(minutes: Decimal) -> str:
    return str(minutes.quantize(_CENT))
