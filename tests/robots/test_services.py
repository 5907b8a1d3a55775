# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from kodeks.kernel import api as kernel
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import User
from kodeks.robots import flows, services
from kodeks.robots.errors import BusinessError, FlowError, NotHeld, ResultRefused
from kodeks.robots.models import Release, Run, Status

JobsOf = Any


def _fine(context: flows.StepContext) -> dict[str, Any]:
    return {}


def _held_run(robot: Any) -> Run:
    def refuse(context: flows.StepContext) -> dict[str, Any]:
        if not Release.objects.filter(run_id=context.run_id).exists():
            raise BusinessError("no_case", "Sagen findes ikke. Opret den.")
        return {}

    robot.flow(_fine, refuse)
    run = robot.start()
    robot.execute(run)
    assert run.status == Status.HELD
    return run


@pytest.mark.django_db
def test_starting_queues_one_job_with_ids_only(robot: Any, jobs_of: JobsOf) -> None:
    robot.flow(_fine)
    run = robot.start()
    assert (run.status, run.robot) == (Status.QUEUED, "test-robot")
    assert jobs_of(run) == ["todo"]
    job = ProcrastinateJob.objects.get(lock=f"run:{run.id}")
    assert job.args == {"run_id": str(run.id)}


@pytest.mark.django_db
def test_starting_twice_under_a_decision_gives_the_first_run(robot: Any, jobs_of: JobsOf) -> None:
    robot.flow(_fine)
    about = {"decision_id": uuid.uuid4(), "subject_type": "inquiry", "subject_id": "17"}
    first = services.start(flow="test", **about)
    assert services.start(flow="test", **about) == first
    assert jobs_of(first) == ["todo"]
    with pytest.raises(FlowError, match="another subject"):
        services.start(flow="test", **about | {"subject_id": "18"})


@pytest.mark.django_db
def test_the_database_itself_refuses_a_second_run(robot: Any) -> None:
    robot.flow(_fine)
    run = robot.start()
    again = Run(
        flow=run.flow,
        robot=run.robot,
        subject_type="inquiry",
        subject_id="17",
        decision_id=run.decision_id,
        created_at=run.created_at,
        updated_at=run.updated_at,
    )
    with pytest.raises(IntegrityError, match="robots_run_once"), transaction.atomic():
        again.save()


@pytest.mark.django_db
def test_an_unknown_flow_or_a_cpr_number_as_subject_is_refused(robot: Any) -> None:
    robot.flow(_fine)
    with pytest.raises(FlowError):
        robot.start("nothing")
    with pytest.raises(ResultRefused):
        services.start(
            flow="test",
            decision_id=uuid.uuid4(),
            subject_type="citizen",
            subject_id="0102031234",
        )
    assert not Run.objects.exists()


@pytest.mark.django_db
def test_a_transaction_that_is_rolled_back_leaves_neither_run_nor_job(robot: Any) -> None:
    robot.flow(_fine)
    robot.monkeypatch.setitem(apps.get_app_config("robots").background, "triage", print)

    def caller() -> None:
        with transaction.atomic():
            robot.start()
            services.enqueue(task="triage", arguments={"id": 1}, key="1")
            assert ProcrastinateJob.objects.count() == 2
            raise InterruptedError

    with pytest.raises(InterruptedError):
        caller()
    assert not Run.objects.exists()
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_callers_at_the_same_time_get_the_same_run(robot: Any, jobs_of: JobsOf) -> None:
    robot.flow(_fine)
    robot.monkeypatch.setitem(apps.get_app_config("robots").background, "triage", print)
    decision_id = uuid.uuid4()
    together = threading.Barrier(6)
    runs: list[Run] = []
    queued: list[bool] = []

    def work() -> None:
        together.wait()
        runs.append(
            services.start(
                flow="test", decision_id=decision_id, subject_type="inquiry", subject_id="1"
            )
        )
        queued.append(services.enqueue(task="triage", arguments={"id": 1}, key="1"))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(runs) == 6
    assert len({run.id for run in runs}) == 1
    assert jobs_of(runs[0]) == ["todo"]
    assert sorted(queued) == [False] * 5 + [True]


@pytest.mark.django_db
def test_a_released_run_goes_on_and_the_release_is_written_down(robot: Any) -> None:
    run = _held_run(robot)
    robot.monkeypatch.setattr(kernel, "roles_of", lambda user: frozenset({"caseworker"}))
    services.retry(run=run, user=User(pk=7))
    run.refresh_from_db()
    assert (run.status, run.held_reason_code, run.attempts) == (Status.QUEUED, "", 0)
    release = run.releases.get()
    assert (release.user_id, release.reason_code) == ("7", "no_case")
    assert robot.helped == [run.decision_id]
    robot.execute(run)
    assert run.status == Status.DONE
    assert robot.acts == ["step_1", "step_2"]
    with pytest.raises(NotHeld, match="Genindlæs"):
        services.retry(run=run, user=User(pk=7))


@pytest.mark.django_db
@pytest.mark.parametrize("roles", [frozenset(), frozenset({"citizen"})])
def test_only_staff_may_release_a_run(robot: Any, roles: frozenset[str]) -> None:
    run = _held_run(robot)
    robot.monkeypatch.setattr(kernel, "roles_of", lambda user: roles)
    with pytest.raises(Refused, match="Spørg systemets ejer"):
        services.retry(run=run, user=User(pk=7))
    assert robot.helped == []
    run.refresh_from_db()
    assert run.status == Status.HELD


@pytest.mark.django_db
def test_somebody_not_signed_in_may_not_release_a_run(robot: Any) -> None:
    run = _held_run(robot)
    with pytest.raises(Refused):
        services.retry(run=run, user=AnonymousUser())


@pytest.mark.django_db
def test_background_work_waits_once_per_key(robot: Any) -> None:
    robot.monkeypatch.setitem(apps.get_app_config("robots").background, "triage", print)
    assert services.enqueue(task="triage", arguments={"inquiry_id": 4}, key="4")
    assert not services.enqueue(task="triage", arguments={"inquiry_id": 4}, key="4")
    assert services.enqueue(task="triage", arguments={"inquiry_id": 5}, key="5")
    job = ProcrastinateJob.objects.get(lock="triage:4")
    assert job.args == {"name": "triage", "arguments": {"inquiry_id": 4}}


@pytest.mark.django_db
def test_background_work_takes_ids_only(robot: Any) -> None:
    robot.monkeypatch.setitem(apps.get_app_config("robots").background, "triage", print)
    for arguments, key in (
        ({"text": "010203-1234"}, "1"),
        ({"texts": ["a"]}, "1"),
        ({"id": 1}, "010203-1234"),
    ):
        with pytest.raises(ResultRefused):
            services.enqueue(task="triage", arguments=arguments, key=key)
    with pytest.raises(FlowError):
        services.enqueue(task="triage", arguments={}, key="")
    with pytest.raises(FlowError):
        services.enqueue(task="unheard-of", arguments={}, key="1")
    assert not ProcrastinateJob.objects.exists()


def test_a_step_is_recorded_with_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []
    act_id = uuid.uuid4()

    monkeypatch.setattr(kernel, "act", lambda **values: told.append(values) or act_id)
    values = {
        "decision_id": uuid.uuid4(),
        "robot": "test-robot",
        "run_id": uuid.uuid4(),
        "step": "step_1",
        "result": {"id": 1},
    }
    assert services.record_act(**values) == act_id
    assert told == [values]


def test_a_decision_is_stopped_when_its_system_may_not_run_for_whatever_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = [uuid.uuid4() for _ in range(3)]
    systems = dict(zip(ids, ("runs", "halted", "halted"), strict=True))
    asked: list[str] = []
    monkeypatch.setattr(
        kernel, "systems_of_decisions", lambda wanted: {one: systems[one] for one in wanted}
    )
    monkeypatch.setattr(kernel, "may_run", lambda slug: asked.append(slug) or slug == "runs")
    assert services.stopped(decision_ids=ids) == frozenset(ids[1:])
    assert sorted(asked) == ["halted", "runs"], "each system is asked about once"
    assert services.stopped(decision_ids=[]) == frozenset()
