# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What was forecast in operation is laid beside what came, and too little says nothing."""

from __future__ import annotations

import datetime as dt
import uuid
from html import unescape

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.support.waste_stage import placed, told, weeks

from kodeks.kernel.models import User
from kodeks.waste import forgetting, releases, scoring
from kodeks.waste.engine.forecast.quality import NOTHING_SAID, Asked, quality
from kodeks.waste.models import Bin, ForecastScore, Outlook, Round

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


def test_what_was_said_and_what_came_is_told_in_bands() -> None:
    moments = np.arange(300)
    full = moments % 3 == 0
    asked = Asked(moments % 10, np.where(full, 1, 0), np.where(full, 0, 4))
    chances = np.repeat(np.where(full, 0.9, 0.1)[:, None], 3, axis=1)
    score = quality(asked, chances, asked, 10)[0]
    assert score is not None
    assert score.told.moments == score.moments == 300
    assert score.told.said == pytest.approx((0.9 + 2 * 0.1) / 3)
    assert score.told.came == pytest.approx(1 / 3)
    assert [one.moments for one in score.bands] == [200, 0, 0, 0, 100]
    assert score.bands[0].came == 0.0
    assert score.bands[1].said is None
    assert score.bands[4].said == pytest.approx(0.9)
    assert score.bands[4].came == 1.0


def shown(client: Client) -> str:
    client.force_login(User.objects.get(username="sofie"))
    response = client.get(reverse("waste:quality"))
    assert response.status_code == 200
    return " ".join(unescape(response.content.decode()).split())


def test_the_page_tells_how_good_the_forecast_was_and_what_to_do(client: Client) -> None:
    assert "Det er ikke regnet ud endnu" in shown(client)
    assert scoring.keep_scores() == 0
    text = shown(client)
    assert text.count("Der er set for lidt til at sige, hvor god den er") == 3
    assert "Tallene kommer, når listen er lavet hver dag i nogle uger" in text
    town()
    forecast(right=True)
    assert scoring.keep_scores() >= 1
    text = shown(client)
    assert "Bedre end vanen" in text.split("Hvad tallene betyder")[0]
    assert "Prognosen er for tiden ikke værd at følge" not in text
    assert "80 til 100 %" in text
    forecast(right=False)
    scoring.keep_scores()
    text = shown(client)
    assert "Ikke bedre end vanen" in text
    assert "Prognosen er for tiden ikke værd at følge" in text


def test_what_leans_is_told_with_what_it_means(client: Client) -> None:
    band = {"moments": 400, "said": 0.5, "came": 0.3}
    few = {"moments": 5, "said": 0.7, "came": 0.2}
    none = {"moments": 0, "said": None, "came": None}
    figures = {"moments": 1405, "brier": 0.09, "usual": 0.095, "ece": 0.071}
    figures |= {"told": band, "bands": [none, none, band, few, none]}
    now = timezone.now()
    ForecastScore.objects.create(at=now, days=1, figures=figures)
    figures = figures | {"told": {"moments": 400, "said": 0.2, "came": 0.3}}
    ForecastScore.objects.create(at=now, days=2, figures=figures)
    text = shown(client)
    assert "Lidt bedre end vanen" in text
    assert "kun 5 % mindre" in text
    assert "Følg ikke hele prognosen" not in text
    assert "Den siger for meget" in text
    assert "Den siger for lidt" in text
    assert "1.405 svar" in text
    assert "7,1 point" in text
    assert "For få til at sige" in text
    worse = figures | {"brier": 0.2}
    ForecastScore.objects.filter(days=2).update(figures=worse)
    assert "»Fuld inden for 2 døgn« tager mere fejl" in shown(client)
    ForecastScore.objects.update(at=now - dt.timedelta(days=3))
    assert "Tallene er gamle" in shown(client)


def test_old_scores_go_and_the_newest_stay() -> None:
    now = timezone.now()
    for days in (200, 150):
        ForecastScore.objects.create(at=now - dt.timedelta(days=days), days=1)
    forgetting.forget()
    assert [(now - one.at).days for one in ForecastScore.objects.all()] == [150]
