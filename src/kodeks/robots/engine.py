# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Carries a run through its steps.

Each step is one transaction that holds the step's own database work, the kernel's act and the
step's record, under a lock on the run's row. So a step is done wholly or not at all, whenever
the worker dies, and two workers that were handed the same run do not get in each other's way.
What must be committed by itself, a step does in its `prepare`, before that transaction.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from kodeks.kernel.api import Refused, SystemStopped
from kodeks.robots import flows, orders, results, services
from kodeks.robots.contexts import context_of
from kodeks.robots.errors import BusinessError, FlowError, NotReady, ResultRefused
from kodeks.robots.models import RobotState, Run, Status
from kodeks.robots.retry import policy

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from kodeks.robots.models import StepRecord

log = structlog.get_logger(__name__)

BUSY_SECONDS = 1.0
"""Pause before looking again at a run that another worker has locked."""


NOT_READY_FIRST, NOT_READY_LONGEST = 1.0, 15.0
"""Pauses in seconds before a step is asked again whether what it needs has come: half as long as it
has waited. A hundred runs that asked every second would keep the workers from all else."""
STRANGE_SECONDS = 5.0
"""Pause before looking again at a run that a newer worker may know."""


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
_NEWER_FLOW = _Reason(
    "newer_flow",
    "En nyere udgave af robotten er begyndt på opgaven. Bed driften opdatere alle arbejdere.",
)


class _Busy(Exception):
    """Another worker has the run's row."""


class _RobotAtRest(Exception):
    """A person has paused or stopped the robot."""


@dataclass(frozen=True)
class _Trouble:
    """Why a try ended. Holds a class name or a code, as an exception's text may be personal."""

    error: str
    held: _Reason | None = None
    technical: bool = True
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
        begun = _begin(run_id)
        if begun.wait is not None:
            return begun.wait
        place = begun.place
        while place is not None and not interrupted():
            place = _advance(place, _prepared(place))
        if place is None:
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
            held = _Reason(error.code, error.message)
            return _Trouble(error=error.code, held=held, technical=False)
        case ResultRefused():
            return _Trouble(error=type(error).__name__, held=_RESULT)
        case FlowError():
            return _Trouble(error=type(error).__name__, held=_UNKNOWN_FLOW)
    return _Trouble(error=type(error).__qualname__)


def _lock(run_id: UUID) -> Run:
    """The run's row, locked, with what its robot was told last."""
    found = Run.objects.annotate(robot_state=orders.newest())
    run = found.select_for_update(skip_locked=True, of=("self",)).filter(pk=run_id).first()
    if run is None:
        raise _Busy
    return run


def _require_at_work(state: str | None) -> None:
    if state in (RobotState.PAUSED, RobotState.STOPPED):
        raise _RobotAtRest


@dataclass(frozen=True)
class _Place:
    """How far a run has come, as it was when this worker had its row last."""

    run: Run
    records: list[StepRecord]


@dataclass(frozen=True)
class _Begun:
    """Where the try began, if it did; `wait` is the pause before another worker may be asked."""

    place: _Place | None = None
    wait: float | None = None


@transaction.atomic
def _begin(run_id: UUID) -> _Begun:
    """Count the try before it starts, so that a run that kills its worker is held in the end."""
    run = _lock(run_id)
    if run.status in (Status.DONE, Status.HELD):
        return _Begun()
    flow = flows.find(run.flow)
    if flow is None:
        return _leave(run, _UNKNOWN_FLOW)
    if run.flow_version > flow.version:
        return _leave(run, _NEWER_FLOW)
    if run.attempts >= policy().most_attempts:
        services.record_failure(
            run=run, step=_step_of(run), error="worker_lost", attempt=run.attempts
        )
        _hold(run, _TECHNICAL)
        return _Begun()
    run.status = Status.RUNNING
    run.attempts += 1
    run.stranded_since = None
    run.updated_at = timezone.now()
    run.save()
    return _Begun(place=_Place(run, list(run.step_records.order_by("id"))))


def _leave(run: Run, reason: _Reason) -> _Begun:
    """Leave the run for a worker that knows it; hold it when none has come for long.

    In a rolling upgrade old and new workers run at once, and a queue hands runs to both.
    """
    now = timezone.now()
    run.stranded_since = run.stranded_since or now
    if (now - run.stranded_since).total_seconds() >= policy().newer_worker:
        run.stranded_since = None
        _hold(run, reason)
        return _Begun()
    run.status = Status.QUEUED
    run.save()
    return _Begun(wait=STRANGE_SECONDS)


def _prepared(place: _Place) -> flows.StepContext | None:
    """The context of the first step that is not recorded, with what its `prepare` gave."""
    run, records = place.run, place.records
    flow = flows.get(run.flow)
    step = next(iter(flow.left([record.step for record in records])), None)
    if step is None:
        return None
    context = context_of(run, flow, step, records)
    if step.prepare is flows.nothing:
        return context
    # The order may have come since the row was locked, and what is prepared is not undone.
    _require_at_work(orders.state_of(run.robot))
    return replace(context, prepared=step.prepare(context))


@transaction.atomic
def _advance(place: _Place, context: flows.StepContext | None) -> _Place | None:
    """Do the first step that is not recorded. Returns None when there is no more to do."""
    run, records = _lock(place.run.pk), place.records
    if run.status != Status.RUNNING:
        return None
    if run.updated_at != place.run.updated_at:
        # Whoever records a step moves the run, so only then can there be others than those seen.
        records = list(run.step_records.order_by("id"))
    flow = flows.get(run.flow)
    left = flow.left([record.step for record in records])
    ours = run.flow_version <= flow.version
    if not ours or (left and (context is None or left[0].name != context.step)):
        raise _Busy  # another worker has come further since
    if left and context is not None:
        _require_at_work(run.robot_state)  # type: ignore[attr-defined]
        records = [*records, _perform(run, flow, left[0], context)]
        run.attempts = 1
    now = timezone.now()
    if len(left) <= 1:
        run.status, run.finished_at, run.attempts = Status.DONE, now, 0
    run.updated_at = now
    run.save()
    return _Place(run, records) if run.status == Status.RUNNING else None


def _perform(
    run: Run, flow: flows.Flow, step: flows.Step, context: flows.StepContext
) -> StepRecord:
    services.require_may_act(decision_id=run.decision_id)
    result = results.validate(step.run(context))
    act_id = services.record_act(
        decision_id=run.decision_id,
        robot=flow.robot,
        run_id=run.id,
        step=step.name,
        result=result,
    )
    run.flow_version = flow.version
    return services.record_step(
        run=run, step=step.name, result=result, act_id=act_id, flow_version=flow.version
    )


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
        waited = (run.updated_at - _last_done(run)).total_seconds()
        return min(NOT_READY_LONGEST, max(NOT_READY_FIRST, waited / 2))
    step = _step_of(run)
    _log(run, trouble, step)
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
    services.record_failure(
        run=run,
        step=step,
        error=trouble.error,
        technical=trouble.technical,
        reason="" if trouble.technical or held is None else _shown(held),
        attempt=run.attempts,
    )
    if held:
        _hold(run, held)
        return None
    run.status = Status.QUEUED
    run.save()
    return policy().wait(run.attempts)


def _last_done(run: Run) -> datetime.datetime:
    newest: datetime.datetime | None = run.step_records.aggregate(at=Max("done_at"))["at"]
    return newest or run.created_at


def _hold(run: Run, reason: _Reason) -> None:
    run.status = Status.HELD
    run.held_reason_code = reason.code[:60] or "business"
    run.held_reason = _shown(reason)
    run.updated_at = timezone.now()
    run.save()


def _shown(reason: _Reason) -> str:
    return services.without_numbers(reason.text) or services.REASON_HIDDEN


def _step_of(run: Run) -> str:
    """The step that the try was about; "" when all are done or the flow is unknown."""
    flow = flows.find(run.flow)
    done = set(run.step_records.values_list("step", flat=True))
    return next((step.name for step in flow.left(done)), "") if flow else ""


def _log(run: Run, trouble: _Trouble | None, step: str) -> None:
    if trouble is None:
        log.info("robot_run_interrupted", run_id=str(run.id), flow=run.flow)
        return
    log.warning(
        "robot_step_stopped",
        run_id=str(run.id),
        flow=run.flow,
        step=step,
        held=trouble.held is not None,
        error=trouble.error,
        attempts=run.attempts,
    )
