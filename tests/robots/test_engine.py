# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
from __future__ import annotations

import datetime
import threading
import time
import uuid
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone
from structlog.testing import capture_logs

from kodeks.kernel.errors import Refused, SystemStopped
from kodeks.robots import engine, flows, services
from kodeks.robots.errors import BusinessError, NotReady
from kodeks.robots.models import Release, Run, Status, StepRecord

CPR = "010203-1234"


def _fine(context: flows.StepContext) -> dict[str, Any]:
    return {"id": context.step}


@pytest.mark.django_db
def test_a_run_is_carried_through_its_steps_in_order(robot: Any) -> None:
    seen: list[flows.StepContext] = []

    def look(context: flows.StepContext) -> dict[str, Any]:
        seen.append(context)
        return {"number": len(seen)}

    robot.flow(look, look, look)
    run = robot.start()
    assert robot.execute(run) is None
    assert run.status == Status.DONE
    assert run.finished_at is not None
    assert robot.acts == ["step_1", "step_2", "step_3"]
    assert [context.key for context in seen] == [f"{run.id}:step_{n}" for n in (1, 2, 3)]
    assert seen[2].results == {"step_1": {"number": 1}, "step_2": {"number": 2}}
    assert (seen[0].subject_type, seen[0].subject_id) == ("inquiry", "17")
    record = run.step_records.get(step="step_2")
    assert record.act_id == uuid.uuid5(run.id, "step_2")
    assert record.result == {"number": 2}


@pytest.mark.django_db
def test_a_finished_run_does_nothing_when_it_is_carried_again(robot: Any) -> None:
    robot.flow(_fine)
    run = robot.start()
    robot.execute(run)
    assert robot.execute(run) is None
    assert robot.acts == ["step_1"]


@pytest.mark.django_db
def test_a_failed_step_leaves_nothing_and_the_run_goes_on_from_there(robot: Any) -> None:
    fails = [True]

    def second(context: flows.StepContext) -> dict[str, Any]:
        now = Run.objects.get(pk=context.run_id).created_at
        Release.objects.create(
            run_id=context.run_id, user_id="effect", reason_code="x", released_at=now
        )
        if fails:
            raise OSError(f"no line to {CPR}")
        return {}

    robot.flow(_fine, second)
    run = robot.start()
    with capture_logs() as logs:
        wait = robot.execute(run)
    assert wait is not None
    assert 0.5 <= wait <= 1.0
    assert (run.status, run.attempts) == (Status.QUEUED, 1)
    assert not Release.objects.exists()
    assert [line["error"] for line in logs] == ["OSError"]
    assert logs[0]["step"] == "step_2"
    assert CPR not in str(logs)
    fails.clear()
    assert robot.execute(run) is None
    assert run.status == Status.DONE
    assert robot.acts == ["step_1", "step_2"]
    assert Release.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("waited", "shortest", "longest"), [(0, 1, 2), (20, 10, 11), (600, 15, 15)]
)
def test_what_waits_long_is_asked_seldom(
    robot: Any, waited: int, shortest: int, longest: int
) -> None:
    def never(context: flows.StepContext) -> dict[str, Any]:
        raise NotReady

    robot.flow(never)
    run = robot.start()
    began = timezone.now() - datetime.timedelta(seconds=waited)
    Run.objects.filter(pk=run.pk).update(created_at=began)
    wait = robot.execute(run)
    assert wait is not None
    assert shortest <= wait <= longest
    assert (run.status, run.attempts) == (Status.QUEUED, 0)


@pytest.mark.django_db
def test_an_act_that_fails_undoes_the_steps_own_work(robot: Any) -> None:
    def work(context: flows.StepContext) -> dict[str, Any]:
        Run.objects.filter(pk=context.run_id).update(subject_id="changed")
        return {}

    def no_act(**_: Any) -> uuid.UUID:
        raise DatabaseError

    robot.flow(work)
    robot.monkeypatch.setattr(services, "record_act", no_act)
    run = robot.start()
    robot.execute(run)
    assert run.subject_id == "17"
    assert not StepRecord.objects.exists()


@pytest.mark.django_db
def test_after_the_last_try_a_person_must_look(robot: Any, quick_retries: Any) -> None:
    def never(context: flows.StepContext) -> dict[str, Any]:
        raise ZeroDivisionError

    robot.flow(never)
    run = robot.start()
    waits = [robot.execute(run) for _ in range(quick_retries.most_attempts)]
    assert waits[-1] is None
    assert None not in waits[:-1]
    assert (run.status, run.held_reason_code) == (Status.HELD, "technical")
    assert "Bed driften" in run.held_reason


@pytest.mark.django_db
def test_progress_starts_the_count_of_tries_again(robot: Any, quick_retries: Any) -> None:
    failures = {"step_1": 2, "step_2": 2}

    def slow(context: flows.StepContext) -> dict[str, Any]:
        if failures[context.step]:
            failures[context.step] -= 1
            raise OSError
        return {}

    robot.flow(slow, slow)
    run = robot.start()
    for _ in range(5):
        robot.execute(run)
    assert run.status == Status.DONE


@pytest.mark.django_db
def test_a_run_that_kills_its_workers_is_held_in_the_end(robot: Any, quick_retries: Any) -> None:
    robot.flow(_fine)
    run = robot.start()
    # Three tries that began and never came back.
    Run.objects.filter(pk=run.pk).update(status=Status.RUNNING, attempts=3)
    assert robot.execute(run) is None
    assert (run.status, run.held_reason_code) == (Status.HELD, "technical")
    assert robot.acts == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "error",
    [
        BusinessError("no_case", "Sagen er lukket. Genåbn den."),
        Refused(code="no_case", message="Sagen er lukket. Genåbn den."),
    ],
)
def test_a_business_error_holds_the_run_at_once(robot: Any, error: Exception) -> None:
    def refuse(context: flows.StepContext) -> dict[str, Any]:
        raise error

    robot.flow(refuse, _fine)
    run = robot.start()
    assert robot.execute(run) is None
    assert run.status == Status.HELD
    assert (run.held_reason_code, run.held_reason) == ("no_case", "Sagen er lukket. Genåbn den.")
    assert robot.execute(run) is None
    assert robot.acts == []


@pytest.mark.django_db
@pytest.mark.parametrize("text", [f"Borger {CPR} er flyttet.", "", "  "])
def test_a_reason_with_a_cpr_number_or_without_words_is_not_kept(robot: Any, text: str) -> None:
    def refuse(context: flows.StepContext) -> dict[str, Any]:
        raise BusinessError("moved", text)

    robot.flow(refuse)
    run = robot.start()
    robot.execute(run)
    assert run.held_reason_code == "moved"
    assert run.held_reason.startswith("Robotten kan ikke komme videre")


@pytest.mark.django_db
@pytest.mark.parametrize("result", [None, {"text": CPR}, {"list": [1]}, {"text": "x" * 201}])
def test_a_result_with_more_than_ids_holds_the_run(robot: Any, result: Any) -> None:
    robot.flow(lambda context: result)
    run = robot.start()
    robot.execute(run)
    assert (run.status, run.held_reason_code) == (Status.HELD, "result_refused")
    assert robot.acts == []


@pytest.mark.django_db
def test_a_run_goes_on_under_a_new_version_of_its_flow(robot: Any) -> None:
    broken = [True]

    def second(context: flows.StepContext) -> dict[str, Any]:
        if broken:
            raise OSError
        return {}

    robot.flow(_fine, second)
    run = robot.start()
    robot.execute(run)
    broken.clear()
    robot.flow(second, second, _fine)
    robot.execute(run)
    assert run.status == Status.DONE
    assert robot.acts == ["step_1", "step_2", "step_3"]


@pytest.mark.django_db
def test_a_stopped_system_lets_the_run_wait_and_no_step_is_tried(robot: Any) -> None:
    tried: list[str] = []
    robot.flow(_fine, lambda context: tried.append(context.step) or {})
    run = robot.start()
    stopped = robot.stopped()

    def act_then_stop(*, run_id: uuid.UUID, step: str, **_: Any) -> uuid.UUID:
        stopped.add(run.decision_id)
        return uuid.uuid5(run_id, step)

    robot.monkeypatch.setattr(services, "record_act", act_then_stop)
    assert robot.execute(run) is None
    assert (run.status, run.attempts) == (Status.WAITING, 0)
    assert tried == []
    assert run.step_records.count() == 1
    stopped.clear()
    robot.execute(run)
    assert run.status == Status.DONE
    assert tried == ["step_2"]


@pytest.mark.django_db
def test_a_stop_that_comes_during_the_step_undoes_the_step(robot: Any) -> None:
    def no_act(**_: Any) -> uuid.UUID:
        raise SystemStopped(code="stopped", message="Systemet er stoppet.")

    robot.flow(_fine)
    robot.monkeypatch.setattr(services, "record_act", no_act)
    run = robot.start()
    assert robot.execute(run) is None
    assert run.status == Status.WAITING
    assert not StepRecord.objects.exists()


# What a step prepares


def _prepared_flow(robot: Any, prepare: Any, run: Any) -> None:
    step = flows.Step(name="step_2", title="Trin 2", run=run, prepare=prepare)
    first = flows.Step(name="step_1", title="Trin 1", run=_fine)
    flow = flows.Flow(name="test", robot="test-robot", title="Prøve", steps=(first, step))
    robot.monkeypatch.setitem(apps.get_app_config("robots").flows, "test", flow)


@pytest.mark.django_db(transaction=True)
def test_a_step_prepares_before_its_transaction_and_gets_what_came_of_it(robot: Any) -> None:
    seen: list[Any] = []

    def prepare(context: flows.StepContext) -> str:
        seen.append((context.step, dict(context.results), connection.in_atomic_block))
        return CPR

    def run(context: flows.StepContext) -> dict[str, Any]:
        seen.append((context.prepared, connection.in_atomic_block))
        return {}

    _prepared_flow(robot, prepare, run)
    started = robot.start()
    assert robot.execute(started) is None
    assert started.status == Status.DONE
    assert seen == [("step_2", {"step_1": {"id": "step_1"}}, False), (CPR, True)]
    assert CPR not in str(list(StepRecord.objects.values_list("result", flat=True)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (SystemStopped(code="no_owner", message="Ingen svarer."), Status.WAITING, ""),
        (Refused(code="no_key", message="Oplysningen er slettet."), Status.HELD, "no_key"),
        (BusinessError("no_case", "Sagen findes ikke."), Status.HELD, "no_case"),
        (OSError(CPR), Status.QUEUED, ""),
    ],
)
def test_what_goes_wrong_in_preparing_is_as_if_it_went_wrong_in_the_step(
    robot: Any, error: Exception, status: str, reason: str
) -> None:
    def prepare(context: flows.StepContext) -> None:
        raise error

    _prepared_flow(robot, prepare, _fine)
    run = robot.start()
    robot.execute(run)
    assert (run.status, run.held_reason_code) == (status, reason)
    assert robot.acts == ["step_1"]
    assert run.step_records.count() == 1


@pytest.mark.django_db
def test_a_step_that_is_tried_again_prepares_again(robot: Any) -> None:
    prepared: list[int] = []
    failures = [OSError(), OSError()]

    def prepare(context: flows.StepContext) -> int:
        prepared.append(len(prepared))
        return len(prepared)

    def run(context: flows.StepContext) -> dict[str, Any]:
        if failures:
            raise failures.pop()
        return {"number": context.prepared}

    _prepared_flow(robot, prepare, run)
    started = robot.start()
    while robot.execute(started) is not None:
        pass
    assert started.step_records.get(step="step_2").result == {"number": 3}


@pytest.mark.django_db
def test_a_stopping_worker_leaves_between_steps(robot: Any) -> None:
    robot.flow(_fine, _fine)
    run = robot.start()
    answers = iter([False, True])
    assert engine.execute(run_id=run.id, interrupted=lambda: next(answers)) == 0.0
    run.refresh_from_db()
    assert (run.status, run.attempts) == (Status.QUEUED, 0)
    assert robot.acts == ["step_1"]


@pytest.mark.django_db
def test_a_job_without_a_run_is_let_go() -> None:
    assert engine.execute(run_id=uuid.uuid4()) is None


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_step_record_cannot_be_changed(robot: Any, change: str) -> None:
    robot.flow(_fine)
    run = robot.start()
    robot.execute(run)
    records = StepRecord.objects.filter(run=run)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        records.update(result={}) if change == "update" else records.delete()


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_run_do_each_step_once(robot: Any) -> None:
    effects: list[str] = []

    def slow(context: flows.StepContext) -> dict[str, Any]:
        effects.append(context.step)
        time.sleep(0.1)
        return {}

    robot.flow(slow, slow, slow)
    run = robot.start()
    together = threading.Barrier(4)
    waits: list[float | None] = []

    def work() -> None:
        together.wait()
        waits.append(engine.execute(run_id=run.id))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run.refresh_from_db()
    while run.status != Status.DONE:
        robot.execute(run)
    assert effects == ["step_1", "step_2", "step_3"] == robot.acts
    assert engine.BUSY_SECONDS in waits
