# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P4.2: the citizen sees which change would have changed the suggestion."""

import pytest

from kodeks.kernel.models import Recommendation


@pytest.mark.xfail(
    strict=True,
    raises=(AssertionError, pytest.fail.Exception),
    reason="holds when counterfactuals confirmed by replay are part of the record",
)
def test_the_record_has_counterfactuals(stage):
    record = Recommendation.objects.get(id=stage.issued(stage.register()))
    assert "counterfactuals" in record.body
