# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Robots that people pause, stop and set going again."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from kodeks.kernel import api as kernel
from kodeks.kernel.models import User
from kodeks.robots import (
    background,
    flows,
    maintenance,
    orders,
    overview,
    schedules,
    services,
    tasks,
)
from kodeks.robots.models import Order, RobotState, Run, Status
from kodeks.robots.worker import run_worker

PERSON = User(pk=7)


@pytest.fixture
def tell(robot: Any) -> Any:
    robot.monkeypatch.setattr(kernel, "roles_of", lambda user: frozenset({"system_owner"}))

    def give(state: RobotState, name: str = "test-robot") -> Order:
        return orders.give(robot=name, state=state, reason="Prøve", user=PERSON)

    return give


def _fine(context: flows.StepContext) -> dict[str, Any]:
    return {}


@pytest.mark.django_db
@pytest.mark.parametrize("state", [RobotState.PAUSED, RobotState.STOPPED])
def test_a_running_step_ends_and_no_other_begins(robot: Any, tell: Any, state: RobotState) -> None:
    prepared: list[str] = []

    def pauses(context: flows.StepContext) -> dict[str, Any]:
        tell(state)
        return {}

    flow = robot.flow(pauses, _fine)
    steps = tuple(
        flows.Step(
            name=step.name,
            title=step.title,
            run=step.run,
            prepare=lambda context: prepared.append(context.step),
        )
        for step in flow.steps
    )
    robot.monkeypatch.setattr(
        flows, "get", lambda name: flows.Flow("test", "test-robot", "", steps)
    )
    run = robot.start()
    assert robot.execute(run) is None
    assert (run.status, run.attempts) == (Status.WAITING, 0)
    assert robot.acts == ["step_1"]
    assert prepared == ["step_1"], "nothing is opened for a step that may not begin"
    assert maintenance.resume_waiting() == 0
    tell(RobotState.RUNNING)
    assert maintenance.resume_waiting() == 1
    robot.execute(run)
    assert run.status == Status.DONE
    assert robot.acts == ["step_1", "step_2"]


@pytest.mark.django_db
def test_an_order_is_for_one_robot(robot: Any, tell: Any) -> None:
    robot.flow(_fine)
    other = flows.Flow(
        name="other",
        robot="other-robot",
        title="Anden",
        steps=(flows.Step(name="step_1", title="Trin 1", run=_fine),),
    )
    robot.monkeypatch.setitem(apps.get_app_config("robots").flows, "other", other)
    tell(RobotState.PAUSED)
    mine, others = robot.start(), robot.start("other")
    robot.execute(mine)
    robot.execute(others)
    assert (mine.status, others.status) == (Status.WAITING, Status.DONE)
    assert "other-robot" in orders.known_robots()
    assert {name: order.state for name, order in orders.present().items()} == {
        "test-robot": RobotState.PAUSED
    }


@pytest.mark.django_db(transaction=True)
def test_workers_leave_a_paused_robots_runs_and_go_on_when_it_does(robot: Any, tell: Any) -> None:
    robot.flow(_fine, _fine)
    tell(RobotState.PAUSED)
    runs = [robot.start() for _ in range(3)]
    run_worker(stop_when_idle=True)
    assert set(Run.objects.values_list("status", flat=True)) == {Status.WAITING}
    assert robot.acts == []
    assert not ProcrastinateJob.objects.exists()
    tell(RobotState.RUNNING)
    assert maintenance.resume_waiting() == len(runs)
    run_worker(stop_when_idle=True)
    assert set(Run.objects.values_list("status", flat=True)) == {Status.DONE}


@pytest.fixture
def mail(robot: Any) -> list[int]:
    """Background work of the test's robot, which comes by the clock; what it has fetched."""
    fetched: list[int] = []
    config = apps.get_app_config("robots")
    robot.monkeypatch.setitem(config.background, "mail", lambda *, box: fetched.append(box))
    about = background.About(title="Hent post", robot="test-robot")
    robot.monkeypatch.setitem(config.background_about, "mail", about)
    robot.monkeypatch.setattr(config, "schedules", {})
    schedules.register(
        name="mail", title="Hent post", task="mail", arguments={"box": 4}, cron="0 6 * * *"
    )
    return fetched


def _work_on() -> None:
    """Do what is queued once, also what is to be looked at later."""
    for job in ProcrastinateJob.objects.order_by("id"):
        context = SimpleNamespace(job=SimpleNamespace(id=job.id, lock=job.lock, attempts=0))
        tasks.run_background.func(context, **job.args)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.id])


@pytest.mark.django_db
@pytest.mark.parametrize("state", [RobotState.PAUSED, RobotState.STOPPED])
def test_a_robots_background_work_waits_with_it_and_none_is_lost(
    robot: Any, tell: Any, mail: list[int], state: RobotState
) -> None:
    now = timezone.now()
    schedules.fire_due(now)
    tell(state)
    assert schedules.standings()[0].at_rest
    services.enqueue(task="mail", arguments={"box": 5}, key="5")
    for day in (1, 2, 3):
        schedules.fire_due(now + dt.timedelta(days=day))
        _work_on()
    assert mail == []
    assert {job.attempts for job in ProcrastinateJob.objects.all()} == {0}
    (line,) = [one for one in overview.robots() if one.robot == "test-robot"]
    assert line.work == 2, "three days of one schedule are one piece of work"
    tell(RobotState.RUNNING)
    _work_on()
    assert sorted(mail) == [4, 5]
    assert not ProcrastinateJob.objects.exists()
    assert not schedules.standings()[0].at_rest


@pytest.mark.django_db
def test_other_background_work_goes_on(robot: Any, tell: Any, mail: list[int]) -> None:
    config = apps.get_app_config("robots")
    robot.monkeypatch.setitem(config.background_about, "mail", background.About(title="Hent post"))
    robot.flow(_fine)
    tell(RobotState.PAUSED)
    services.enqueue(task="mail", arguments={"box": 5}, key="5")
    _work_on()
    assert mail == [5]


def test_a_robot_of_background_work_only_has_a_name(robot: Any) -> None:
    assert background.title_of("post") == "Post"
    assert background.title_of("unheard-of") == "unheard-of"
    assert {"mail.fetch", "mail.send"} <= set(background.work_of("post"))


@pytest.mark.django_db
def test_orders_say_who_and_why_and_are_never_changed(robot: Any, tell: Any) -> None:
    robot.flow(_fine)
    assert orders.state_of("test-robot") == RobotState.RUNNING
    tell(RobotState.PAUSED)
    tell(RobotState.STOPPED)
    assert orders.state_of("test-robot") == RobotState.STOPPED
    newest, first = orders.of_robot("test-robot")
    assert (newest.state, newest.user_id, newest.reason) == ("stopped", "7", "Prøve")
    assert first.state == RobotState.PAUSED
    for statement in ("UPDATE robots_order SET reason = 'x'", "DELETE FROM robots_order"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"reason": "  "}, "Skriv hvorfor"),
        ({"reason": "x" * 501}, "500 tegn"),
        ({"reason": "Borger 010203-1234 er vred"}, "CPR"),
        ({"robot": "nobody"}, "findes ikke"),
        ({"state": RobotState.RUNNING}, "kører allerede"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(
    robot: Any, tell: Any, values: dict[str, Any], words: str
) -> None:
    robot.flow(_fine)
    about = {"robot": "test-robot", "state": RobotState.PAUSED, "reason": "Prøve", "user": PERSON}
    with pytest.raises(kernel.Refused, match=words):
        orders.give(**about | values)
    assert not Order.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("roles", [frozenset(), frozenset({"caseworker"}), frozenset({"citizen"})])
def test_only_those_who_answer_for_robots_steer_them(robot: Any, roles: frozenset[str]) -> None:
    robot.flow(_fine)
    robot.monkeypatch.setattr(kernel, "roles_of", lambda user: roles)
    with pytest.raises(kernel.Refused, match="Spørg systemets ejer"):
        orders.give(robot="test-robot", state=RobotState.PAUSED, reason="Prøve", user=PERSON)
