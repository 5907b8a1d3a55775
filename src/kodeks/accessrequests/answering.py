# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The answer to a request as it stands: the first, or that of a new round."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from kodeks.accessrequests import selectors
from kodeks.accessrequests.models import AccessRequest, Round
from kodeks.casework.models import Dispatch
from kodeks.casework.ports import UNREACHED
from kodeks.kernel import api as kernel
from kodeks.robots import selectors as robots
from kodeks.robots.errors import BusinessError
from kodeks.robots.flows import StepContext
from kodeks.robots.models import Run

FLOW = "accessrequests-answer"
AGAIN_FLOW = "accessrequests-answer-again"
SEND = "send"
_ERASED = "Anmodningens oplysninger er slettet. Robotten skal ikke gøre mere."


@dataclass(frozen=True, kw_only=True)
class Answering:
    """What the robot carries out; `round` is None for the first answer."""

    request: AccessRequest
    decided: kernel.Decision | kernel.Reversal
    round: Round | None


def of_run(context: StepContext) -> Answering:
    """Raises BusinessError when the request is erased."""
    request = selectors.request(uuid.UUID(context.subject_id))
    if request.erased_at is not None:
        raise BusinessError(code="erased", message=_ERASED)
    found = request.rounds.filter(reversal_id=context.decision_id).first()
    decided: kernel.Decision | kernel.Reversal
    if found is None:
        decided = kernel.decision(context.decision_id)
    else:
        decided = kernel.reversal(context.decision_id)
    return Answering(request=request, decided=decided, round=found)


def run_of(request: AccessRequest) -> Run | None:
    """The robot's newest run; None before the request is decided."""
    newest = request.rounds.exclude(reversal_id=None).last()
    if newest is not None and newest.reversal_id is not None:
        return robots.run_for(flow=AGAIN_FLOW, decision_id=newest.reversal_id)
    if request.decision_id is None:
        return None
    return robots.run_for(flow=FLOW, decision_id=request.decision_id)


def undelivered(request: AccessRequest) -> Dispatch | None:
    """The answer that no channel took, and which nobody has handed over."""
    if request.delivered_at is not None and selectors.open_round(request) is None:
        return None
    run = run_of(request)
    if run is None or selectors.is_undecided(request):
        return None
    return Dispatch.objects.filter(key=f"{run.id}:{SEND}", channel=UNREACHED).first()
