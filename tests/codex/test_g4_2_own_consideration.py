# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G4.2: the employee uses a professional judgement of their own."""

from __future__ import annotations

import pytest

from kodeks.kernel import api as kernel

CHOICES = [
    {"choice": "accept", "outcome": {"label": "rotter"}},
    {"choice": "other", "outcome": {"label": "stoej"}},
    {"choice": "reject", "outcome": {"label": "andet"}},
]


@pytest.fixture(scope="module")
def ready(stage):
    return stage.register()


def decide(stage, slug: str, text: str, choice):
    return kernel.decide(
        recommendation_id=stage.issued(slug),
        user=stage.user("sofie"),
        own_consideration=text,
        **choice,
    )


@pytest.mark.parametrize("choice", CHOICES, ids=lambda one: one["choice"])
def test_a_decision_keeps_the_persons_own_words(stage, ready, choice):
    decision = decide(stage, ready, "Borgeren nævner rotter.", choice)
    assert decision.body["own_consideration"] == "Borgeren nævner rotter."


@pytest.mark.parametrize("text", ["", "   ", "\n\n\n", "...", "ok", "12345", "\u200b\u200b\u200b"])
@pytest.mark.parametrize("choice", CHOICES, ids=lambda one: one["choice"])
def test_without_words_of_their_own_it_is_refused(stage, ready, text, choice):
    with pytest.raises(kernel.Refused) as refusal:
        decide(stage, ready, text, choice)
    assert refusal.value.code == "no_own_consideration"


def test_past_the_pages_and_without_a_suggestion_too(stage, ready):
    assert stage.refused("decide", stage.own(ready, own_consideration=" ")) == (
        "no_own_consideration"
    )
    payload = stage.choice(stage.issued(ready))
    del payload["own_consideration"]
    assert stage.refused("decide", payload | {"sealed": "AAAA"}) == "missing"
