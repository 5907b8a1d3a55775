# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Jobs put in the queue over Django's own connection, so in the caller's transaction.

Jobs are kept apart by procrastinate's `lock`, not by its `queueing_lock`: a job under a
queueing lock cannot be tried again while a second one waits, and would stay "doing" for ever.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from kodeks.robots import background
from kodeks.robots.errors import NotHeld

if TYPE_CHECKING:
    from uuid import UUID

QUEUE = "robots"
RUN_TASK = "robots.run"
BACKGROUND_TASK = "robots.background"
LIVE = ("todo", "doing")
RUN_LOCK_PREFIX = "run:"
# What a person has decided does not wait behind ten thousand inquiries read in from a file.
_RUN_PRIORITY = 1
# Long work, such as learning a model anew, does not keep a suggestion waiting.
_PATIENT_PRIORITY = -1


def defer_run(*, run_id: UUID) -> None:
    """Queue a run; the lock keeps two jobs of one run from being worked on at once."""
    job = app.configure_task(
        RUN_TASK, queue=QUEUE, lock=f"{RUN_LOCK_PREFIX}{run_id}", priority=_RUN_PRIORITY
    )
    job.defer(run_id=str(run_id))


def defer_background(
    *, name: str, arguments: dict[str, Any], lock: str, seconds: float = 0.0
) -> None:
    """Queue a background job, also when one with the same lock waits already."""
    at = timezone.now() + datetime.timedelta(seconds=seconds) if seconds else None
    priority = _PATIENT_PRIORITY if background.about(name).patient else 0
    job = app.configure_task(
        BACKGROUND_TASK, queue=QUEUE, lock=lock, schedule_at=at, priority=priority
    )
    job.defer(name=name, arguments=arguments)


def defer_background_once(*, name: str, arguments: dict[str, Any], lock: str) -> bool:
    """Queue a background job unless one with the same lock waits. Returns whether it did."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Held until the caller commits: another caller with the same key then sees our job.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
        if ProcrastinateJob.objects.filter(lock=lock, status="todo").exists():
            return False
        defer_background(name=name, arguments=arguments, lock=lock)
    return True


def replace_failed_background(*, job_id: int) -> None:
    """Put a new job in the place of a failed one, inside the caller's transaction.

    A new job, because tries are counted on the job. Raises NotHeld when there is none.
    """
    found = ProcrastinateJob.objects.select_for_update().filter(
        id=job_id, task_name=BACKGROUND_TASK, status="failed"
    )
    failed = found.first()
    if failed is None:
        raise NotHeld
    remove(job_id=job_id)
    defer_background(
        name=failed.args["name"], arguments=failed.args["arguments"], lock=str(failed.lock)
    )


def remove(*, job_id: int) -> None:
    """Take a failed job away, for which procrastinate has no verb."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job_id])
