# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G3.1: the robot takes the routine work, and only what the card names."""

from __future__ import annotations

import uuid

import pytest

from kodeks.kernel import api as kernel


@pytest.fixture(scope="module")
def ready(stage):
    return stage.register()


def act(decision_id, **changes):
    values = {"robot": "visitator", "run_id": uuid.uuid4(), "step": "journalise", "result": {}}
    return kernel.act(decision_id=decision_id, **(values | changes))


@pytest.mark.parametrize("step", ["journalise", "receipt"])
def test_the_robot_takes_the_steps_that_the_card_names(stage, ready, step):
    decision_id = stage.decided(ready)
    act(decision_id, step=step)
    assert [one.step for one in kernel.acts_of(decision_id)] == [step]


@pytest.mark.parametrize("change", [{"step": "decide"}, {"step": "pay_out"}, {"robot": "en_anden"}])
def test_another_step_or_robot_is_refused(stage, ready, change):
    decision_id = stage.decided(ready)
    with pytest.raises(kernel.Refused) as refusal:
        act(decision_id, **change)
    assert refusal.value.code == "undeclared_act"
    assert stage.refused("act", stage.step(decision_id, **change)) == "undeclared_act"
    assert kernel.acts_of(decision_id) == []


def test_a_step_is_taken_once_however_often_it_is_tried(stage, ready):
    decision_id, run_id = stage.decided(ready), uuid.uuid4()
    assert act(decision_id, run_id=run_id) == act(decision_id, run_id=run_id)
    assert len(kernel.acts_of(decision_id)) == 1
