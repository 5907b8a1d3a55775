# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P4.2: the citizen can see what would have given another suggestion."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from kodeks.demo import corpus
from kodeks.inquiries import services
from kodeks.inquiries.engine.model import TriageModel
from kodeks.kernel import api as kernel

TEXT = "Der er et hul i vejen."


@pytest.fixture(scope="module")
def inquiry(stage):
    found, _ = services.receive(
        external_id="p4-2", text=TEXT, channel="web", sender_cpr=corpus.TESTINE_CPR
    )
    services.triage(inquiry_id=str(found.id))
    return found


@pytest.fixture(scope="module")
def found(inquiry):
    return kernel.recommendation_for(system="inquiries", subject=services.subject_of(inquiry))


def suggested(text: str) -> dict[str, str]:
    """What the released model suggests of a text."""

    def work(permit: kernel.Permit) -> str:
        return permit.predict(
            load=TriageModel.of_bytes, compute=lambda model: model.triage([text])[0].label
        )

    return {"label": kernel.under_permit(system="inquiries", purpose="triage", work=work)}


def test_the_model_asked_again_confirms_the_change_that_was_told(found):
    (change,) = found.body["counterfactuals"]
    words = re.findall("»(.+?)«", change["text"].partition(" var ")[0])
    without = TEXT
    for word in words:
        without = re.sub(rf"\b{word}\b", " ", without, flags=re.IGNORECASE)
    assert words
    assert without != TEXT
    assert suggested(TEXT) == found.suggestion
    assert suggested(without) == change["suggestion"] != found.suggestion


def test_the_citizens_page_shows_it(stage, inquiry, found):
    citizen = Client()
    citizen.force_login(stage.user("testine"))
    page = html.unescape(citizen.get(f"/indsigt/inquiry/{inquiry.id}/").content.decode())
    assert "Hvad ville have givet et andet forslag?" in page
    assert found.body["counterfactuals"][0]["text"] in page


@pytest.fixture(scope="module")
def ready(stage):
    return stage.register()


def test_a_suggestion_keeps_the_changes_with_their_words(stage, ready):
    change = {"text": "Uden ordet »rotter«", "suggestion": {"label": "stoej"}}
    found = kernel.recommendation(stage.issued(ready, counterfactuals=[change]))
    assert found.body["counterfactuals"] == [change]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (None, "missing"),
        ({}, "no_counterfactuals"),
        ([{"text": " ", "suggestion": {"label": "stoej"}}], "no_counterfactuals"),
        ([{"text": "Uden ordet", "suggestion": {}}], "no_counterfactuals"),
        ([{"text": "Uden ordet", "suggestion": {"label": "rotter"}}], "no_counterfactuals"),
        ([{"text": "Uden ordet"}], "missing"),
    ],
    ids=["not asked for", "no list", "no words", "no other", "the same", "no suggestion"],
)
def test_one_that_does_not_say_is_refused(stage, ready, changes, code):
    payload = stage.proposal(ready)
    assert stage.refused("issue", payload | {"counterfactuals": changes}) == code
