# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How good the forecasts were that people were shown: the rounds of the last weeks, as they are
kept, laid beside what came."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

import numpy as np
from django.utils import timezone

from kodeks.waste import home_clock, learning, selectors
from kodeks.waste.engine.forecast.history import Floats, Integers
from kodeks.waste.engine.forecast.outcomes import outcomes
from kodeks.waste.engine.forecast.quality import DAYS_AHEAD, NOTHING_SAID, Asked, Quality, quality
from kodeks.waste.engine.forecast.slots import DAY, Slots, slots
from kodeks.waste.models import ForecastScore, Outlook, Round

DAYS = 28
OLD = dt.timedelta(days=2)
"""Scores are reckoned each morning; those that are older are told of."""
_OLDEST = dt.timedelta(minutes=90)
"""A round that is older than this at a day's moment was not made for it."""


def scored() -> Quality:
    """Of the last days, one moment each, of the bins that were not full; habit is what was seen
    before them. Says nothing where there were too few rounds with a forecast."""
    now = timezone.now()
    full = selectors.full_pct()
    judged = [] if full is None else learning.judged_bins(now, days=learning.WORTH_DAYS)
    if full is None or not judged:
        return NOTHING_SAID
    history, until = learning.history_of(judged), home_clock.seconds(now)
    grid = slots(history, anchor=until % DAY, until=until, full=full)
    filled, last = outcomes(grid, horizon=DAYS_AHEAD[-1])
    places = {one.bin_id: place for place, one in enumerate(judged)}
    chances = _chances(grid, places, first=int(grid.day_of(np.array([until]))[0]) - DAYS)
    is_open = np.isfinite(grid.level) & (grid.level < 1.0)
    told = np.isfinite(chances).all(axis=2)
    told[:, grid.days - DAYS_AHEAD[-1] :] = False
    earliest = int(np.flatnonzero(told.any(axis=0))[0]) if told.any() else 0
    past = is_open & (np.arange(grid.days) < earliest - DAYS_AHEAD[-1])

    def asked(bins: Integers, at: Integers) -> Asked:
        return Asked(bins, filled[bins, at], last[bins, at])

    bins, at = np.nonzero(is_open & told)
    return quality(asked(bins, at), chances[bins, at], asked(*np.nonzero(past)), len(history.bins))


def keep_scores() -> int:
    """Background work: reckon how good the forecasts were, for the page; on how many days ahead
    there is something to say. A request would have to read 200 days of all bins for it."""
    now, found = timezone.now(), scored()
    ForecastScore.objects.bulk_create(
        ForecastScore(at=now, days=days, figures=None if one is None else asdict(one))
        for days, one in zip(DAYS_AHEAD, found, strict=True)
    )
    return sum(one is not None for one in found)


def _chances(grid: Slots, places: dict[int, int], *, first: int) -> Floats:
    """(B, D, 3): what the round at the moment of each day from `first` on said, NaN where none."""
    found = np.full((*grid.level.shape, len(DAYS_AHEAD)), np.nan)
    days: dict[object, int] = {}
    for day in range(max(first, 0), grid.days):
        moment = home_clock.moment(grid.start + day * DAY)
        rounds = Round.objects.filter(at__lte=moment, at__gt=moment - _OLDEST)
        made = rounds.exclude(finished_at=None).order_by("-at").first()
        if made is not None:
            days[made.id] = day
    names = ("round_id", "bin_id", "within_1", "within_2", "within_3")
    rows = Outlook.objects.filter(round_id__in=list(days), within_1__isnull=False)
    for round_id, bin_id, *within in rows.values_list(*names):
        if bin_id in places:
            found[places[bin_id], days[round_id]] = within
    return found
