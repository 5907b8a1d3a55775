# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Each month the worker's watch measures the systems whose cards have limits."""

from __future__ import annotations

import pytest

from kodeks.kernel.models import GroupMeasurement
from kodeks.robots import maintenance

pytestmark = pytest.mark.django_db


def test_what_is_due_is_measured_once_and_not_again_until_it_is_due() -> None:
    before = GroupMeasurement.objects.count()
    assert maintenance.measure_due() == ("inquiries",)
    found = GroupMeasurement.objects.filter(system_id="inquiries").latest("id")
    assert GroupMeasurement.objects.count() == before + 1
    assert [one["state"] for one in found.verdicts] == ["too_few", "too_few"]
    assert maintenance.measure_due() == ()
    assert GroupMeasurement.objects.count() == before + 1
