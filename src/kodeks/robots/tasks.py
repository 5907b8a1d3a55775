# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The two procrastinate tasks of this room: carry a run, and do background work.

Whatever goes wrong inside is turned into an exception of our own before procrastinate sees it,
because procrastinate logs an exception with its text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog
from procrastinate.contrib.django import app

from kodeks.kernel.api import Refused, SystemStopped, as_service
from kodeks.robots import background, engine, orders, queueing, tasklist
from kodeks.robots.errors import BusinessError
from kodeks.robots.retry import GivenUp, RetryLater, Strategy, policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from procrastinate.job_context import JobContext
    from procrastinate.jobs import Job

log = structlog.get_logger(__name__)

STOPPING = "stopping"
"""Name in a job's context of the function that tells whether the worker is stopping."""
STOPPED_SECONDS = 3.0
AT_REST_SECONDS = 10.0
"""Pause before work of a robot that a person has paused or stopped is looked at again."""
_DATABASE_SECONDS = 5.0
_SERVICE = "robots"
"""As what jobs see cases: each of them, as no person asks."""


def _never() -> bool:
    return False


@app.task(name=queueing.RUN_TASK, queue=queueing.QUEUE, pass_context=True, retry=Strategy())
def run_flow(context: JobContext, *, run_id: str) -> None:
    """Carry one run; see `engine.execute`."""
    stopping: Callable[[], bool] = context.additional_context.get(STOPPING, _never)
    failure = ""
    wait: float | None = None
    try:
        with as_service(_SERVICE):
            wait = engine.execute(
                run_id=UUID(run_id), interrupted=lambda: stopping() or context.should_abort()
            )
    except Exception as error:
        failure = type(error).__qualname__
    if failure:
        log.error("robot_run_unsettled", run_id=run_id, error=failure)
        raise RetryLater(reason=f"run {run_id}: {failure}", seconds=_DATABASE_SECONDS)
    if wait is not None:
        raise RetryLater(reason=f"run {run_id}", seconds=wait)


@app.task(name=queueing.BACKGROUND_TASK, queue=queueing.QUEUE, pass_context=True, retry=Strategy())
def run_background(context: JobContext, *, name: str, arguments: dict[str, Any]) -> None:
    """Call a registered function; try again on technical errors, wait while a system is stopped.

    Raises GivenUp after a refusal or the last try: the job then stays in the queue as failed.
    """
    job = context.job
    if job.attempts >= policy().most_attempts:
        raise GivenUp(f"{name}: tried {job.attempts} times")
    failure, final, stopped, reason = "", False, False, ""
    try:
        robot = background.about(name).robot
        if robot and orders.is_at_rest(robot):
            _queue_anew(job, name=name, arguments=arguments, seconds=AT_REST_SECONDS)
            return
        with as_service(_SERVICE):
            background.get(name)(**arguments)
    except SystemStopped:
        stopped = True
    except (Refused, BusinessError) as error:
        failure, final, reason = error.code, True, error.message
    except Exception as error:
        # Also when this worker does not know the work: a newer one may, in a rolling upgrade.
        failure = type(error).__qualname__
    if stopped:
        _queue_anew(job, name=name, arguments=arguments, seconds=STOPPED_SECONDS)
        return
    if not failure:
        return
    log.warning(
        "background_failed", task=name, error=failure, attempts=job.attempts + 1, final=final
    )
    if final or job.attempts + 1 >= policy().most_attempts:
        _record_given_up(job, name=name, error=failure, technical=not reason, reason=reason)
        raise GivenUp(f"{name}: {failure}")
    raise RetryLater(reason=f"{name}: {failure}", seconds=policy().wait(job.attempts + 1))


def _queue_anew(job: Job, *, name: str, arguments: dict[str, Any], seconds: float) -> None:
    """A fresh job: waiting for a stopped system or a robot at rest is no failed try."""
    queueing.defer_background(name=name, arguments=arguments, lock=str(job.lock), seconds=seconds)


def _record_given_up(job: Job, *, name: str, error: str, technical: bool, reason: str) -> None:
    away = ""
    try:
        tasklist.record_given_up(
            job_id=int(job.id or 0),
            task=name,
            error=error,
            technical=technical,
            reason=reason,
            attempt=job.attempts + 1,
        )
    except Exception as problem:
        away = type(problem).__qualname__
    if away:
        # The list then shows the work without its reason.
        log.error("background_failure_unrecorded", task=name, error=away)
