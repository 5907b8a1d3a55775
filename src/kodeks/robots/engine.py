# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Carries a run through its steps.

Each step is one transaction that holds the step's own database work, the kernel's act and the
step's record, under a lock on the run's row. So a step is done wholly or not at all, whenever
the worker dies, and two workers that were handed the same run do not get in each other's way.
What must be committed by itself, a step does in its `prepare`, before that transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog
from django.db import transaction
from django.utils import timezone

from kodeks.kernel.api import Refused, SystemStopped
from kodeks.language.cpr import looks_like_cpr
from kodeks.robots import flows, orders, results, services
from kodeks.robots.errors import BusinessError, FlowError, NotReady, ResultRefused
from kodeks.robots.models import RobotState, Run, Status
from kodeks.robots.retry import policy

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from uuid import UUID

    from django.db.models import QuerySet

log = structlog.get_logger(__name__)

BUSY_SECONDS = 1.0
"""Pause before looking again at a run that another worker has locked."""


NOT_READY_SECONDS = 1.0
"""Pause before a step is asked again whether what it needs has come."""


@dataclass(frozen=True)
class _Reason:
    """Why a person must look; the text is what the caseworker reads."""

    code: str
    text: str


_TECHNICAL = _Reason(
    "technical",
    "Robotten har prøvet flere gange uden held. Bed driften se på fejlen, og prøv så igen.",
)
_RESULT = _Reason(
    "result_refused",
    "Robottens trin gav et svar, der ikke må gemmes. Bed driften rette robotten.",
)
_UNKNOWN_FLOW = _Reason(
    "unknown_flow", "Robotten findes ikke længere i systemet. Udfør opgaven selv."
)
_REASON_HIDDEN = "Robotten kan ikke komme videre. Åbn sagen, og udfør trinnet selv."


class _Busy(Exception):
    """Another worker has the run's row."""


class _RobotAtRest(Exception):
    """A person has paused or stopped the robot."""


@dataclass(frozen=True)
class _Trouble:
    """Why a try ended. Holds a class name or a code, as an exception's text may be personal."""

    error: str
    held: _Reason | None = None
    stopped: bool = False
    not_ready: bool = False


def execute(*, run_id: UUID, interrupted: Callable[[], bool] = lambda: False) -> float | None:
    """Carry the run as far as it goes.

    `interrupted` is asked between steps; when it says yes the run goes back to the queue.

    Returns None when this job has no more to do (the run is done, held or waiting), else the
    seconds after which to try again. Raises only when the database cannot be reached.
    """
    trouble: _Trouble | None = None
    try:
        going = _begin(run_id)
        while going and not interrupted():
            going = _advance(run_id, _prepared(run_id))
        if not going:
            return None
    except _Busy:
        return BUSY_SECONDS if Run.objects.filter(pk=run_id).exists() else None
    except Exception as error:
        trouble = _trouble_of(error)
    # Outside the except block, so that nothing below carries the first exception along.
    return _settle(run_id, trouble)


def _trouble_of(error: Exception) -> _Trouble:
    match error:
        case NotReady():
            return _Trouble(error="not_ready", not_ready=True)
        case SystemStopped() | _RobotAtRest():
            return _Trouble(error="stopped", stopped=True)
        case Refused() | BusinessError():
            return _Trouble(error=error.code, held=_Reason(error.code, error.message))
        case ResultRefused():
            return _Trouble(error=type(error).__name__, held=_RESULT)
        case FlowError():
            return _Trouble(error=type(error).__name__, held=_UNKNOWN_FLOW)
    return _Trouble(error=type(error).__qualname__)


def _lock(run_id: UUID) -> Run:
    """The run's row, locked, with what its robot was told last."""
    found = _with_order().select_for_update(skip_locked=True, of=("self",))
    run = found.filter(pk=run_id).first()
    if run is None:
        raise _Busy
    return run


def _with_order() -> QuerySet[Run]:
    return Run.objects.annotate(robot_state=orders.newest())


def _require_at_work(run: Run) -> None:
    if run.robot_state in (RobotState.PAUSED, RobotState.STOPPED):  # type: ignore[attr-defined]
        raise _RobotAtRest


@transaction.atomic
def _begin(run_id: UUID) -> bool:
    """Count the try before it starts, so that a run that kills its worker is held in the end."""
    run = _lock(run_id)
    if run.status in (Status.DONE, Status.HELD):
        return False
    if run.attempts >= policy().most_attempts:
        _hold(run, _TECHNICAL)
        return False
    run.status = Status.RUNNING
    run.attempts += 1
    run.updated_at = timezone.now()
    run.save()
    return True


def _prepared(run_id: UUID) -> flows.StepContext | None:
    """The context of the first step that is not recorded, with what its `prepare` gave."""
    run = _with_order().get(pk=run_id)
    flow = flows.get(run.flow)
    done = dict(run.step_records.order_by("id").values_list("step", "result"))
    step = next(iter(_left(flow, done)), None)
    if step is None:
        return None
    _require_at_work(run)
    context = flows.StepContext(
        run_id=run.id,
        step=step.name,
        key=f"{run.id}:{step.name}",
        subject_type=run.subject_type,
        subject_id=run.subject_id,
        decision_id=run.decision_id,
        results=done,
    )
    return replace(context, prepared=step.prepare(context))


def _left(flow: flows.Flow, done: Collection[str]) -> list[flows.Step]:
    return [step for step in flow.steps if step.name not in done]


@transaction.atomic
def _advance(run_id: UUID, context: flows.StepContext | None) -> bool:
    """Do the first step that is not recorded. Returns whether there is more to do."""
    run = _lock(run_id)
    if run.status != Status.RUNNING:
        return False
    flow = flows.get(run.flow)
    left = _left(flow, set(run.step_records.values_list("step", flat=True)))
    if left and (context is None or left[0].name != context.step):
        raise _Busy  # another worker has come further since
    if left and context is not None:
        _require_at_work(run)
        _perform(run, flow, left[0], context)
        run.attempts = 1
    now = timezone.now()
    if len(left) <= 1:
        run.status, run.finished_at, run.attempts = Status.DONE, now, 0
    run.updated_at = now
    run.save()
    return run.status == Status.RUNNING


def _perform(run: Run, flow: flows.Flow, step: flows.Step, context: flows.StepContext) -> None:
    # The kernel refuses the act anyway; asking first keeps the step from reaching outside.
    if services.stopped(decision_ids=[run.decision_id]):
        raise SystemStopped(code="stopped", message="Systemet er stoppet.")
    result = results.validate(step.run(context))
    act_id = services.record_act(
        decision_id=run.decision_id,
        robot=flow.robot,
        run_id=run.id,
        step=step.name,
        result=result,
    )
    services.record_step(run=run, step=step.name, result=result, act_id=act_id)


@transaction.atomic
def _settle(run_id: UUID, trouble: _Trouble | None) -> float | None:
    """Write down how the try ended; `trouble` is None when the worker is stopping."""
    run = Run.objects.select_for_update().get(pk=run_id)
    if run.status in (Status.DONE, Status.HELD):
        return None
    if run.status != Status.RUNNING:
        # The try never began.
        return policy().wait(1)
    if trouble is not None and trouble.not_ready:
        run.status, run.attempts = Status.QUEUED, run.attempts - 1
        run.updated_at = timezone.now()
        run.save()
        return NOT_READY_SECONDS
    _log(run, trouble)
    run.updated_at = timezone.now()
    if trouble is None:
        # A try that the worker broke off is not the run's fault.
        run.status, run.attempts = Status.QUEUED, run.attempts - 1
        run.save()
        return 0.0
    if trouble.stopped:
        run.status, run.attempts = Status.WAITING, 0
        run.save()
        return None
    held = trouble.held or (_TECHNICAL if run.attempts >= policy().most_attempts else None)
    if held:
        _hold(run, held)
        return None
    run.status = Status.QUEUED
    run.save()
    return policy().wait(run.attempts)


def _hold(run: Run, reason: _Reason) -> None:
    text = reason.text.strip()[:300]
    # A careless message must not put a citizen's number on the list of held runs.
    hidden = not text or looks_like_cpr(text)
    run.status = Status.HELD
    run.held_reason_code = reason.code[:60] or "business"
    run.held_reason = _REASON_HIDDEN if hidden else text
    run.updated_at = timezone.now()
    run.save()


def _log(run: Run, trouble: _Trouble | None) -> None:
    if trouble is None:
        log.info("robot_run_interrupted", run_id=str(run.id), flow=run.flow)
        return
    done = set(run.step_records.values_list("step", flat=True))
    known = flows.get(run.flow).steps if run.flow in flows.names() else ()
    step = next((one.name for one in known if one.name not in done), "")
    log.warning(
        "robot_step_stopped",
        run_id=str(run.id),
        flow=run.flow,
        step=step,
        held=trouble.held is not None,
        error=trouble.error,
        attempts=run.attempts,
    )
