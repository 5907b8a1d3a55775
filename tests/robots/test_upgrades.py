# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""New code and old at once: no run is stranded, and no step done twice under two names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from kodeks.robots import engine, flows, selectors, services
from kodeks.robots.errors import BusinessError, FlowError
from kodeks.robots.models import Failure, Release, Run, Status, StepRecord
from kodeks.robots.retry import Policy

Made = Callable[..., flows.Flow]


@pytest.fixture
def code(robot: Any) -> Made:
    """The program as it is now: one flow, whatever was registered before."""
    registered = apps.get_app_config("robots").flows
    seen: list[str] = []

    def fine(context: flows.StepContext) -> dict[str, Any]:
        seen.append(context.key)
        return {"step": context.step}

    def make(
        *steps: str | flows.Step, name: str = "test", before: tuple[str, ...] = (), version: int = 1
    ) -> flows.Flow:
        for old in ("test", "renamed"):
            robot.monkeypatch.delitem(registered, old, raising=False)
        made = [
            flows.Step(name=step, title=step, run=fine) if isinstance(step, str) else step
            for step in steps
        ]
        flow = flows.Flow(name, "test-robot", "Prøve", tuple(made), version, before)
        robot.monkeypatch.setitem(registered, name, flow)
        return flow

    make.seen = seen  # type: ignore[attr-defined]
    make.fine = fine  # type: ignore[attr-defined]
    return make


def _fails(context: flows.StepContext) -> dict[str, Any]:
    raise BusinessError("later", "Vent.")


def _stopped_after_first(robot: Any, code: Made, **about: Any) -> Run:
    code("a", flows.Step(name="b", title="b", run=_fails), "c", **about)
    run = robot.start()
    robot.execute(run)
    services.requeue(run=run)
    return run


@pytest.mark.django_db
def test_a_renamed_step_is_not_done_again_and_its_result_has_the_new_name(
    robot: Any, code: Made
) -> None:
    run = _stopped_after_first(robot, code)
    results: list[Any] = []

    def look(context: flows.StepContext) -> dict[str, Any]:
        results.append((dict(context.results), context.key))
        return {}

    code(
        flows.Step(name="first", title="", run=_fails, formerly=("a",)),
        flows.Step(name="second", title="", run=look, formerly=("b0", "b")),
        version=2,
    )
    assert robot.execute(run) is None
    assert run.status == Status.DONE
    assert results == [({"first": {"step": "a"}}, f"{run.id}:b0")], "outside it has its first name"
    records = list(run.step_records.order_by("id").values_list("step", "flow_version"))
    assert records == [("a", 1), ("second", 2)]
    assert [step.name for step in selectors.detail(run.id).steps] == ["first", "second"]


@pytest.mark.django_db
def test_a_run_whose_recorded_step_is_gone_goes_on_with_the_rest(robot: Any, code: Made) -> None:
    run = _stopped_after_first(robot, code)
    code("c", "d", version=2)
    robot.execute(run)
    assert run.status == Status.DONE
    assert robot.acts == ["a", "c", "d"]
    assert run.flow_version == 2


@pytest.mark.django_db
def test_a_renamed_flow_keeps_its_runs(robot: Any, code: Made) -> None:
    run = _stopped_after_first(robot, code)
    code("a", "b", name="renamed", before=("test",), version=2)
    about = {"decision_id": run.decision_id, "subject_type": "inquiry", "subject_id": "17"}
    assert services.start(flow="renamed", **about) == run
    assert selectors.run_for(flow="renamed", decision_id=run.decision_id) == run
    robot.execute(run)
    assert run.status == Status.DONE
    assert Run.objects.count() == 1


@pytest.mark.django_db
def test_an_old_worker_leaves_what_a_newer_one_has_begun(robot: Any, code: Made) -> None:
    run = _stopped_after_first(robot, code, version=2)
    code("x", "y", version=1)
    assert robot.execute(run) == engine.STRANGE_SECONDS
    assert run.status == Status.QUEUED
    assert robot.acts == ["a"], "the old code would have begun again under its own names"
    code("a", "b", version=2)
    robot.execute(run)
    assert (run.status, run.stranded_since) == (Status.DONE, None)


@pytest.mark.django_db
@pytest.mark.parametrize("known", [True, False])
def test_what_no_worker_comes_to_know_is_held_for_a_person(
    robot: Any, code: Made, settings: Any, known: bool
) -> None:
    run = _stopped_after_first(robot, code, version=2)
    code("a", name="test" if known else "renamed", version=1)
    settings.KODEKS_ROBOTS_RETRY = Policy(newer_worker=600.0)
    assert robot.execute(run) == engine.STRANGE_SECONDS
    settings.KODEKS_ROBOTS_RETRY = Policy(newer_worker=0.0)
    assert robot.execute(run) is None
    assert run.held_reason_code == ("newer_flow" if known else "unknown_flow")
    assert run.stranded_since is None


@pytest.mark.parametrize(
    "flow",
    [
        {"name": "renamed", "formerly": ("test",)},
        {"name": "test", "formerly": ()},
        {"name": "renamed", "formerly": ("older",)},
    ],
)
def test_two_flows_that_share_a_name_of_now_or_before_are_refused(
    code: Made, flow: dict[str, Any]
) -> None:
    code("a", before=("older",))
    step = flows.Step(name="a", title="", run=_fails)
    with pytest.raises(FlowError, match="twice"):
        flows.register(flows.Flow(robot="test-robot", title="", steps=(step,), **flow))


def test_two_steps_that_share_a_name_are_refused() -> None:
    steps = (
        flows.Step(name="a", title="", run=_fails),
        flows.Step(name="b", title="", run=_fails, formerly=("a",)),
    )
    with pytest.raises(FlowError, match="two steps"):
        flows.Flow("test", "test-robot", "", steps)
    with pytest.raises(FlowError, match="begin with 1"):
        flows.Flow("test", "test-robot", "", steps[:1], version=0)


@pytest.mark.django_db
def test_why_a_try_failed_is_kept_by_class_or_code(robot: Any) -> None:
    errors: list[Exception] = [BusinessError("no_case", "Sagen er lukket."), OSError("010203-1234")]

    def fails(context: flows.StepContext) -> dict[str, Any]:
        raise errors.pop()

    robot.flow(fails)
    run = robot.start()
    robot.execute(run)
    robot.execute(run)
    kept = list(run.failures.order_by("id").values_list("step", "error", "technical", "reason"))
    assert kept == [
        ("step_1", "OSError", True, ""),
        ("step_1", "no_case", False, "Sagen er lukket."),
    ]
    assert "010203" not in str(list(Failure.objects.values()))


def test_old_and_new_workers_at_once_lose_nothing_and_do_nothing_twice(
    worker_process: Any, robot: Any, wait_until: Any
) -> None:
    """Two processes with two registries on one queue, as in a rolling upgrade."""
    old = {"steps": {"step_1": [], "step_2": []}, "dead_after": 2.0, "seconds": 0.01}
    new = old | {
        "steps": {"opened": ["step_1"], "step_2": [], "step_3": []},
        "flow": {"name": "enduring", "formerly": ["durable"], "version": 2},
    }
    robot.flow(*[lambda context: {}] * 2, name="durable")
    robot.flow(*[lambda context: {}] * 2, name="enduring")
    runs = [robot.start(name) for name in ("durable", "enduring") for _ in range(10)]
    worker_process(**old)
    wait_until(lambda: StepRecord.objects.filter(flow_version=1).count() >= 2)
    worker_process(**new)
    wait_until(lambda: selectors.counts()[Status.DONE] == len(runs))
    wait_until(lambda: not ProcrastinateJob.objects.exists())
    assert not Run.objects.filter(status=Status.HELD).exists()
    # A first step is done once, under whichever name.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT run_id) FROM robots_steprecord"
            " WHERE step IN ('step_1', 'opened')"
        )
        assert cursor.fetchone() == (20, 20)
    assert Release.objects.filter(user_id="effect").count() == StepRecord.objects.count()
    by_new = Run.objects.filter(flow="enduring")
    assert StepRecord.objects.filter(run__in=by_new, flow_version=2).count() == 30
