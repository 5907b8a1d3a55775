# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G2.1: a citizen is served also while the system is stopped or has no model."""

import pytest

from kodeks.kernel import services


@pytest.mark.parametrize("stopped", [False, True])
def test_a_person_decides_without_a_suggestion(stage, stopped):
    slug = stage.register(released=False)
    if stopped:
        stage.switch(slug)
    decision = services.decide_without_recommendation(
        system=slug,
        subject=services.Subject(type="inquiry", id="17"),
        user=stage.user("sofie"),
        outcome={"label": "rotter"},
        own_consideration="Borgeren nævner rotter.",
    )
    assert decision.choice == "own"
