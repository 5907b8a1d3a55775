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


def test_the_citizens_own_page_tells(stage):
    inquiry, _ = services.receive(
        external_id="p2-4",
        text="Der er et dybt hul i vejen.",
        channel="web",
        sender_cpr=corpus.TESTINE_CPR,
    )
    citizen = Client()
    citizen.force_login(stage.user("testine"))
    page = html.unescape(citizen.get(f"/indsigt/inquiry/{inquiry.id}/").content.decode())
    told = json.loads(Client().get("/register/inquiries.json").content)["complaint"]
    assert "klage" in told
    assert told in page
