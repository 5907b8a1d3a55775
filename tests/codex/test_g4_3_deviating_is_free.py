# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G4.3: choosing something else asks for no more than following."""

import pytest


@pytest.mark.parametrize(
    "choice",
    [
        {"choice": "accept"},
        {"choice": "other", "outcome": {"label": "stoej"}},
        {"choice": "reject", "outcome": {"label": "andet"}},
    ],
)
def test_each_choice_takes_one_call_with_the_same_five_things(stage, choice):
    payload = stage.choice(stage.issued(stage.register()), **choice)
    assert len(payload) == 5
    assert stage.call("decide", payload)
