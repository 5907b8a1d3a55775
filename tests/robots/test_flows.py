# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
from __future__ import annotations

from typing import Any

import pytest

from kodeks.robots import background, flows
from kodeks.robots.errors import FlowError


def _step(name: str = "journalise") -> flows.Step:
    return flows.Step(name=name, title="Journalisér", run=lambda context: {})


def test_a_registered_flow_is_found_by_name(robot: Any) -> None:
    flow = robot.flow(lambda context: {})
    assert flows.get("test") is flow
    assert "test" in flows.names()


def test_a_second_flow_of_the_same_name_is_refused(robot: Any) -> None:
    flow = robot.flow(lambda context: {})
    with pytest.raises(FlowError, match="twice"):
        flows.register(flow)


def test_an_unknown_flow_is_refused() -> None:
    with pytest.raises(FlowError, match="no flow is called nothing"):
        flows.get("nothing")


@pytest.mark.parametrize("name", ["", "Step", "step one", "1step", "trin_ø", "s" * 61])
def test_a_name_that_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(FlowError):
        flows.Flow(name="flow", robot="robot", title="Prøve", steps=(_step(name),))


def test_two_steps_of_one_name_are_refused() -> None:
    with pytest.raises(FlowError, match="two steps"):
        flows.Flow(name="flow", robot="robot", title="Prøve", steps=(_step(), _step()))


def test_a_flow_without_steps_is_refused() -> None:
    with pytest.raises(FlowError, match="no steps"):
        flows.Flow(name="flow", robot="robot", title="Prøve", steps=())


def test_background_work_of_the_same_name_is_refused(robot: Any) -> None:
    from django.apps import apps

    robot.monkeypatch.setitem(apps.get_app_config("robots").background, "triage", print)
    with pytest.raises(FlowError, match="twice"):
        background.register("triage", print)
    with pytest.raises(FlowError, match="no background work"):
        background.get("unheard-of")
