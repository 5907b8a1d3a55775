# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G4.5: the influence of suggestions on people is measured."""

import pytest

from kodeks.kernel.models import Decision


@pytest.mark.xfail(
    strict=True,
    raises=(AssertionError, pytest.fail.Exception),
    reason="holds when a drawn share of the matters is decided before the suggestion is shown",
)
def test_the_decision_says_whether_the_suggestion_was_seen_first(stage):
    decision = Decision.objects.get(id=stage.decided(stage.register()))
    assert "suggestion_seen_before_own_view" in decision.body
