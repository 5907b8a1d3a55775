# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G4.7: the manager sees to it that only trained people use the system."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from kernel_stage import today

from kodeks.kernel import api as kernel
from kodeks.kernel.models import RegistryEvent

DAY = dt.timedelta(days=1)
CHOICES = {
    "accept": {"label": "rotter"},
    "other": {"label": "stoej"},
    "reject": {"label": "andet"},
}


@pytest.fixture(scope="module")
def ready(stage):
    return stage.register()


def decide(stage, slug: str, number: int, choice: str = "accept"):
    recommendation_id = stage.issued(slug)
    stage.seen(recommendation_id, by=number)
    return kernel.decide(
        recommendation_id=recommendation_id,
        user=stage.user(number),
        choice=choice,
        outcome=CHOICES[choice],
        own_consideration="Borgeren nævner rotter.",
    )


@pytest.mark.parametrize("system", ["", "own"], ids=["for all systems", "for this one"])
def test_who_is_trained_until_today_uses_the_suggestion(stage, ready, system):
    number = stage.new_user(role="caseworker", trained=False)
    stage.train(number, until=today(), system=ready if system else "")
    with_a_suggestion = kernel.About(system=ready, scope=kernel.Scope(), with_ai=True)
    assert kernel.may(stage.user(number), "decide", about=with_a_suggestion)
    assert decide(stage, ready, number)


@pytest.mark.parametrize(
    "training",
    [
        None,
        {"until": today() - DAY},
        {"until": today() + DAY, "system": "inquiries"},
    ],
    ids=["never", "until yesterday", "in another system"],
)
@pytest.mark.parametrize("choice", CHOICES)
def test_who_is_not_is_refused_by_policies_and_database(stage, ready, training, choice):
    number = stage.new_user(role="caseworker", trained=False)
    if training is not None:
        stage.train(number, **training)
    with pytest.raises(kernel.Refused) as refusal:
        decide(stage, ready, number, choice)
    assert refusal.value.code == "not_trained"
    with_a_suggestion = kernel.About(system=ready, scope=kernel.Scope(), with_ai=True)
    assert not kernel.may(stage.user(number), "decide", about=with_a_suggestion)
    payload = stage.choice(
        stage.issued(ready), user_id=number, choice=choice, outcome=CHOICES[choice]
    )
    assert stage.refused("decide", payload) == "not_trained"


def test_training_can_be_called_back_and_given_again_and_both_are_in_the_log(stage, ready):
    number = stage.new_user(role="caseworker")
    decide(stage, ready, number)
    stage.train(number, until=today() - DAY)
    payload = stage.choice(stage.issued(ready), user_id=number)
    assert stage.refused("decide", payload) == "not_trained"
    stage.train(number)
    decide(stage, ready, number)
    assert RegistryEvent.objects.filter(kind="training", body__user=number).count() == 3


def test_training_gives_no_right_by_itself(stage, ready):
    number = stage.new_user()
    with pytest.raises(kernel.Refused) as refusal:
        decide(stage, ready, number)
    assert refusal.value.code == "no_right"


def test_who_looks_at_the_robots_own_acts_is_trained_too(stage):
    slug = stage.register(autonomy="procedural", share="1.0")
    act_id = kernel.act_procedurally(
        recommendation_id=stage.issued(slug),
        robot="visitator",
        run_id=uuid.uuid4(),
        step="journalise",
        result={},
    )
    untrained = stage.new_user(role="caseworker", trained=False)
    with pytest.raises(kernel.Refused) as refusal:
        kernel.review(act_id=act_id, user=stage.user(untrained), passed=True, finding="Rigtigt.")
    assert refusal.value.code == "not_trained"
    kernel.review(act_id=act_id, user=stage.user("sofie"), passed=True, finding="Rigtigt.")
