# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What robots could not do, and what people make of it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from kodeks.kernel import api as kernel
from kodeks.kernel.models import User
from kodeks.robots import background, flows, hands, orders, services, tasklist
from kodeks.robots.errors import BusinessError, NotHeld, NotReady
from kodeks.robots.models import Closing, Failure, RobotState, Run, Status, StepRecord, Taking
from kodeks.robots.worker import run_worker

PERSON = User(pk=7)


@pytest.fixture
def as_role(robot: Any) -> Any:
    def use(role: str, *units: str) -> None:
        robot.monkeypatch.setattr(kernel, "roles_of", lambda user: frozenset({role}))
        robot.monkeypatch.setattr(
            kernel, "units_of", lambda user, role: frozenset(units) if units else None
        )

    use("caseworker")
    return use


def _fine(context: flows.StepContext) -> dict[str, Any]:
    return {"case": "2026-1"}


def _refuses(context: flows.StepContext) -> dict[str, Any]:
    raise BusinessError("no_case", "Sagen er lukket. Genåbn den.")


def _needs_first(context: flows.StepContext) -> dict[str, Any]:
    return {"case": context.results["step_1"]["case"]}


def _held(robot: Any, *functions: Any) -> Run:
    robot.flow(*(functions or (_refuses, _fine)))
    run = robot.start()
    robot.execute(run)
    assert run.status == Status.HELD
    return run


def _by_hand(run: Run, step: str = "step_1", note: str = "Jeg åbnede sagen.") -> Run:
    done = tasklist.done_by_hand(run=run, step=step, note=note, user=PERSON)
    run.refresh_from_db()
    return done


@pytest.mark.django_db
def test_a_step_done_by_hand_is_the_persons_and_the_run_goes_on(
    robot: Any, as_role: Any, jobs_of: Any
) -> None:
    run = _held(robot)
    assert list(tasklist.open_runs(PERSON)) == [run]
    assert tasklist.next_step(run) == "step_1"
    _by_hand(run, note=" Jeg åbnede sagen for Testine. ")
    record = run.step_records.get()
    assert (record.act_id, record.done_by, record.result) == (None, "7", {})
    assert b"Testine" not in bytes(record.note)
    assert tasklist.note_of(record) == "Jeg åbnede sagen for Testine."
    assert (run.status, run.held_reason) == (Status.QUEUED, "")
    assert robot.helped == [run.decision_id]
    assert not tasklist.open_runs(PERSON).exists()
    robot.execute(run)
    assert run.status == Status.DONE
    assert robot.acts == ["step_2"], "no act is made up for the person's step"
    assert tasklist.note_of(run.step_records.get(step="step_2")) == ""


@pytest.mark.django_db
def test_the_last_step_by_hand_ends_the_run(robot: Any, as_role: Any) -> None:
    run = _held(robot, _refuses)
    _by_hand(run)
    assert run.status == Status.DONE
    assert run.finished_at is not None
    with pytest.raises(NotHeld):
        _by_hand(run)


@pytest.mark.django_db
def test_a_step_that_needs_what_a_person_did_is_for_a_person_too(robot: Any, as_role: Any) -> None:
    run = _held(robot, _refuses, _needs_first)
    _by_hand(run)
    robot.execute(run)
    assert (run.status, run.held_reason_code) == (Status.HELD, "by_hand")
    assert "Gør også dette trin selv" in run.held_reason


def _with_hand(robot: Any, record: Any) -> Run:
    """A held run whose first step says what must be known of it, and whose second needs that."""
    flow = robot.flow(_refuses, _needs_first)
    fact = flows.Fact(name="case", title="Sagens nummer")
    more = flows.Fact(name="more", title="Andet", required=False)
    hand = flows.Hand(facts=(fact, more), record=record)
    steps = (replace(flow.steps[0], by_hand=hand), *flow.steps[1:])
    known = apps.get_app_config("robots").flows
    robot.monkeypatch.setitem(known, "test", replace(flow, steps=steps))
    run = robot.start()
    robot.execute(run)
    return run


def _told(run: Run, **facts: str) -> Run:
    return tasklist.done_by_hand(run=run, step="step_1", note="Åbnet.", user=PERSON, facts=facts)


@pytest.mark.django_db
def test_what_a_person_tells_of_a_step_is_its_result_and_the_run_goes_on(
    robot: Any, as_role: Any
) -> None:
    seen = []

    def record(context: flows.StepContext, facts: Any, user: Any) -> dict[str, Any]:
        seen.append((context.key, dict(facts), user))
        return {"case": facts["case"]}

    run = _with_hand(robot, record)
    assert [one.name for one in tasklist.asked(run)] == ["case", "more"]
    hands = []
    robot.monkeypatch.setattr(services, "record_help", lambda *, hand, **_: hands.append(hand))
    _told(run, case=" 2026-7 ")
    assert seen == [(f"{run.id}:step_1", {"case": "2026-7", "more": ""}, PERSON)]
    (hand,) = hands
    assert (hand.run_id, hand.step, hand.result) == (run.id, "step_1", {"case": "2026-7"})
    assert run.step_records.get().result == {"case": "2026-7"}
    robot.execute(run)
    assert run.status == Status.DONE
    assert run.step_records.get(step="step_2").result == {"case": "2026-7"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "words"),
    [("", "Udfyld »Sagens nummer«."), ("010203-1234", "CPR"), ("a b", "ét nummer")],
)
def test_facts_that_cannot_be_used_leave_the_task(
    robot: Any, as_role: Any, value: str, words: str
) -> None:
    run = _with_hand(robot, lambda *_: {})
    with pytest.raises(hands.FactsRefused, match=words) as refused:
        _told(run, case=value)
    assert set(refused.value.problems) == {"case"}
    run.refresh_from_db()
    assert run.status == Status.HELD
    assert not StepRecord.objects.exists()


@pytest.mark.django_db
def test_what_the_step_itself_refuses_or_may_not_keep_is_no_step(robot: Any, as_role: Any) -> None:
    def refuses(*_: Any) -> dict[str, Any]:
        raise BusinessError("number", "Nummeret er brugt.")

    def waits(*_: Any) -> dict[str, Any]:
        raise NotReady

    run = _with_hand(robot, refuses)
    with pytest.raises(kernel.Refused, match=r"Nummeret er brugt\."):
        _told(run, case="7")
    run = _with_hand(robot, waits)
    with pytest.raises(kernel.Refused, match="ikke færdigt endnu"):
        _told(run, case="7")
    run = _with_hand(robot, lambda *_: {"case": "010203-1234"})
    with pytest.raises(kernel.Refused, match="kan ikke gemmes"):
        _told(run, case="7")
    assert not StepRecord.objects.exists()


@pytest.mark.django_db
def test_a_run_of_a_robot_that_is_gone_is_ended_by_hand(robot: Any, as_role: Any) -> None:
    run = _held(robot)
    robot.monkeypatch.delitem(apps.get_app_config("robots").flows, "test")
    assert tasklist.next_step(run) == tasklist.REST
    _by_hand(run, step=tasklist.REST)
    assert run.status == Status.DONE


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("note", "words"),
    [("  ", "hvad du har gjort"), ("x" * 2001, "2000 tegn"), ("For 010203-1234", "CPR")],
)
def test_a_note_that_cannot_be_kept_leaves_the_task(
    robot: Any, as_role: Any, note: str, words: str
) -> None:
    run = _held(robot)
    with pytest.raises(kernel.Refused, match=words):
        _by_hand(run, note=note)
    assert (run.status, robot.helped) == (Status.HELD, [])
    assert not StepRecord.objects.exists()


@pytest.mark.django_db
def test_another_step_than_the_page_showed_is_not_recorded(robot: Any, as_role: Any) -> None:
    run = _held(robot)
    with pytest.raises(NotHeld):
        _by_hand(run, step="step_2")


@pytest.mark.django_db
def test_the_database_takes_a_step_of_the_robot_or_of_a_person(robot: Any, as_role: Any) -> None:
    run = _held(robot)
    neither = {"act_id": None, "done_by": "", "note": None}
    both = {"act_id": uuid.uuid4(), "done_by": "7", "note": b"x"}
    for values in (neither, both, neither | {"done_by": "7"}):
        with pytest.raises(IntegrityError, match="robot_or_person"), transaction.atomic():
            StepRecord.objects.create(
                run=run, step="step_1", result={}, done_at=timezone.now(), **values
            )


@pytest.mark.django_db
def test_a_caseworker_sees_and_helps_the_runs_of_their_units(robot: Any, as_role: Any) -> None:
    robot.flow(_refuses)
    runs = {
        unit: services.start(
            flow="test",
            decision_id=uuid.uuid4(),
            subject_type="inquiry",
            subject_id="17",
            unit=unit,
        )
        for unit in ("", "vej", "miljoe")
    }
    for run in runs.values():
        robot.execute(run)
    assert set(tasklist.open_runs(PERSON)) == set(runs.values())
    as_role("caseworker", "vej")
    assert set(tasklist.open_runs(PERSON)) == {runs[""], runs["vej"]}
    for verb in (
        lambda: services.retry(run=runs["miljoe"], user=PERSON),
        lambda: tasklist.take(run=runs["miljoe"], user=PERSON),
        lambda: _by_hand(runs["miljoe"]),
    ):
        with pytest.raises(kernel.Refused, match="Spørg systemets ejer"):
            verb()
    services.retry(run=runs["vej"], user=PERSON)
    as_role("administrator")
    assert set(tasklist.open_runs(PERSON)) == {runs[""], runs["miljoe"]}
    as_role("citizen")
    assert not tasklist.open_runs(PERSON).exists()


@pytest.mark.django_db
def test_the_runs_of_a_stopped_robot_are_on_the_list_until_it_goes_on(
    robot: Any, as_role: Any
) -> None:
    robot.flow(_fine, _fine)
    waiting = robot.start()
    as_role("system_owner")
    orders.give(robot="test-robot", state=RobotState.PAUSED, reason="Prøve", user=PERSON)
    robot.execute(waiting)
    assert not tasklist.open_runs(PERSON).exists(), "a pause is short"
    orders.give(robot="test-robot", state=RobotState.STOPPED, reason="Prøve", user=PERSON)
    new = robot.start()
    assert list(tasklist.open_runs(PERSON)) == [waiting, new]
    _by_hand(waiting)
    assert waiting.status == Status.WAITING, "the robot is stopped still"
    _by_hand(waiting, step="step_2")
    assert waiting.status == Status.DONE
    orders.give(robot="test-robot", state=RobotState.RUNNING, reason="Prøve", user=PERSON)
    assert not tasklist.open_runs(PERSON).exists()


@pytest.mark.django_db
def test_the_newest_taking_counts_and_none_is_changed(robot: Any, as_role: Any) -> None:
    run = _held(robot)
    tasklist.take(run=run, user=PERSON)
    tasklist.take(run=run, user=User(pk=8))
    assert [one.user_id for one in run.takings.order_by("id")] == ["7", "8"]
    with pytest.raises(NotHeld):
        tasklist.take(job_id=1, user=PERSON)
    for model in (Taking, Failure):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            model.objects.all().delete()
    services.retry(run=run, user=PERSON)
    with pytest.raises(NotHeld):
        tasklist.take(run=run, user=PERSON)


@pytest.mark.django_db(transaction=True)
def test_background_work_that_was_given_up_has_a_reason_and_can_be_closed(
    robot: Any, as_role: Any
) -> None:
    def refuses(*, number: int) -> None:
        raise BusinessError("mail", f"Postkassen er lukket for {'010203-1234' * (number == 2)}.")

    wanted = {1, 2}
    config = apps.get_app_config("robots")
    robot.monkeypatch.setitem(config.background, "mail", refuses)
    about = background.About(
        title="Hent post", wanted=lambda calls: [one for one in calls if one["number"] in wanted]
    )
    robot.monkeypatch.setitem(config.background_about, "mail", about)
    for number in wanted:
        services.enqueue(task="mail", arguments={"number": number}, key=str(number))
    run_worker(stop_when_idle=True)
    jobs = tasklist.open_background()
    assert [job.args["arguments"] for job in jobs] == [{"number": 1}, {"number": 2}]
    reasons = [Failure.objects.get(job_id=job.id) for job in jobs]
    assert [one.reason for one in reasons] == [
        "Postkassen er lukket for .",
        services.REASON_HIDDEN,
    ]
    assert {(one.step, one.error, one.technical) for one in reasons} == {("mail", "mail", False)}
    wanted.discard(2)
    assert [job.id for job in tasklist.open_background()] == [jobs[0].id]
    tasklist.take(job_id=jobs[0].id, user=PERSON)
    tasklist.close_background(job_id=jobs[0].id, user=PERSON)
    assert Closing.objects.get().user_id == "7"
    assert not ProcrastinateJob.objects.filter(id=jobs[0].id).exists()
    with pytest.raises(NotHeld):
        tasklist.close_background(job_id=jobs[0].id, user=PERSON)


def test_work_that_nobody_has_described_has_its_name_as_title() -> None:
    found = background.about("unheard-of")
    assert (found.title, found.subject({}), found.wanted([{}])) == ("unheard-of", None, [{}])
