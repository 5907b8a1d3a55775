# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause G5.3: each record says which revision of the codex held."""

import pytest

from kodeks.kernel.models import Recommendation


@pytest.mark.xfail(
    strict=True,
    raises=(AssertionError, pytest.fail.Exception),
    reason="holds when the codex is a dated, signed bundle whose hash goes into every record",
)
def test_the_record_names_the_revision(stage):
    record = Recommendation.objects.get(id=stage.issued(stage.register()))
    assert "codex" in record.body
