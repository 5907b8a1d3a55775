# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The watch that every worker keeps, so that no run is ever left lying.

Four duties: jobs of dead workers go back to the queue, runs that have lost their job get a new
one, runs that waited for a stopped system or robot go on when it is resumed, and work that comes by
the clock is queued.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import CharField, Exists, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast, Concat, Now
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException

from kodeks.robots import orders, queueing, schedules, services
from kodeks.robots.models import RobotState, Run, Status

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable
    from uuid import UUID

log = structlog.get_logger(__name__)

HEARTBEAT_SECONDS = 2.0
DEAD_AFTER_SECONDS = 8.0
"""Four missed heartbeats."""
LOST_AFTER_SECONDS = 15.0
"""A run that has not moved for so long and has no job has lost it."""
TICK_SECONDS = 1.0
_SLOW_DUTY_TICKS = 3
_MOST_AT_ONCE = 500
_LEADER_LOCK = 7_301_204_411
"""Key of the advisory lock: one worker at a time keeps the watch."""


def loop(stopped: threading.Event) -> None:
    """Keep the watch until `stopped`. Raises when the database goes away; start it again then."""
    tick = 0
    while not stopped.wait(TICK_SECONDS):
        resume_waiting()
        if tick % _SLOW_DUTY_TICKS == 0:
            release_stalled(dead_after=DEAD_AFTER_SECONDS)
            requeue_lost(lost_after=LOST_AFTER_SECONDS)
            schedules.fire_due()
        tick += 1


def release_stalled(*, dead_after: float) -> int:
    """Put the jobs of workers without a heartbeat (seconds) back in the queue; how many."""
    oldest = Now() - datetime.timedelta(seconds=dead_after)
    dead = Q(worker__isnull=True) | Q(worker__last_heartbeat__lt=oldest)
    released = 0
    with transaction.atomic():
        if not _leads():
            return 0
        stalled = ProcrastinateJob.objects.filter(dead, status="doing")
        for job_id in list(stalled.values_list("id", flat=True)[:_MOST_AT_ONCE]):
            released += _release(job_id)
    return released


def _release(job_id: int) -> int:
    try:
        with transaction.atomic():
            app.job_manager.retry_job_by_id(job_id=job_id, retry_at=timezone.now())
    except (ConnectorException, DatabaseError):
        # The worker was alive after all and finished its job between the two statements.
        return 0
    log.warning("job_of_dead_worker_released", job_id=job_id)
    return 1


def requeue_lost(*, lost_after: float) -> int:
    """Queue runs again that have not moved for some seconds and have no job; how many."""
    lock: Concat = Concat(
        Value(queueing.RUN_LOCK_PREFIX),
        Cast(OuterRef("pk"), output_field=CharField()),
        output_field=TextField(),
    )
    job = ProcrastinateJob.objects.filter(lock=lock, status__in=queueing.LIVE)
    lost = Run.objects.filter(
        ~Exists(job),
        status__in=(Status.QUEUED, Status.RUNNING),
        updated_at__lt=Now() - datetime.timedelta(seconds=lost_after),
    )
    ids = list(lost.values_list("id", flat=True)[:_MOST_AT_ONCE])
    return _requeue(ids, was=(Status.QUEUED, Status.RUNNING)) if ids else 0


def resume_waiting() -> int:
    """Queue the waiting runs whose system and robot run again; how many."""
    found = Run.objects.filter(status=Status.WAITING).annotate(robot_state=orders.newest())
    at_work = Q(robot_state=None) | Q(robot_state=RobotState.RUNNING)
    found = found.filter(at_work).order_by("updated_at")
    waiting = dict(found.values_list("id", "decision_id"))
    if not waiting:
        return 0
    stopped = services.stopped(decision_ids=list(waiting.values()))
    ids = [run_id for run_id, decision_id in waiting.items() if decision_id not in stopped]
    return _requeue(ids[:_MOST_AT_ONCE], was=(Status.WAITING,)) if ids else 0


@transaction.atomic
def _requeue(ids: Iterable[UUID], *, was: tuple[Status, ...]) -> int:
    if not _leads():
        return 0
    runs = Run.objects.select_for_update(skip_locked=True).filter(id__in=ids, status__in=was)
    return len([services.requeue(run=run) for run in runs])


def _leads() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LEADER_LOCK])
        return bool(cursor.fetchone()[0])
