# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P1.3: two people stand behind a model in operation."""

import psycopg
import pytest


@pytest.mark.xfail(
    strict=True,
    raises=(AssertionError, pytest.fail.Exception),
    reason="holds when a release carries the signatures of owner and technician",
)
def test_a_release_by_one_alone_is_refused(stage):
    slug = stage.register(released=False)
    with pytest.raises(psycopg.Error):
        stage.release(slug=slug, version="1", artefact="a1" * 32)
