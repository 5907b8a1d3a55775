# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G4.1: only a person decides a matter."""

from __future__ import annotations

import uuid

import pytest

from kodeks.kernel import api as kernel


@pytest.fixture(scope="module")
def ready(stage):
    return stage.register()


def by_itself(stage, slug: str, cause_id, cause: str = "recommendation_id", **changes):
    values = {
        "permit_id": stage.permit(slug),
        cause: str(cause_id),
        "robot": "visitator",
        "run_id": str(uuid.uuid4()),
        "step": "journalise",
        "result": {},
    }
    return values | changes


def test_a_caseworker_decides_and_then_the_robot_may_act(stage, ready):
    decision = kernel.decide(
        recommendation_id=stage.issued(ready),
        user=stage.user("sofie"),
        choice="accept",
        outcome={"label": "rotter"},
        own_consideration="Borgeren nævner rotter.",
    )
    assert decision.body["decided_by"]["name"] == "Sofie Prøvesen"
    assert stage.call("act", stage.step(decision.id))


@pytest.mark.parametrize("username", ["merete", "bodil", "dorte", "anders", "testine"])
def test_nobody_else_decides(stage, ready, username):
    payload = stage.choice(stage.issued(ready), user_id=stage.user_id(username))
    assert stage.refused("decide", payload) == "no_right"


def test_no_account_is_the_machines(stage, ready):
    recommendation_id = stage.issued(ready)
    for nobody, code in ((0, "no_right"), (10**9, "no_right"), (-1, "form"), (None, "missing")):
        payload = stage.choice(recommendation_id, user_id=nobody)
        assert stage.refused("decide", payload) == code


def test_a_suggestion_alone_lets_no_robot_act(stage, ready):
    recommendation_id = stage.issued(ready)
    with pytest.raises(kernel.Refused) as refusal:
        kernel.act(
            decision_id=recommendation_id,
            robot="visitator",
            run_id=uuid.uuid4(),
            step="journalise",
            result={},
        )
    assert refusal.value.code == "no_decision"
    for cause in ("decision_id", "recommendation_id"):
        assert stage.refused("act", by_itself(stage, ready, recommendation_id, cause)) == (
            "no_decision"
        )


def test_where_card_and_law_let_a_robot_act_by_itself_it_still_decides_nothing(stage):
    slug, subject = stage.register(autonomy="procedural"), stage.subject()
    recommendation_id = stage.issued(slug, subject=subject)
    stage.call("act", by_itself(stage, slug, recommendation_id))
    payload = by_itself(stage, slug, recommendation_id, step="receipt")
    assert stage.refused("act", payload) == "no_decision"
    assert kernel.decision_for(system=slug, subject=kernel.Subject(**subject)) is None
    assert stage.call("decide", stage.choice(recommendation_id))
