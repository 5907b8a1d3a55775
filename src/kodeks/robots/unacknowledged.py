# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Jobs that ended here while the database was away.

procrastinate writes a job's end once. When the database restarts in that moment the job stays
"doing" under a worker that lives, so no heartbeat tells that it is over.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import structlog
from django.utils import timezone

if TYPE_CHECKING:
    from procrastinate.job_context import JobContext
    from procrastinate.middleware import AsyncCallNext
    from procrastinate.worker import Worker

log = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0


class Acknowledgements:
    """Follows one worker's jobs; used on its event loop only."""

    def __init__(self) -> None:
        self._running: set[int | None] = set()
        self._suspects: frozenset[int] = frozenset()
        self._looked = time.monotonic()

    async def follow(self, call_next: AsyncCallNext, context: JobContext, worker: Worker) -> Any:
        """procrastinate worker middleware: knows which jobs are being worked on."""
        self._running.add(context.job.id)
        try:
            return await call_next()
        finally:
            self._running.discard(context.job.id)

    async def release(self, worker: Worker) -> None:
        """Put jobs back in the queue that are "doing" here and were not at work at two looks."""
        if worker.worker_id is None or time.monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        manager = worker.app.job_manager
        jobs = await manager.list_jobs_async(status="doing", worker_id=worker.worker_id)
        idle = frozenset(job.id for job in jobs if job.id is not None) - self._running
        for job_id in idle & self._suspects:
            await manager.retry_job_by_id_async(job_id=job_id, retry_at=timezone.now())
            log.warning("job_without_an_end_released", job_id=job_id)
        self._suspects = idle - self._suspects
