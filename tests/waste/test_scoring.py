# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What was forecast in operation is laid beside what came, and too little says nothing."""

from __future__ import annotations

import datetime as dt
import uuid

import numpy as np
import pytest
from django.utils import timezone
from tests.support.waste_stage import placed, told, weeks

from kodeks.waste import releases, scoring
from kodeks.waste.engine.forecast.quality import NOTHING_SAID
from kodeks.waste.models import Bin, Outlook, Round

pytestmark = pytest.mark.django_db
BINS = 20


def town() -> None:
    """Bins that are emptied every other day, at different times; each second one gets full."""
    for number, device in enumerate(placed(BINS)):
        levels = weeks(rate=48.0 if number % 2 else 20.0, days=50)
        shift = 12 * (number // 2 % 2)
        told(device, [*levels[shift:-1], levels[shift]])


def forecast(*, right: bool) -> None:
    """Rounds each day in the last weeks that say what each bin uses to do, or the opposite."""
    Round.objects.all().delete()
    now = timezone.now()
    bins = list(Bin.objects.all())
    for ago in range(1, 28):
        at = now - dt.timedelta(days=ago, minutes=30)
        made = Round.objects.create(id=uuid.uuid4(), at=at, full_pct=80.0, finished_at=at)
        Outlook.objects.bulk_create(
            Outlook(
                round=made,
                bin=one,
                trust=1.0,
                reason="Måleren virker.",
                **dict.fromkeys(
                    ("within_1", "within_2", "within_3"),
                    0.9 if (int(one.code[-2:].strip("-")) % 2 == 1) == right else 0.05,
                ),
            )
            for one in bins
        )


def test_before_there_are_rounds_nothing_is_said() -> None:
    assert scoring.scored() == NOTHING_SAID
    (device,) = placed(1)
    told(device, weeks())
    assert scoring.scored() == NOTHING_SAID
    assert set(releases.figures_of(scoring.scored()).values()) == {releases.TOO_LITTLE}


def test_forecasts_that_came_true_score_better_than_those_that_did_not() -> None:
    town()
    forecast(right=True)
    right = scoring.scored()[0]
    assert right is not None
    assert right.moments >= 200
    forecast(right=False)
    wrong = scoring.scored()[0]
    assert wrong is not None
    assert right.moments == wrong.moments
    assert right.usual == wrong.usual
    assert right.brier < wrong.brier
    assert right.ece < wrong.ece
    # Rounds that were made at another time of the day are not those that are asked about.
    Round.objects.update(at=timezone.now() - dt.timedelta(hours=5))
    assert scoring.scored() == NOTHING_SAID
    assert np.isfinite(right.brier)
