# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P2.4: the citizen is told how to complain."""

import pytest
from django.test import Client
from kernel_stage import CARD

from kodeks.codex import card
from kodeks.codex.reader import CardError

TEXT = CARD.format(slug="test_system", phase="operation", valid_from="2018-05-25", valid_to="")


@pytest.mark.parametrize("instead", ["", 'complaint = ""'])
def test_a_card_without_it_is_refused(instead):
    with pytest.raises(CardError, match="complaint"):
        card.load(TEXT.replace('complaint = "Skriv til kommunen."', instead))


def test_the_register_tells(stage):
    slug = stage.register()
    assert "Skriv til kommunen." in Client().get(f"/register/{slug}.json").content.decode()
