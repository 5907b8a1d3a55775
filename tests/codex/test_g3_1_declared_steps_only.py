# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G3.1: the robot takes the routine work, and only the steps that the card names."""

import psycopg
import pytest


@pytest.mark.parametrize("change", [{"step": "decide"}, {"step": "pay_out"}, {"robot": "en_anden"}])
def test_another_step_or_robot_is_refused(stage, change):
    decision_id = stage.decided(stage.register())
    with pytest.raises(psycopg.Error) as error:
        stage.call("act", stage.step(decision_id, **change))
    assert error.value.diag.message_detail == "undeclared_act"


def test_a_declared_step_is_recorded_once(stage):
    payload = stage.step(stage.decided(stage.register()))
    assert stage.call("act", payload) == stage.call("act", payload)
