# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The room's verbs: start and release runs, record steps, queue background work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from kodeks.kernel import api as kernel
from kodeks.language.cpr import looks_like_cpr
from kodeks.robots import background, flows, queueing, results, visibility
from kodeks.robots.errors import FlowError, NotHeld
from kodeks.robots.models import Failure, Release, Run, Status, StepRecord

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID


REASON_HIDDEN = "Robotten kan ikke komme videre. Åbn sagen, og udfør trinnet selv."


@transaction.atomic
def start(
    *, flow: str, decision_id: UUID, subject_type: str, subject_id: str, unit: str = ""
) -> Run:
    """Start a robot's flow under a decision, and queue it when the caller's transaction commits.

    The same flow and decision give the run that was started first, with no second job. `unit` is
    the code of the unit whose people may help the run on; without one all units' may.

    Raises FlowError when no such flow is registered, or when the run that was started first is
    about another subject; ResultRefused when the subject's id looks like a CPR number.
    """
    known = flows.get(flow)
    results.validate({"subject_type": subject_type, "subject_id": subject_id})
    now = timezone.now()
    run = Run.objects.filter(flow__in=known.formerly, decision_id=decision_id).first()
    created = False
    if run is None:
        run, created = Run.objects.get_or_create(
            flow=known.name,
            decision_id=decision_id,
            defaults={
                "robot": known.robot,
                "subject_type": subject_type,
                "subject_id": subject_id,
                "unit": unit,
                "created_at": now,
                "updated_at": now,
            },
        )
    if (run.subject_type, run.subject_id) != (subject_type, subject_id):
        raise FlowError(f"run {run.id} of this decision is about another subject")
    if created:
        queueing.defer_run(run_id=run.id)
    return run


@transaction.atomic
def retry(*, run: Run, user: kernel.User) -> Run:
    """Release a held run after a person looked; steps already done are not done again.

    Raises NotHeld when the run is not held, Refused when the person may not release runs.
    """
    require_may_release(user, run=run)
    locked = Run.objects.select_for_update().get(pk=run.pk)
    if locked.status != Status.HELD:
        raise NotHeld
    Release.objects.create(
        run=locked,
        user_id=str(user.pk),
        reason_code=locked.held_reason_code,
        released_at=timezone.now(),
    )
    record_help(decision_id=locked.decision_id, user=user)
    locked.attempts = 0
    return requeue(run=locked)


@transaction.atomic
def retry_background(*, job_id: int, user: kernel.User) -> None:
    """Queue background work again that was given up (`tasklist.open_background`).

    Raises NotHeld when there is no such failed job, Refused when the person may not.
    """
    require_may_release(user)
    queueing.replace_failed_background(job_id=job_id)


def require_may_release(user: kernel.User, *, run: Run | None = None) -> None:
    """Raise Refused when the person may not help robots on, or not with a run they do not see."""
    if run is None:
        if kernel.roles_of(user) & (visibility.ALL_RUNS | {kernel.Role.CASEWORKER}):
            return
    elif visibility.visible(user).filter(pk=run.pk).exists():
        return
    raise kernel.Refused(
        code="access",
        message="Du har ikke ret til at sætte robotten i gang igen. Spørg systemets ejer.",
    )


def requeue(*, run: Run) -> Run:
    """Queue a run whose row the caller has locked in the present transaction."""
    run.status = Status.QUEUED
    run.held_reason_code = run.held_reason = ""
    run.stranded_since = None
    run.updated_at = timezone.now()
    run.save()
    queueing.defer_run(run_id=run.id)
    return run


def enqueue(*, task: str, arguments: Mapping[str, Any], key: str) -> bool:
    """Queue other background work in the caller's transaction; returns whether it was queued.

    `key` (an id of 1-200 signs) makes it idempotent: while a job of this task and key waits,
    nothing more is queued, and two jobs of one key never run at once. The function may be
    called again after a crash, so it must be idempotent itself.

    Raises FlowError when no function has the name `task` or the key is empty, ResultRefused
    when arguments or key hold more than ids.
    """
    background.get(task)
    if not key:
        raise FlowError("an empty key would make all jobs of the task the same")
    results.validate({"key": key})
    return queueing.defer_background_once(
        name=task, arguments=results.validate(arguments), lock=f"{task}:{key}"
    )


def record_act(
    *, decision_id: UUID, robot: str, run_id: UUID, step: str, result: Mapping[str, Any]
) -> UUID:
    """Record the step with the kernel, in the step's own transaction. Returns the act's id.

    Raises SystemStopped and Refused as `kodeks.kernel.api.act` does.
    """
    return kernel.act(decision_id=decision_id, robot=robot, run_id=run_id, step=step, result=result)


def require_may_act(*, decision_id: UUID) -> None:
    """The kernel refuses the act anyway; asking first keeps the step from reaching outside.

    Raises SystemStopped as `kodeks.kernel.api.require_may_act` does.
    """
    kernel.require_may_act(decision_id=decision_id)


def record_help(*, decision_id: UUID, user: kernel.User, hand: kernel.Hand | None = None) -> None:
    """Record with the kernel that a person helped the robot on: hours freed are counted from it.

    Who did a step says which and what came of it: the entry in the ledger stands for the act.
    """
    kernel.pass_milestone(
        milestone_id=uuid4(), decision_id=decision_id, what="retried", user=user, hand=hand
    )


def record_step(
    *, run: Run, step: str, result: Mapping[str, Any], act_id: UUID, flow_version: int
) -> StepRecord:
    """Write down that a step is done; the database refuses a second time, and any change."""
    return StepRecord.objects.create(
        run=run,
        step=step,
        result=dict(result),
        act_id=act_id,
        done_at=timezone.now(),
        flow_version=flow_version,
    )


def record_failure(
    *, run: Run, step: str, error: str, attempt: int, technical: bool = True, reason: str = ""
) -> Failure:
    """Write down that a try of a run's step failed: a class name or code, never a text of it."""
    return Failure.objects.create(
        run=run,
        step=step,
        error=error[:100],
        technical=technical,
        reason=reason,
        attempt=attempt,
        at=timezone.now(),
    )


def without_numbers(reason: str) -> str:
    """A sentence for people's list; a careless one must not put a citizen's number on it."""
    text = reason.strip()[:300]
    return REASON_HIDDEN if looks_like_cpr(text) else text


def stopped(*, decision_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of the decisions whose system may not run at this moment, for whatever reason."""
    systems = kernel.systems_of_decisions(list(decision_ids))
    halted = {system for system in set(systems.values()) if not kernel.may_run(system)}
    return frozenset(one for one, system in systems.items() if system in halted)
