# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What was expected of bins is kept for some time, and then goes; what was decided stays."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone

from kodeks.waste.models import ForecastScore, Round, SensorLesson, SensorWorth

_RUINED = dt.timedelta(days=1)
"""A round that is not finished after so long was cut short."""


def forget() -> int:
    """Background work: remove rounds, scores, lessons and worths that are over their time; how many
    rounds.

    The newest finished round stays, however old: it is what the pages show.
    """
    now = timezone.now()
    horizon = now - dt.timedelta(days=settings.KODEKS_WASTE_FORECAST_DAYS)
    newest = Round.objects.exclude(finished_at=None).order_by("-at").values_list("id", flat=True)
    old = Round.objects.filter(at__lt=horizon) | Round.objects.filter(
        finished_at=None, at__lt=now - _RUINED
    )
    _, gone = old.exclude(id__in=list(newest[:1])).delete()
    for model in (ForecastScore, SensorLesson, SensorWorth):
        last = model.objects.order_by("-at").values_list("at", flat=True).first()
        if last is not None:
            model.objects.filter(at__lt=min(last, horizon)).delete()
    return gone.get(Round._meta.label, 0)
