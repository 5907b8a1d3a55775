# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""All robots and all workers at a glance, a handful of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Min, Q
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from kodeks.robots import background, maintenance, orders, queueing
from kodeks.robots.models import Failure, RobotState, Run, Status, WorkerPlace

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class RobotLine:
    """One robot: what it was told, and numbers of runs; `failures` counts tries."""

    robot: str
    state: RobotState
    queued: int
    running: int
    waiting: int
    held: int
    work: int
    """Pieces of background work that wait or are on their way."""
    done_today: int
    failures_today: int
    oldest_waiting: dt.datetime | None
    """When the oldest run began to exist that is not finished and not held."""


@dataclass(frozen=True, kw_only=True)
class WorkerLine:
    """One worker; `run_id` or `work` is what it does at this moment, if anything."""

    worker_id: int
    machine: str
    process: int | None
    beat_at: dt.datetime
    alive: bool
    jobs: tuple[tuple[UUID | None, str], ...]
    """What it does: a run's id and its flow's name, or None and the background work's title."""


def robots() -> list[RobotLine]:
    """All robots that have a flow here or ever had a run, by name."""
    told = orders.present()
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    unfinished = _by_robot(
        Run.objects.exclude(status=Status.DONE)
        .values("robot")
        .annotate(
            **{
                status.value: Count("id", filter=Q(status=status))
                for status in (Status.QUEUED, Status.RUNNING, Status.WAITING, Status.HELD)
            },
            oldest=Min("created_at", filter=~Q(status=Status.HELD)),
        )
    )
    done = _by_robot(
        Run.objects.filter(status=Status.DONE, updated_at__gte=midnight)
        .values("robot")
        .annotate(number=Count("id"))
    )
    failed = _by_robot(
        Failure.objects.filter(at__gte=midnight, run__isnull=False)
        .values("run__robot")
        .annotate(number=Count("id"))
    )
    work = _background()
    found = []
    for name in orders.known_robots():
        counts = unfinished.get(name, {})
        found.append(
            RobotLine(
                robot=name,
                state=RobotState(told[name].state) if name in told else RobotState.RUNNING,
                queued=counts.get(Status.QUEUED.value, 0),
                running=counts.get(Status.RUNNING.value, 0),
                waiting=counts.get(Status.WAITING.value, 0),
                held=counts.get(Status.HELD.value, 0),
                work=sum(work.get(one, 0) for one in background.work_of(name)),
                done_today=done.get(name, {}).get("number", 0),
                failures_today=failed.get(name, {}).get("number", 0),
                oldest_waiting=counts.get("oldest"),
            )
        )
    return found


def workers() -> list[WorkerLine]:
    """The workers that the database knows, those that beat last first."""
    alive = timezone.now() - dt.timedelta(seconds=maintenance.DEAD_AFTER_SECONDS)
    places = WorkerPlace.objects.in_bulk()
    doing: dict[int, list[ProcrastinateJob]] = {}
    for job in ProcrastinateJob.objects.filter(status="doing", worker__isnull=False):
        doing.setdefault(job.worker_id, []).append(job)
    runs = _flows([job for jobs in doing.values() for job in jobs])
    found = []
    for worker in ProcrastinateWorker.objects.order_by("-last_heartbeat"):
        place = places.get(worker.id)
        found.append(
            WorkerLine(
                worker_id=worker.id,
                machine=place.machine if place else "",
                process=place.process if place else None,
                beat_at=worker.last_heartbeat,
                alive=worker.last_heartbeat >= alive,
                jobs=tuple(_job(job, runs) for job in doing.get(worker.id, [])),
            )
        )
    return found


def _background() -> dict[str, int]:
    """How many pieces of each kind of background work are not done."""
    live = ProcrastinateJob.objects.filter(
        task_name=queueing.BACKGROUND_TASK, status__in=queueing.LIVE
    )
    return dict(live.values_list("args__name").annotate(number=Count("id")))


def _flows(jobs: list[ProcrastinateJob]) -> dict[str, Run]:
    ids = [job.args["run_id"] for job in jobs if job.task_name == queueing.RUN_TASK]
    return {str(run.id): run for run in Run.objects.filter(id__in=ids)}


def _job(job: ProcrastinateJob, runs: dict[str, Run]) -> tuple[UUID | None, str]:
    run = runs.get(str(job.args.get("run_id")))
    if run is not None:
        return (run.id, run.flow)
    return (None, background.about(str(job.args.get("name", ""))).title)


def _by_robot(rows: Any) -> dict[str, dict[str, Any]]:
    return {row.get("robot", row.get("run__robot")): row for row in rows}
