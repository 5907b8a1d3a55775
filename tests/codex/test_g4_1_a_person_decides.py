# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G4.1: only a person decides; no robot acts without a decision."""

import psycopg
import pytest


@pytest.mark.parametrize("username", ["merete", "dorte", "anders", "testine"])
def test_only_a_caseworker_decides(stage, username):
    recommendation_id = stage.issued(stage.register())
    with pytest.raises(psycopg.Error) as error:
        stage.call("decide", stage.choice(recommendation_id, user_id=stage.user_id(username)))
    assert error.value.diag.message_detail == "no_right"


def test_no_account_is_the_machines(stage):
    recommendation_id = stage.issued(stage.register())
    for nobody in (0, -1):
        with pytest.raises(psycopg.Error) as error:
            stage.call("decide", stage.choice(recommendation_id, user_id=nobody))
        assert error.value.diag.message_detail == "no_right"


def test_a_suggestion_alone_lets_no_robot_act(stage):
    recommendation_id = stage.issued(stage.register())
    with pytest.raises(psycopg.Error) as error:
        stage.call("act", stage.step(recommendation_id))
    assert error.value.diag.message_detail == "no_decision"
