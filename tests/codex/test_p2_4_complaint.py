# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P2.4: the citizen is told how to complain."""

from __future__ import annotations

import html
import json

import pytest
from django.test import Client
from kernel_stage import card_text

from kodeks.codex import card
from kodeks.codex.reader import CardError
from kodeks.demo import corpus
from kodeks.inquiries import services

TEXT = card_text("test_system")
COMPLAINT = 'complaint = "Skriv til kommunen."'


def test_the_card_says_how():
    assert card.load(TEXT).complaint == "Skriv til kommunen."


@pytest.mark.parametrize("instead", ["", 'complaint = ""', 'complaint = "  "', "complaint = 1"])
def test_a_card_without_it_is_refused(instead):
    assert COMPLAINT in TEXT
    with pytest.raises(CardError, match="complaint"):
        card.load(TEXT.replace(COMPLAINT, instead))


def test_the_register_tells_everybody(stage):
    slug = stage.register()
    assert "Skriv til kommunen." in Client().get(f"/register/{slug}/").content.decode()


def _page(citizen, inquiry):
    return html.unescape(citizen.get(f"/indsigt/inquiry/{inquiry.id}/").content.decode())


def _inquiry(number):
    inquiry, _ = services.receive(
        external_id=number,
        text="Der er et dybt hul i vejen.",
        channel="web",
        sender_cpr=corpus.TESTINE_CPR,
    )
    return inquiry


def test_the_citizens_own_page_tells(stage):
    inquiry = _inquiry("p2-4")
    citizen = Client()
    citizen.force_login(stage.user("testine"))
    page = _page(citizen, inquiry)
    told = json.loads(Client().get("/register/inquiries.json").content)["complaint"]
    assert "klage" in told
    assert told in page


def test_a_complaint_can_be_given_right(stage):
    """Who decided first, and what, is still there; what stands is told before it."""
    inquiry, sofie = _inquiry("p2-4-complained"), stage.user("sofie")
    first = services.decide(
        inquiry_id=inquiry.id,
        user=sofie,
        choice="own",
        label="rotter",
        own_consideration="Borgeren nævner rotter.",
    )
    services.reverse(
        inquiry_id=inquiry.id,
        user=sofie,
        replaces=first.id,
        cause="complaint",
        label="vejskade",
        own_consideration="Borgeren har ret: det er et hul i vejen.",
    )
    citizen = Client()
    citizen.force_login(stage.user("testine"))
    page = _page(citizen, inquiry)
    assert page.index("Huller og skader i vejen") < page.index("Rotter")
    for said in ("Der er klaget over afgørelsen", "Borgeren har ret: det er et hul i vejen."):
        assert said in page
