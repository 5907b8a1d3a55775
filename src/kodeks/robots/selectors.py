# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Reading runs: for the pages and for monitoring."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Min, Q
from django.db.models.functions import Now
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from kodeks.robots import flows, maintenance, queueing
from kodeks.robots.models import Run, Status, StepRecord

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

STUCK_AFTER_SECONDS = 60.0


@dataclass(frozen=True)
class StepView:
    """A step on the page; `done_at` is None until it is done.

    `act_id` is the kernel's act when the robot did it; `record` is what was written down.
    """

    name: str
    title: str
    done_at: datetime.datetime | None
    act_id: UUID | None
    result: flows.Result
    record: StepRecord | None


@dataclass(frozen=True)
class RunDetail:
    """A run with its steps in the flow's order, recorded steps that the flow has lost first."""

    run: Run
    title: str
    status: str
    steps: tuple[StepView, ...]
    releases: int


@dataclass(frozen=True)
class Monitoring:
    """What operation should watch."""

    runs: dict[str, int]
    stuck: int
    workers: int
    """Workers with a heartbeat."""
    jobs_due: int
    """Jobs that could run now and do not."""
    oldest_unfinished: datetime.datetime | None
    background_failed: int


def runs(*, status: str | None = None) -> QuerySet[Run]:
    """Runs, newest first; all, or those of one status."""
    found = Run.objects.order_by("-created_at", "-id")
    return found if status is None else found.filter(status=status)


def run_for(*, flow: str, decision_id: UUID) -> Run | None:
    """The run of a flow under a decision, or None when it has not been started."""
    known = flows.find(flow)
    names = known.names if known else (flow,)
    return Run.objects.filter(flow__in=names, decision_id=decision_id).first()


def subjects_of(*, subject_type: str, runs: Collection[str]) -> dict[str, str]:
    """By run the subject that it is about, of those runs that are about one of the type."""
    found = Run.objects.filter(subject_type=subject_type, id__in=runs)
    return {str(run): subject for run, subject in found.values_list("id", "subject_id")}


def held() -> QuerySet[Run]:
    """Runs that wait for a person, longest first."""
    return Run.objects.filter(status=Status.HELD).order_by("updated_at", "id")


def stuck(*, seconds: float = STUCK_AFTER_SECONDS) -> QuerySet[Run]:
    """Runs that need somebody: held, or neither finished nor moved for some seconds.

    Runs that wait for a stopped system are as they should be, and not among them.
    """
    oldest = Now() - datetime.timedelta(seconds=seconds)
    still = Q(status__in=(Status.QUEUED, Status.RUNNING), updated_at__lt=oldest)
    return Run.objects.filter(Q(status=Status.HELD) | still).order_by("updated_at", "id")


def counts() -> dict[str, int]:
    """Number of runs by status; every status is there."""
    found = dict(Run.objects.values_list("status").annotate(number=Count("id")))
    return {status: found.get(status, 0) for status in Status.values}


def detail(run_id: UUID) -> RunDetail:
    """A run for its page. Raises Run.DoesNotExist."""
    run = Run.objects.get(pk=run_id)
    flow = flows.find(run.flow)
    records = {
        flow.present_name(record.step) if flow else record.step: record
        for record in run.step_records.order_by("id")
    }
    titles = {step.name: step.title for step in flow.steps} if flow else {}
    lost = [name for name in records if name not in titles]
    return RunDetail(
        run=run,
        title=flow.title if flow else run.flow,
        status=Status(run.status).label,
        steps=tuple(
            _step(name, titles.get(name, name), records.get(name)) for name in (*lost, *titles)
        ),
        releases=run.releases.count(),
    )


def _step(name: str, title: str, record: StepRecord | None) -> StepView:
    return StepView(
        name=name,
        title=title,
        done_at=record.done_at if record else None,
        act_id=record.act_id if record else None,
        result=record.result if record else {},
        record=record,
    )


def monitoring() -> Monitoring:
    """The numbers for operation, a handful of queries."""
    alive = Now() - datetime.timedelta(seconds=maintenance.DEAD_AFTER_SECONDS)
    unfinished = Run.objects.filter(status__in=(Status.QUEUED, Status.RUNNING))
    due = Q(scheduled_at__isnull=True) | Q(scheduled_at__lte=timezone.now())
    return Monitoring(
        runs=counts(),
        stuck=stuck().count(),
        workers=ProcrastinateWorker.objects.filter(last_heartbeat__gte=alive).count(),
        jobs_due=ProcrastinateJob.objects.filter(due, status="todo").count(),
        oldest_unfinished=unfinished.aggregate(oldest=Min("created_at"))["oldest"],
        background_failed=ProcrastinateJob.objects.filter(
            task_name=queueing.BACKGROUND_TASK, status="failed"
        ).count(),
    )
