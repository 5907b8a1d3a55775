# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P2.3: the data protection officer is heard before a system is used."""

import psycopg
import pytest


@pytest.mark.xfail(
    strict=True,
    raises=(AssertionError, pytest.fail.Exception),
    reason="holds when the officer's statement on a card revision is a gate of the database",
)
def test_a_card_the_officer_has_not_seen_issues_nothing(stage):
    slug = stage.register()
    with pytest.raises(psycopg.Error):
        stage.issued(slug)
