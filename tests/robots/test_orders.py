# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Robots that people pause, stop and set going again."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from kodeks.kernel import api as kernel
from kodeks.kernel.models import User
from kodeks.robots import flows, maintenance, orders
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
    from django.apps import apps

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
