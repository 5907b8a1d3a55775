# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G4.2: a decision carries the caseworker's own consideration."""

import psycopg
import pytest


@pytest.mark.parametrize("text", ["", "   ", "\n\n\n", "...", "ok", "\u200b\u200b\u200b"])
@pytest.mark.parametrize(
    "choice",
    [
        {"choice": "accept"},
        {"choice": "other", "outcome": {"label": "stoej"}},
        {"choice": "reject", "outcome": {"label": "andet"}},
    ],
)
def test_following_and_leaving_the_suggestion_both_ask_for_it(stage, text, choice):
    recommendation_id = stage.issued(stage.register())
    with pytest.raises(psycopg.Error) as error:
        stage.call("decide", stage.choice(recommendation_id, own_consideration=text, **choice))
    assert error.value.diag.message_detail == "no_own_consideration"
