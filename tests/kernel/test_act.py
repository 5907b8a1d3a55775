# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""kernel.act: a robot does only what the card allows, under a decision, once."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from kodeks.kernel import selectors, services
from kodeks.kernel.errors import Refused, SystemStopped
from kodeks.kernel.models import Act, Decision


def act(decision_id, **changes):
    return services.act(
        **{
            "decision_id": decision_id,
            "robot": "visitator",
            "run_id": uuid.uuid4(),
            "step": "journalise",
            "result": {"journal": "1"},
        }
        | changes
    )


def test_the_act_names_its_decision_and_who_answers(stage):
    decision_id = stage.decided(stage.register())
    record = act(decision_id)
    assert record.body["decision"] == str(decision_id)
    assert record.body["owner"]["manager"] == "Merete Demosen"
    assert list(selectors.acts_of(Decision.objects.get(id=decision_id))) == [record]


def test_the_same_run_and_step_give_the_first_record(stage):
    decision_id, run_id = stage.decided(stage.register()), uuid.uuid4()
    first = act(decision_id, run_id=run_id)
    again = act(decision_id, run_id=run_id, result={"journal": "2"})
    assert again == first
    assert Act.objects.filter(run_id=run_id).count() == 1


def test_a_step_that_was_done_cannot_be_claimed_for_another_decision(stage):
    slug, run_id = stage.register(), uuid.uuid4()
    act(stage.decided(slug), run_id=run_id)
    with pytest.raises(Refused) as refusal:
        act(stage.decided(slug), run_id=run_id)
    assert refusal.value.code == "key_taken"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"decision_id": uuid.UUID(int=0)}, "no_decision"),
        ({"robot": "en-anden"}, "undeclared_act"),
        ({"step": "decide"}, "undeclared_act"),
        ({"step": ""}, "undeclared_act"),
        ({"result": {"score": 0.5}}, "form"),
    ],
)
def test_what_a_robot_may_not(stage, changes, code):
    decision_id = stage.decided(stage.register())
    before = stage.contents()
    with pytest.raises(Refused) as refusal:
        act(**{"decision_id": decision_id} | changes)
    assert refusal.value.code == code
    assert stage.contents() == before


def test_a_recommendation_is_not_a_decision(stage):
    with pytest.raises(Refused) as refusal:
        act(stage.issued(stage.register()))
    assert refusal.value.code == "no_decision"


def test_no_robot_acts_while_stopped_or_without_an_owner(stage):
    slug = stage.register()
    decision_id = stage.decided(slug)
    stage.switch(slug)
    with pytest.raises(SystemStopped):
        act(decision_id)
    stage.switch(slug, verb="resume")
    stage.assign(slug=slug, manager="")
    with pytest.raises(Refused) as refusal:
        act(decision_id)
    assert refusal.value.code == "no_owner"
    stage.assign(slug=slug, manager="Merete Demosen")
    assert act(decision_id).robot == "visitator"


def test_an_act_needs_the_basis_of_the_purpose_it_serves(stage):
    """A later card revision ends the purpose's basis while another purpose keeps one."""
    slug = stage.register()
    decision_id = stage.decided(slug)
    yesterday = (dt.datetime.now(dt.UTC) - dt.timedelta(days=2)).date().isoformat()
    stage.as_owner(
        """
        SELECT kernel.register_card(jsonb_set(card, '{legal_bases}', jsonb_build_array(
            card #> '{legal_bases,0}' || jsonb_build_object('valid_to', %s::text),
            card #> '{legal_bases,0}' || '{"purpose": "improvement"}'))
            || jsonb_build_object('sha256', repeat('c', 64)))
        FROM kernel_cardrevision WHERE system_id = %s
        """,
        yesterday,
        slug,
    )
    with pytest.raises(Refused) as refusal:
        act(decision_id)
    assert refusal.value.code == "no_basis"
