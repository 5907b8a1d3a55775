# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P4.1: a suggestion can be explained and shows how certain it is."""

from __future__ import annotations

import uuid

import pytest

from kodeks.inquiries import services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel


@pytest.fixture(scope="module")
def ready(stage):
    return stage.register()


def test_the_released_model_says_why_how_sure_it_is_and_what_else_it_might_be(stage):
    inquiry, _ = services.receive(
        external_id=uuid.uuid4().hex, text="Der er et dybt hul i vejen på Testvej.", channel="web"
    )
    services.triage(inquiry_id=str(inquiry.id))
    found = Inquiry.objects.get(id=inquiry.id).recommendation_id
    body = kernel.recommendation(found).body
    assert body["considerations"]
    for one in body["considerations"]:
        assert one["text"].strip()
        assert float(one["weight"]) > 0
        assert one["direction"] in ("for", "against")
    shares = [float(one["confidence"]) for one in body["alternatives"]]
    assert 0 < float(body["confidence"]) < 1
    assert shares == sorted(shares, reverse=True)
    assert float(body["confidence"]) + sum(shares) <= 1 + 1e-5


@pytest.mark.parametrize("confidence", ["0", "0.5", "1"])
def test_the_certainty_is_a_number_from_0_to_1(stage, ready, confidence):
    found = kernel.recommendation(stage.issued(ready, confidence=confidence))
    assert found.body["confidence"] == confidence


@pytest.mark.parametrize("confidence", ["1.5", "-0.1", "NaN", "", "sikkert", 0.5, "1e-1"])
def test_without_one_it_is_refused(stage, ready, confidence):
    payload = stage.proposal(ready, confidence=confidence)
    assert stage.refused("issue", payload) == "no_uncertainty"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"text": " "}, "no_considerations"),
        ({"weight": "tung"}, "no_considerations"),
        ({"weight": 1.5}, "no_considerations"),
        ({"direction": "måske"}, "no_considerations"),
        ({"direction": None}, "missing"),
    ],
)
def test_each_consideration_has_words_a_weight_and_a_direction(stage, ready, change, code):
    one = {"text": "ordet rotter", "weight": "1", "direction": "for"} | change
    payload = stage.proposal(ready, considerations=[one])
    assert stage.refused("issue", payload) == code


def test_other_answers_are_shown_with_their_certainty_or_not_at_all(stage, ready):
    unsure = [{"value": "stoej", "confidence": "måske"}]
    assert stage.refused("issue", stage.proposal(ready, alternatives=unsure)) == "no_uncertainty"
    silent = [{"value": "stoej"}]
    assert stage.refused("issue", stage.proposal(ready, alternatives=silent)) == "missing"
