# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G4.3: it is never hard to choose something else than what was suggested."""

from __future__ import annotations

import html
import re
import uuid

import pytest
from django.test import Client
from kernel_stage import nothing_drawn

from kodeks.inquiries import selectors, services
from kodeks.kernel import api as kernel

CHOICES = {
    "accept": {"label": "rotter"},
    "other": {"label": "stoej"},
    "reject": {"label": "andet"},
}


@pytest.fixture(scope="module")
def ready(stage):
    return stage.register()


def test_each_choice_is_one_call_by_the_one_person_with_the_same_things(stage, ready):
    asked = set()
    for choice, outcome in CHOICES.items():
        payload = stage.choice(stage.issued(ready), choice=choice, outcome=outcome)
        assert stage.call("decide", payload)
        asked.add(frozenset(payload))
    assert len(asked) == 1


def test_three_letters_are_enough_for_each(stage, ready):
    for choice, outcome in CHOICES.items():
        words = {"choice": choice, "outcome": outcome, "own_consideration": "abc"}
        assert stage.call("decide", stage.choice(stage.issued(ready), **words))


def test_nobody_has_to_agree(stage, ready):
    """No one but the caseworker is named, and the robot goes on as after any other choice."""
    decision = kernel.decide(
        recommendation_id=stage.issued(ready),
        user=stage.user("sofie"),
        choice="other",
        outcome={"label": "stoej"},
        own_consideration="Det drejer sig om larm.",
    )
    assert decision.body["decided_by"]["name"] == "Sofie Prøvesen"
    assert stage.call("act", stage.step(decision.id))


def test_calling_the_same_thing_another_choice_is_refused(stage, ready):
    """So that the figures of who deviates are true."""
    payload = stage.choice(stage.issued(ready), choice="other")
    assert stage.refused("decide", payload) == "choice"
    payload = stage.choice(stage.issued(ready), outcome={"label": "stoej"})
    assert stage.refused("decide", payload) == "choice"


@pytest.fixture
def caseworker(stage):
    client = Client()
    client.force_login(stage.user("sofie"))
    return client


def radios(stage, client, name):
    inquiry, _ = services.receive(
        external_id=uuid.uuid4().hex, text="Der er et dybt hul i vejen på Testvej.", channel="web"
    )
    services.triage(inquiry_id=str(inquiry.id))
    page = html.unescape(client.get(f"/henvendelser/{inquiry.id}/").content.decode())
    return re.findall(rf'<input type="radio"[^>]*name="{name}"[^>]*>', page)


def test_on_the_page_the_choices_stand_side_by_side_and_none_is_made_beforehand(stage, caseworker):
    merete = stage.user_id("merete")
    errors = dict.fromkeys(selectors.department_names(), "0.5")
    nothing_drawn(stage.owner, services.SYSTEM, user=merete, errors=errors)
    found = radios(stage, caseworker, "choice")
    nothing_drawn(stage.owner, services.SYSTEM, user=merete)
    assert {re.search(r'value="(\w+)"', one)[1] for one in found} == set(CHOICES)
    assert not any("checked" in one for one in found)


def test_where_the_system_is_not_sure_no_topic_stands_before_the_others(stage, caseworker):
    found = radios(stage, caseworker, "picked")
    assert 3 <= len(found) <= 4
    assert not any("checked" in one for one in found)
