# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G1.4: the citizen can see what weight was laid on, by the machine and by the person."""

from __future__ import annotations

import html

import deciding
import pytest
from django.test import Client

from kodeks.demo import corpus
from kodeks.inquiries import services
from kodeks.kernel import api as kernel
from kodeks.kernel import insight

OWN = "Borgeren skriver om et hul, og det ligger på en vej."


@pytest.fixture(scope="module")
def ready(stage):
    return stage.register()


def test_the_machines_and_the_persons_considerations_are_kept(stage, ready):
    subject = stage.subject()
    stage.call("decide", stage.choice(stage.issued(ready, subject=subject)))
    found = insight.of(system=ready, subject=kernel.Subject(**subject))
    assert found.recommendation.body["considerations"] == [
        {"text": "ordet rotter", "weight": "1.5", "direction": "for", "rule": ""}
    ]
    assert found.decision.body["own_consideration"] == "Borgeren nævner rotter."


@pytest.mark.parametrize("considerations", [[], [{"text": " ", "weight": "1", "direction": "for"}]])
def test_a_suggestion_without_considerations_is_refused(stage, ready, considerations):
    payload = stage.proposal(ready, considerations=considerations)
    assert stage.refused("issue", payload) == "no_considerations"


def test_a_decision_without_considerations_is_refused(stage, ready):
    payload = stage.choice(stage.issued(ready), own_consideration=" ")
    assert stage.refused("decide", payload) == "no_own_consideration"


def test_the_citizens_page_shows_both(stage):
    inquiry, _ = services.receive(
        external_id="g1-4",
        text="Der er et dybt hul i vejen på Testvej. Asfalten er væk.",
        channel="web",
        sender_cpr=corpus.TESTINE_CPR,
    )
    services.triage(inquiry_id=str(inquiry.id))
    citizen = Client()
    citizen.force_login(stage.user("testine"))
    address = f"/indsigt/inquiry/{inquiry.id}/"
    assert OWN not in citizen.get(address).content.decode()
    deciding.decide(
        inquiry_id=inquiry.id,
        user=stage.user("sofie"),
        choice="accept",
        label="",
        own_consideration=OWN,
    )
    page = html.unescape(citizen.get(address).content.decode())
    found = insight.of(system="inquiries", subject=services.subject_of(inquiry))
    assert OWN in page
    assert found.recommendation.body["considerations"]
    assert all(one["text"] in page for one in found.recommendation.body["considerations"])
