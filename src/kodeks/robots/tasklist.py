# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""People's task list: what robots could not do, and what becomes of it.

On it are held runs, background work that was given up, and the unfinished runs of robots that a
person has stopped. Somebody takes a task, and then lets the robot try again (`services.retry`) or
does the step by hand.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from kodeks.kernel import api as kernel
from kodeks.robots import (
    background,
    flows,
    hands,
    orders,
    queueing,
    results,
    services,
    subjects,
    visibility,
)
from kodeks.robots.contexts import context_of
from kodeks.robots.errors import BusinessError, NotHeld, NotReady, ResultRefused
from kodeks.robots.models import Closing, Failure, RobotState, Run, Status, StepRecord, Taking

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from kodeks.robots.hands import Facts

NOTE_PLACE = "robots_steprecord/note"
REST = "resten"
"""The step that a person records of a run whose flow this program does not know."""
LONGEST_NOTE = 2000
_NOT_READY = "Det, trinnet bygger på, er ikke færdigt endnu. Prøv igen om et øjeblik."
_NOT_KEPT = "Det, du har skrevet, kan ikke gemmes. Se efter, om der er et CPR-nummer i det."


def open_runs(user: kernel.User) -> QuerySet[Run]:
    """The runs on the person's task list, those that have waited longest first.

    Runs about what is all erased are not on it. `robot_state` is what the robot was told last.
    """
    found = visibility.visible(user).annotate(robot_state=orders.newest()).filter(_open())
    for kind in subjects.kinds():
        if kind.over is not None:
            found = found.exclude(subject_type=kind.type, subject_id__in=kind.over())
    return found.order_by("updated_at", "id")


def _open() -> Q:
    unfinished = Q(status__in=(Status.QUEUED, Status.WAITING))
    return Q(status=Status.HELD) | Q(unfinished, robot_state=RobotState.STOPPED)


def open_background() -> list[ProcrastinateJob]:
    """Background work that was given up and is wanted still, oldest first."""
    failed = ProcrastinateJob.objects.filter(task_name=queueing.BACKGROUND_TASK, status="failed")
    by_name: dict[str, list[ProcrastinateJob]] = {}
    for job in failed.order_by("id"):
        by_name.setdefault(job.args["name"], []).append(job)
    found = []
    for name, jobs in by_name.items():
        wanted = background.about(name).wanted([job.args["arguments"] for job in jobs])
        found += [job for job in jobs if job.args["arguments"] in wanted]
    return sorted(found, key=lambda job: job.id)


def next_step(run: Run) -> str:
    """The step that the run has come to; REST when this program does not know the flow."""
    step = _step(run)
    return step.name if step else REST


@transaction.atomic
def take(*, user: kernel.User, run: Run | None = None, job_id: int | None = None) -> Taking:
    """Write down that the person sees to a task; whoever did so last has it.

    Raises NotHeld when the task is not open any more, Refused when the person may not.
    """
    services.require_may_release(user, run=run)
    if run is not None:
        _locked(run)
    elif not _failed(job_id).exists():
        raise NotHeld
    return Taking.objects.create(
        run=run, job_id=job_id, user_id=str(user.pk), taken_at=timezone.now()
    )


def asked(run: Run) -> tuple[flows.Fact, ...]:
    """What a person must tell who does the step that the run has come to."""
    step = _step(run)
    return step.by_hand.facts if step and step.by_hand else ()


def done_by_hand(
    *, run: Run, step: str, note: str, user: kernel.User, facts: Facts | None = None
) -> Run:
    """A person did the step that the robot could not do; the run goes on with the next, or ends.

    It is recorded as the person's, with what they say they did, and never as the robot's act: the
    kernel enters in the ledger who did it and what came of it, which counts as rework. `step` is
    what the page showed, `facts` what the step asks for (`asked`): they become its result.

    Raises NotHeld when the run has moved since, FactsRefused when what was told cannot be used,
    Refused when the person may not, no note is given, it holds a CPR number, the matter is erased,
    what the step builds on is not ready, or its own work is refused.
    """
    services.require_may_release(user, run=run)
    text = _note(note)
    declared = _step(run)
    hand = declared.by_hand if declared and declared.name == step else None
    told = hands.checked(hand.facts, facts or {}) if hand else {}
    try:
        prepared = hand.prepare(_context(run)) if hand else None
        return _done(run, step=step, note=text, user=user, told=told, prepared=prepared)
    except BusinessError as error:
        raise kernel.Refused(code=error.code, message=error.message) from error
    except NotReady:
        raise kernel.Refused(code="not_ready", message=_NOT_READY) from None
    except ResultRefused:
        # Without the error itself, which is about what may not be kept.
        raise kernel.Refused(code="facts", message=_NOT_KEPT) from None


@transaction.atomic
def _done(run: Run, *, step: str, note: str, user: kernel.User, told: Facts, prepared: Any) -> Run:
    locked = _locked(run)
    if next_step(locked) != step:
        raise NotHeld
    subject = kernel.Subject(type=locked.subject_type, id=locked.subject_id)
    sealed = kernel.seal_note(
        subject=subject, place=NOTE_PLACE, row=f"{locked.id}:{step}", text=note
    )
    flow, declared = flows.find(locked.flow), _step(locked)
    version = flow.version if flow else locked.flow_version
    result: dict[str, Any] = {}
    if declared and declared.by_hand:
        context = replace(_context(locked), prepared=prepared)
        result = results.validate(declared.by_hand.record(context, told, user))
    StepRecord.objects.create(
        run=locked,
        step=step,
        result=result,
        done_by=str(user.pk),
        note=sealed,
        done_at=timezone.now(),
        flow_version=version,
    )
    services.record_help(
        decision_id=locked.decision_id,
        user=user,
        hand=kernel.Hand(run_id=locked.id, step=step, result=result),
    )
    locked.flow_version = max(version, locked.flow_version)
    locked.attempts = 0
    return _went_on(locked)


def note_of(record: StepRecord) -> str:
    """What the person wrote who did the step; "" when the matter is erased, or a robot did it."""
    if record.note is None:
        return ""
    subject = kernel.Subject(type=record.run.subject_type, id=record.run.subject_id)
    row = f"{record.run_id}:{record.step}"
    return (
        kernel.open_note(subject=subject, place=NOTE_PLACE, row=row, sealed=bytes(record.note))
        or ""
    )


@transaction.atomic
def close_background(*, job_id: int, user: kernel.User) -> Closing:
    """A person has seen to background work that was given up, or it is not needed: it ends.

    Raises NotHeld when there is no such failed job, Refused when the person may not.
    """
    services.require_may_release(user)
    job = _failed(job_id).select_for_update().first()
    if job is None:
        raise NotHeld
    closing = Closing.objects.create(
        job_id=job.id,
        task=job.args["name"],
        arguments=job.args["arguments"],
        user_id=str(user.pk),
        closed_at=timezone.now(),
    )
    queueing.remove(job_id=job.id)
    return closing


def record_given_up(
    *, job_id: int, task: str, error: str, technical: bool, reason: str, attempt: int
) -> Failure:
    """Write down why background work was given up: a class name or code, and perhaps a sentence."""
    return Failure.objects.create(
        job_id=job_id,
        step=task,
        error=error[:100],
        technical=technical,
        reason=services.without_numbers(reason),
        attempt=attempt,
        at=timezone.now(),
    )


def _step(run: Run) -> flows.Step | None:
    """The step that the run has come to, where this program knows the flow."""
    flow = flows.find(run.flow)
    if flow is None:
        return None
    done = run.step_records.values_list("step", flat=True)
    return next(iter(flow.left(set(done))), None)


def _context(run: Run) -> flows.StepContext:
    """The context of the step that the run has come to."""
    flow, step = flows.get(run.flow), _step(run)
    if step is None:
        raise NotHeld
    return context_of(run, flow, step, run.step_records.order_by("id"))


def _went_on(run: Run) -> Run:
    flow = flows.find(run.flow)
    done = set(run.step_records.values_list("step", flat=True))
    if flow is None or not flow.left(done):
        run.status, run.finished_at = Status.DONE, timezone.now()
        run.held_reason_code = run.held_reason = ""
    elif run.status == Status.HELD:
        return services.requeue(run=run)
    run.updated_at = timezone.now()
    run.save()
    return run


def _locked(run: Run) -> Run:
    """The run's row, locked. Raises NotHeld when it is on nobody's list any more."""
    found = Run.objects.annotate(robot_state=orders.newest()).select_for_update(of=("self",))
    locked = found.filter(_open(), pk=run.pk).first()
    if locked is None:
        raise NotHeld
    return locked


def _failed(job_id: int | None) -> QuerySet[ProcrastinateJob]:
    return ProcrastinateJob.objects.filter(
        id=job_id, task_name=queueing.BACKGROUND_TASK, status="failed"
    )


def _note(note: str) -> str:
    text = note.strip()
    if not text:
        raise kernel.Refused(code="note", message="Skriv, hvad du har gjort.")
    if len(text) > LONGEST_NOTE:
        raise kernel.Refused(
            code="note", message=f"Teksten må højst fylde {LONGEST_NOTE} tegn. Kort den af."
        )
    return text
