# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The list of retrainings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from kodeks.inquiries.learning import reports, terms
from kodeks.inquiries.models import Retraining, RetrainingProgress, RetrainingStep
from kodeks.kernel.models import User

pytestmark = pytest.mark.django_db


def test_the_list_costs_the_same_however_many_runs_there_are(
    person: Callable[[str], User], django_assert_num_queries: Any
) -> None:
    anders, now = person("anders"), timezone.now()
    made = []
    for hours in range(3):
        run = Retraining.objects.create(
            technician=anders,
            asked_at=now - dt.timedelta(hours=hours),
            terms=terms.of_settings().as_json(),
        )
        for name, result in (
            ("collect", {}),
            ("train", {}),
            ("measure", {"small_groups": [["district", "Nord", 4]] * hours}),
        )[: hours + 1]:
            RetrainingStep.objects.create(run=run, name=name, result=result, done_at=now)
        made.append(run)
    RetrainingProgress.objects.create(run=made[1], step="measure", done=3, total=9, at=now)
    with django_assert_num_queries(2):
        found = reports.listed(reports.newest())
    assert [one.id for one in found] == [one.id for one in made]
    assert [one.small for one in found] == [0, 0, 2]
    assert {(one.technician, one.asked_by, one.badge) for one in found} == {
        (anders.full_name, "Tidsplanen", "info")
    }
    assert [one.standing.partition(":")[0] for one in found] == [
        "Trin 2 af 3", "Trin 3 af 3", "Trin 3 af 3",
    ]  # fmt: skip
    assert found[1].standing.endswith("(3 af 9)")
