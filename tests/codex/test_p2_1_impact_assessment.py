# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P2.1: no operation without a valid impact assessment."""

import psycopg
import pytest


@pytest.mark.xfail(
    strict=True,
    raises=(AssertionError, pytest.fail.Exception),
    reason="holds when dated evidence (DPIA, impact analysis, tests) is a gate of the database",
)
def test_a_system_without_an_assessment_issues_nothing(stage):
    slug = stage.register()
    with pytest.raises(psycopg.Error):
        stage.issued(slug)
