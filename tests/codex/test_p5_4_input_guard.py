# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P5.4: input from outside is checked for hidden text before it is used."""

import psycopg
import pytest


@pytest.mark.xfail(
    strict=True,
    raises=(AssertionError, pytest.fail.Exception),
    reason="holds when a check of what came in is part of the record and its absence is refused",
)
def test_a_suggestion_whose_input_was_not_checked_is_refused(stage):
    slug = stage.register()
    with pytest.raises(psycopg.Error):
        stage.issued(slug)
