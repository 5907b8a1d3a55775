# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G4.4: employees are guided in how to use the system."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from kernel_stage import card_text

from kodeks.codex import card
from kodeks.codex.reader import CardError

TEXT = card_text("test_system")
GUIDANCE = 'guidance = "Læs først selv."'


def test_the_card_has_guidance():
    assert card.load(TEXT).guidance == "Læs først selv."


@pytest.mark.parametrize("instead", ["", 'guidance = ""', 'guidance = "  "', "guidance = 1"])
def test_a_card_without_it_is_refused(instead):
    assert GUIDANCE in TEXT
    with pytest.raises(CardError, match="guidance"):
        card.load(TEXT.replace(GUIDANCE, instead))


def test_the_guidance_that_was_registered_can_be_read(stage):
    slug = stage.register()
    told = json.loads(Client().get(f"/register/{slug}.json").content)
    assert told["guidance"] == "Læs først selv."
