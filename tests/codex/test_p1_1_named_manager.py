# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P1.1: a named manager and a unit always answer for the system."""

from __future__ import annotations

import datetime as dt

import pytest
from kernel_stage import today

from kodeks.kernel import api as kernel

DAY = dt.timedelta(days=1)


def managed(stage, **changes):
    """A system with a manager of its own, who has confirmed it, and a person who is the manager."""
    slug, number = stage.register(), stage.new_user(role="system_owner")
    stage.assign(slug=slug, manager=number, **changes)
    stage.attest(slug, by=number)
    return slug, number


def test_each_suggestion_and_step_names_who_answered_then(stage):
    slug = stage.register()
    decision_id = stage.decided(slug)
    stage.call("act", stage.step(decision_id))
    recommendation = kernel.recommendation(kernel.decision(decision_id).recommendation_id)
    stage.assign(slug=slug, manager="bodil")
    (act,) = kernel.acts_of(decision_id)
    answers = {"unit": "Prøveafdelingen", "manager": "Merete Demosen"}
    assert recommendation.body["owner"] == act.body["owner"] == answers


@pytest.mark.parametrize(
    "vacancy", [{"manager": None}, {"unit": ""}, {"unit": "  "}], ids=["nobody", "no unit", "blank"]
)
def test_with_nobody_to_answer_there_are_no_suggestions_and_no_steps(stage, vacancy):
    slug = stage.register()
    suggestion, step = stage.proposal(slug), stage.step(stage.decided(slug))
    stage.assign(slug=slug, **vacancy)
    with pytest.raises(kernel.SystemStopped) as stopped:
        kernel.ask(system=slug, purpose="triage")
    assert stopped.value.code == "no_owner"
    assert stage.refused("issue", suggestion) == "no_owner"
    assert stage.refused("act", step) == "no_owner"


def test_a_manager_who_loses_the_right_answers_no_more(stage):
    slug, number = managed(stage)
    assert stage.obstacles(slug) == []
    stage.as_owner("SELECT kernel.revoke_grants(%s, 'system_owner')", number)
    assert stage.obstacles(slug) == ["no_owner"]


def test_nor_does_one_whose_account_is_closed(stage):
    slug, number = managed(stage)
    stage.owner.execute("UPDATE kernel_user SET is_active = false WHERE id = %s", (number,))
    assert stage.obstacles(slug) == ["no_owner"]


@pytest.mark.parametrize(("days", "in_the_way"), [(13, []), (14, ["no_owner"])])
def test_one_who_is_away_answers_for_as_long_as_the_codex_says(stage, days, in_the_way):
    assert stage.codex["content"]["limits"]["absence_days"] == 14
    slug, number = managed(stage)
    stage.call("absence", {"user_id": number, "first_day": (today() - days * DAY).isoformat()})
    assert stage.obstacles(slug) == in_the_way


def test_a_deputy_answers_meanwhile_and_is_named(stage):
    slug, number = managed(stage, deputy="bodil")
    stage.call("absence", {"user_id": number, "first_day": (today() - 30 * DAY).isoformat()})
    owner = kernel.recommendation(stage.issued(slug)).body["owner"]
    assert owner["manager"] == "Bodil Attrapsen"
    assert owner["deputy_for"] == "Prøve Prøvesen"


@pytest.mark.parametrize("username", ["sofie", "dorte", "anders", "testine"])
def test_only_a_person_with_the_right_to_answer_can_be_named(stage, username):
    with pytest.raises(Exception, match="Lederen skal være"):
        stage.assign(slug=stage.register(), manager=username)
