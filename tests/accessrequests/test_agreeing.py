# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""When a proposal and a decision about a document count as the same."""

from __future__ import annotations

import pytest

from kodeks.accessrequests import agreeing
from kodeks.accessrequests.suggesting import outcome

NAME, STREET = (10, 27, "offl_private", "name"), (40, 60, "offl_private", "address")


@pytest.mark.parametrize(
    ("suggested", "chosen", "same"),
    [
        (outcome("release"), outcome("release"), True),
        (outcome("release", marks=[NAME]), outcome("release"), True),
        (outcome("release"), outcome("redact", marks=[NAME]), False),
        (outcome("withhold", rule="a"), outcome("withhold", rule="a"), True),
        (outcome("withhold", rule="a"), outcome("withhold", rule="b"), False),
        # One sign more, and another kind of mark at the same place.
        (
            outcome("redact", marks=[NAME, STREET]),
            outcome("redact", marks=[(10, 28, "offl_private", "own"), STREET]),
            True,
        ),
        # A name that is left in.
        (outcome("redact", marks=[NAME, STREET]), outcome("redact", marks=[STREET]), False),
        (
            outcome("redact", marks=[NAME]),
            outcome("redact", marks=[(10, 27, "offl_business", "own")]),
            False,
        ),
    ],
)
def test_by_outcome_rule_and_characters_in_common(suggested, chosen, same) -> None:
    assert agreeing.same(suggested, chosen) is same
    assert agreeing.same(chosen, suggested) is same
