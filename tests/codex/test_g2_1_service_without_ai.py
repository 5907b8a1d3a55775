# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G2.1: a citizen's matter can be handled although the system is stopped."""

from __future__ import annotations

import uuid

import pytest

from kodeks.kernel import api as kernel

OWN = "Borgeren nævner rotter."


def decide(stage, slug: str, **changes):
    values = {
        "system": slug,
        "purpose": "triage",
        "subject": kernel.Subject(type="inquiry", id=uuid.uuid4().hex),
        "user": stage.user("sofie"),
        "outcome": {"label": "rotter"},
        "own_consideration": OWN,
    }
    return kernel.decide_without_recommendation(**(values | changes))


def test_while_it_is_stopped_there_are_no_suggestions_but_a_person_decides(stage):
    slug = stage.register()
    stage.switch(slug)
    with pytest.raises(kernel.SystemStopped):
        kernel.ask(system=slug, purpose="triage")
    decision = decide(stage, slug)
    assert (decision.choice, decision.recommendation_id) == ("own", None)


def test_a_system_that_lacks_everything_is_in_nobodys_way(stage):
    slug = stage.register(ready=False, bases=[])
    assert {"no_owner", "no_basis", "no_dpia", "no_release"} <= set(stage.obstacles(slug))
    assert decide(stage, slug)


def test_a_person_who_is_not_trained_in_the_system_works_without_it(stage):
    number = stage.new_user(role="caseworker", trained=False)
    assert decide(stage, stage.register(), user=stage.user(number))


@pytest.mark.parametrize(
    "choice",
    [
        {"choice": "other", "outcome": {"label": "stoej"}},
        {"choice": "reject", "outcome": {"label": "andet"}},
    ],
)
def test_a_suggestion_from_before_the_stop_need_not_be_followed(stage, choice):
    slug = stage.register()
    recommendation_id = stage.issued(slug)
    stage.switch(slug)
    assert stage.refused("decide", stage.choice(recommendation_id)) == "stopped"
    assert stage.call("decide", stage.choice(recommendation_id, **choice))


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"own_consideration": " "}, "no_own_consideration"), ({"outcome": {}}, "no_outcome")],
)
def test_it_is_still_a_decision_with_reasons_by_a_caseworker(stage, changes, code):
    slug = stage.register()
    stage.switch(slug)
    with pytest.raises(kernel.Refused) as refusal:
        decide(stage, slug, **changes)
    assert refusal.value.code == code
    with pytest.raises(kernel.Refused) as refusal:
        decide(stage, slug, user=stage.user("anders"))
    assert refusal.value.code == "no_right"
