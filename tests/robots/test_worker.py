# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Workers in this process: what they run, how they wait, and when they stop."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from kodeks.kernel import api as kernel
from kodeks.kernel.errors import SystemStopped
from kodeks.kernel.models import User
from kodeks.robots import flows, maintenance, overview, selectors, services, tasklist, tasks
from kodeks.robots.errors import BusinessError, NotHeld
from kodeks.robots.models import Run, Status
from kodeks.robots.worker import run_worker

CPR = "010203-1234"


def _fine(context: flows.StepContext) -> dict[str, Any]:
    return {}


@pytest.fixture
def triage(robot: Any) -> Any:
    def register(function: Any) -> None:
        robot.monkeypatch.setitem(apps.get_app_config("robots").background, "triage", function)

    return register


def _work() -> None:
    run_worker(stop_when_idle=True)


@pytest.mark.django_db(transaction=True)
def test_a_worker_carries_out_runs_and_background_work_and_stops_when_idle(
    robot: Any, triage: Any
) -> None:
    seen: list[int] = []
    triage(lambda *, inquiry_id: seen.append(inquiry_id))
    robot.flow(_fine, _fine)
    with transaction.atomic():
        runs = [robot.start() for _ in range(5)]
        services.enqueue(task="triage", arguments={"inquiry_id": 4}, key="4")
    _work()
    assert selectors.counts()[Status.DONE] == len(runs)
    assert seen == [4]
    assert not ProcrastinateJob.objects.exists()
    assert not ProcrastinateWorker.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_a_person_decided_does_not_wait_behind_background_work(
    robot: Any, triage: Any
) -> None:
    decided, waited = threading.Event(), list[bool]()
    # Two jobs run at once. Would the run be taken last, both would wait here for it in vain.
    triage(lambda *, inquiry_id: waited.append(decided.wait(10)))

    def step(context: flows.StepContext) -> dict[str, Any]:
        decided.set()
        return {}

    robot.flow(step)
    for number in range(20):
        services.enqueue(task="triage", arguments={"inquiry_id": number}, key=str(number))
    robot.start()
    _work()
    assert waited == [True] * 20


@pytest.mark.django_db(transaction=True)
def test_the_overview_shows_where_a_worker_runs_and_what_it_does(
    robot: Any, wait_until: Any
) -> None:
    seen: list[overview.WorkerLine] = []

    def look(context: flows.StepContext) -> dict[str, Any]:
        # The worker writes its place beside its work.
        wait_until(lambda: any(line.machine for line in overview.workers()))
        seen.extend(overview.workers())
        return {}

    robot.flow(look)
    run = robot.start()
    _work()
    (line,) = seen
    assert (line.machine, line.process) == (socket.gethostname(), os.getpid())
    assert (line.alive, line.jobs) == (True, ((run.id, "test"),))
    (of_robot,) = [one for one in overview.robots() if one.robot == "test-robot"]
    assert (of_robot.done_today, of_robot.queued, of_robot.oldest_waiting) == (1, 0, None)


@pytest.mark.django_db(transaction=True)
def test_a_failed_step_is_tried_again_until_it_is_done(robot: Any, quick_retries: Any) -> None:
    failures = [OSError(CPR), OSError(CPR)]

    def sometimes(context: flows.StepContext) -> dict[str, Any]:
        if failures:
            raise failures.pop()
        return {}

    robot.flow(_fine, sometimes)
    run = robot.start()
    _work()
    run.refresh_from_db()
    assert run.status == Status.DONE
    assert robot.acts == ["step_1", "step_2"]


@pytest.mark.django_db(transaction=True)
def test_nothing_personal_reaches_the_log_or_the_queue(
    robot: Any, triage: Any, quick_retries: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def careless(*_: Any, **__: Any) -> dict[str, Any]:
        raise RuntimeError(f"citizen {CPR} said no")

    triage(careless)
    robot.flow(careless)
    with caplog.at_level(logging.DEBUG):
        run = robot.start()
        services.enqueue(task="triage", arguments={"inquiry_id": 4}, key="4")
        _work()
    run.refresh_from_db()
    assert run.status == Status.HELD
    assert "RuntimeError" in caplog.text
    assert CPR not in caplog.text
    assert not [record for record in caplog.records if CPR in str(record.__dict__)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(j::text, ' ') FROM procrastinate_jobs j")
        (rows,) = cursor.fetchone()
    assert "triage" in rows
    assert CPR not in rows


@pytest.mark.django_db(transaction=True)
def test_background_work_that_is_given_up_is_listed_and_can_be_queued_again(
    robot: Any, triage: Any, quick_retries: Any
) -> None:
    calls: list[int] = []

    def fails(*, inquiry_id: int) -> None:
        calls.append(inquiry_id)
        if len(calls) <= quick_retries.most_attempts:
            raise OSError

    triage(fails)
    services.enqueue(task="triage", arguments={"inquiry_id": 4}, key="4")
    _work()
    (failed,) = tasklist.open_background()
    assert failed.args == {"name": "triage", "arguments": {"inquiry_id": 4}}
    assert selectors.monitoring().background_failed == 1
    robot.monkeypatch.setattr(kernel, "roles_of", lambda user: frozenset({"system_owner"}))
    services.retry_background(job_id=failed.id, user=User(pk=7))
    _work()
    assert calls == [4] * (quick_retries.most_attempts + 1)
    assert tasklist.open_background() == []
    with pytest.raises(NotHeld):
        services.retry_background(job_id=failed.id, user=User(pk=7))


@pytest.mark.django_db(transaction=True)
def test_a_business_error_ends_background_work_at_once(triage: Any) -> None:
    calls: list[int] = []

    def refuses(*, inquiry_id: int) -> None:
        calls.append(inquiry_id)
        raise BusinessError("closed", "Sagen er lukket.")

    triage(refuses)
    services.enqueue(task="triage", arguments={"inquiry_id": 4}, key="4")
    _work()
    assert calls == [4]
    assert len(tasklist.open_background()) == 1


@pytest.mark.django_db(transaction=True)
def test_background_work_waits_for_a_stopped_system(robot: Any, triage: Any) -> None:
    calls: list[int] = []

    def stopped_at_first(*, inquiry_id: int) -> None:
        calls.append(inquiry_id)
        if len(calls) < 3:
            raise SystemStopped(code="stopped", message="Systemet er stoppet.")

    robot.monkeypatch.setattr(tasks, "STOPPED_SECONDS", 0.1)
    triage(stopped_at_first)
    services.enqueue(task="triage", arguments={"inquiry_id": 4}, key="4")
    _work()
    assert len(calls) == 3
    assert tasklist.open_background() == []


@pytest.mark.django_db(transaction=True)
def test_what_a_step_queues_is_part_of_the_steps_transaction(robot: Any, triage: Any) -> None:
    done: list[int] = []
    failures = [OSError()]
    triage(lambda *, number: done.append(number))

    def queues(context: flows.StepContext) -> dict[str, Any]:
        services.enqueue(task="triage", arguments={"number": len(failures)}, key=context.key)
        if failures:
            raise failures.pop()
        return {}

    robot.flow(queues)
    robot.start()
    _work()
    assert done == [0]


@pytest.mark.django_db(transaction=True)
def test_a_background_function_runs_beside_and_is_started_again(robot: Any) -> None:
    beats: list[threading.Event] = []
    robot.flow(lambda context: time.sleep(2.0) or {})
    robot.start()

    def sequencer(stop: threading.Event) -> None:
        beats.append(stop)
        if len(beats) == 1:
            raise OSError
        stop.wait(30)

    run_worker(background=[sequencer], stop_when_idle=True)
    assert len(beats) == 2
    assert beats[1].is_set()


@pytest.mark.django_db(transaction=True)
def test_waiting_runs_go_on_when_their_system_does(robot: Any) -> None:
    stopped = robot.stopped()
    robot.flow(_fine)
    runs = [robot.start() for _ in range(3)]
    stopped.update(run.decision_id for run in runs)
    _work()
    assert selectors.counts()[Status.WAITING] == 3
    assert not selectors.stuck(seconds=0).exists()
    stopped.discard(runs[0].decision_id)
    assert maintenance.resume_waiting() == 1
    assert maintenance.resume_waiting() == 0
    _work()
    assert selectors.counts()[Status.DONE] == 1
    stopped.clear()
    beat = threading.Event()
    thread = threading.Thread(target=maintenance.loop, args=(beat,))
    robot.monkeypatch.setattr(maintenance, "TICK_SECONDS", 0.05)
    thread.start()
    while selectors.counts()[Status.WAITING]:
        time.sleep(0.05)
    beat.set()
    thread.join()
    _work()
    assert selectors.counts()[Status.DONE] == 3


@pytest.mark.django_db
def test_a_run_that_has_lost_its_job_gets_a_new_one(robot: Any, jobs_of: Any) -> None:
    robot.flow(_fine)
    lost, kept = robot.start(), robot.start()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE lock = %s", [f"run:{lost.id}"])
        # now() stands still inside a test's transaction.
        cursor.execute("UPDATE robots_run SET updated_at = now() - interval '20 seconds'")
    assert maintenance.requeue_lost(lost_after=15.0) == 1
    assert jobs_of(lost) == ["todo"]
    assert jobs_of(kept) == ["todo"]
    assert maintenance.requeue_lost(lost_after=15.0) == 0


@pytest.mark.django_db
def test_only_jobs_of_workers_without_a_heartbeat_are_released(robot: Any, jobs_of: Any) -> None:
    robot.flow(_fine)
    runs = [robot.start() for _ in range(3)]
    with connection.cursor() as cursor:
        for run, age in zip(runs, ("20 seconds", "1 second", None), strict=True):
            worker_id = None
            if age:
                cursor.execute(
                    "INSERT INTO procrastinate_workers (last_heartbeat)"
                    " VALUES (now() - %s::interval) RETURNING id",
                    [age],
                )
                (worker_id,) = cursor.fetchone()
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE lock = %s",
                [worker_id, f"run:{run.id}"],
            )
    assert maintenance.release_stalled(dead_after=8.0) == 2
    assert [jobs_of(run) for run in runs] == [["todo"], ["doing"], ["todo"]]


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_end_was_never_written_is_released_by_its_worker(
    robot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from procrastinate.worker import Worker

    from kodeks.robots import unacknowledged

    persist = Worker._persist_job_status
    lost: list[Any] = []

    async def lose_the_first(self: Worker, **values: Any) -> None:
        if not lost:
            lost.append(values["job"].id)
            return
        await persist(self, **values)

    monkeypatch.setattr(Worker, "_persist_job_status", lose_the_first)
    monkeypatch.setattr(unacknowledged, "LOOK_SECONDS", 0.1)
    robot.flow(_fine)
    robot.start()
    _work()
    assert len(lost) == 1
    assert not ProcrastinateJob.objects.exists()
    assert Run.objects.get().status == Status.DONE


@pytest.mark.django_db
def test_the_detail_of_a_run_shows_titles_and_times(robot: Any) -> None:
    def refuse(context: flows.StepContext) -> dict[str, Any]:
        raise BusinessError("no_case", "Sagen findes ikke. Opret den.")

    robot.flow(_fine, refuse)
    run = robot.start()
    robot.execute(run)
    detail = selectors.detail(run.id)
    assert (detail.title, detail.status) == ("Prøve", "Venter på en medarbejder")
    assert [(step.title, step.done_at is not None) for step in detail.steps] == [
        ("Trin 1", True),
        ("Trin 2", False),
    ]
    assert list(selectors.held()) == [run] == list(selectors.stuck(seconds=60))
    assert list(selectors.runs(status=Status.HELD)) == [run]
    assert selectors.run_for(flow="test", decision_id=run.decision_id) == run
    robot.flow(refuse, name="other")
    robot.monkeypatch.setitem(apps.get_app_config("robots").flows, "test", flows.get("other"))
    assert [step.name for step in selectors.detail(run.id).steps] == ["step_1"]


@pytest.mark.django_db
def test_monitoring_counts_what_is_late(robot: Any) -> None:
    robot.flow(_fine)
    run = robot.start()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE robots_run SET updated_at = now() - interval '2 minutes'")
    found = selectors.monitoring()
    assert found.runs == {"queued": 1, "running": 0, "waiting": 0, "held": 0, "done": 0}
    assert (found.stuck, found.workers, found.jobs_due) == (1, 0, 1)
    assert found.oldest_unfinished == run.created_at
