# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P3.2: sensitive fields are barred from a system card."""

import pytest
from kernel_stage import CARD

from kodeks.codex import card
from kodeks.codex.reader import CardError

TEXT = CARD.format(slug="test_system", phase="operation", valid_from="2018-05-25", valid_to="")


@pytest.mark.xfail(
    strict=True,
    raises=(AssertionError, pytest.fail.Exception),
    reason="holds when sensitive and proxy fields are barred where cards are read",
)
@pytest.mark.parametrize("field", ["ethnicity", "sexuality", "gender"])
def test_a_card_with_a_sensitive_field_is_refused(field):
    with pytest.raises(CardError):
        card.load(TEXT.replace('name = "text"', f'name = "{field}"'))
