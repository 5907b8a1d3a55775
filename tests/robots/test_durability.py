# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Real worker processes that are killed, cut off and stopped."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from kodeks.robots import maintenance, overview, selectors
from kodeks.robots.models import Release, Run, Status, StepRecord

STEPS = 3


@pytest.fixture
def start_runs(robot: Any) -> Any:
    def start(number: int) -> list[Run]:
        robot.flow(*[lambda context: {}] * STEPS, name="durable")
        return [robot.start("durable") for _ in range(number)]

    return start


def _all_done_once(runs: list[Run]) -> None:
    assert selectors.counts()[Status.DONE] == len(runs)
    assert StepRecord.objects.count() == len(runs) * STEPS
    effects = Counter(Release.objects.values_list("run_id", "reason_code"))
    assert len(effects) == len(runs) * STEPS
    assert set(effects.values()) == {1}
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.slow
def test_no_step_is_lost_or_done_twice_when_workers_are_killed(
    worker_process: Any, start_runs: Any, wait_until: Any, tmp_path: Path
) -> None:
    chance = random.Random(7)
    outside = tmp_path / "outside.txt"
    options = {"steps": STEPS, "dead_after": 1.5, "outside": str(outside)}
    runs = start_runs(40)
    workers = [worker_process(**options), worker_process(**options)]
    for kill in range(5):
        before = StepRecord.objects.count()
        wait_until(lambda before=before: StepRecord.objects.count() >= min(before + 12, 115))
        time.sleep(chance.random() * 0.1)
        workers[kill % 2].send_signal(signal.SIGKILL)
        workers[kill % 2].wait()
        workers[kill % 2] = worker_process(**options)
    wait_until(lambda: selectors.counts()[Status.DONE] == len(runs))
    wait_until(lambda: not ProcrastinateJob.objects.exists())
    _all_done_once(runs)
    reached = Counter(outside.read_text(encoding="ascii").split())
    assert len(reached) == len(runs) * STEPS
    # Outside, a step in flight at a kill comes again, under the key it had before.
    assert reached.total() - len(reached) <= 5 * 2


@pytest.mark.slow
def test_jobs_of_a_killed_worker_are_taken_up_within_fifteen_seconds(
    worker_process: Any, start_runs: Any, wait_until: Any
) -> None:
    runs = start_runs(2)
    first = worker_process(steps=STEPS, seconds=3.0)
    wait_until(lambda: ProcrastinateJob.objects.filter(status="doing").count() == 2)
    time.sleep(0.5)
    (line,) = overview.workers()
    assert (line.alive, line.process) == (True, first.pid)
    assert {run_id for run_id, _ in line.jobs} == {run.id for run in runs}
    first.send_signal(signal.SIGKILL)
    killed = time.monotonic()
    worker_process(steps=STEPS, seconds=0.01)
    wait_until(lambda: selectors.counts()[Status.DONE] == 2, seconds=20)
    assert time.monotonic() - killed < maintenance.DEAD_AFTER_SECONDS + 7
    assert first.pid not in {line.process for line in overview.workers() if line.alive}
    wait_until(lambda: not ProcrastinateJob.objects.exists())
    _all_done_once(runs)


def test_a_signal_lets_the_step_end_and_the_run_go_on_later(
    worker_process: Any, start_runs: Any, wait_until: Any
) -> None:
    runs = start_runs(2)
    first = worker_process(steps=STEPS, seconds=0.5)
    wait_until(lambda: ProcrastinateJob.objects.filter(status="doing").count() == 2)
    first.send_signal(signal.SIGTERM)
    assert first.wait(timeout=10) == 0
    assert set(Run.objects.values_list("status", "attempts")) == {(Status.QUEUED, 0)}
    assert set(ProcrastinateJob.objects.values_list("status", flat=True)) == {"todo"}
    assert not ProcrastinateWorker.objects.exists()
    second = worker_process(steps=STEPS, seconds=0.01, stop_when_idle=True)
    assert second.wait(timeout=20) == 0
    _all_done_once(runs)


def test_a_worker_survives_that_the_database_cuts_it_off(
    worker_process: Any, start_runs: Any, wait_until: Any
) -> None:
    runs = start_runs(20)
    worker = worker_process(steps=STEPS, seconds=0.05, dead_after=2.0)
    for _ in range(3):
        before = StepRecord.objects.count()
        wait_until(lambda before=before: StepRecord.objects.count() >= min(before + 8, 55))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND usename = current_user"
            )
    wait_until(lambda: selectors.counts()[Status.DONE] == len(runs))
    wait_until(lambda: not ProcrastinateJob.objects.exists())
    assert worker.poll() is None
    _all_done_once(runs)
