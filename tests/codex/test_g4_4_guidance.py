# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G4.4: a system without guidance for its users cannot be registered."""

import pytest
from kernel_stage import CARD

from kodeks.codex import card
from kodeks.codex.reader import CardError

TEXT = CARD.format(slug="test_system", phase="operation", valid_from="2018-05-25", valid_to="")


def test_the_card_has_guidance():
    assert card.load(TEXT).guidance == "Læs først selv."


@pytest.mark.parametrize("instead", ["", 'guidance = ""', 'guidance = "  "'])
def test_a_card_without_it_is_refused(instead):
    with pytest.raises(CardError, match="guidance"):
        card.load(TEXT.replace('guidance = "Læs først selv."', instead))
