# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The town's days and districts: how full bins were, and whether that is alike everywhere."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kodeks.kernel import api as kernel
from kodeks.waste import history, selectors
from kodeks.waste.forms import FigureFilter
from kodeks.waste.views.words import percent, share
from kodeks.web import paging
from kodeks.web.pages import for_roles

DAYS = 28
SIZE = 31


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def figures(request: HttpRequest) -> HttpResponse:
    form = FigureFilter(request.GET, days=DAYS, districts=selectors.districts())
    if not form.is_valid():
        return render(request, "waste/figures.html", {"form": form}, status=422)
    asked = form.cleaned_data
    since, until = asked["since"], asked["until"]
    full = selectors.full_pct()
    days = history.by_day(since=since, until=until, district=asked["district"])
    page = paging.page(request, days[::-1], size=SIZE)
    context = {
        "form": form,
        "since": since,
        "until": until,
        "full": None if full is None else f"{full:.0f} %",
        "districts": [] if full is None else _districts(since, until, full),
        "page": page,
        "days": [
            (
                one.day,
                one.bins,
                percent(one.level_mean),
                percent(one.level_max),
                share(one.unknown, one.readings),
                share(one.lost, one.came + one.lost),
            )
            for one in page
        ],
    }
    return render(request, "waste/figures.html", context)


def _districts(since: dt.date, until: dt.date, full: float) -> list[tuple[str, ...]]:
    return [
        (
            one.district or "Ikke oplyst",
            str(one.bins),
            "Ukendt" if one.full is None else share(one.full, 1),
            percent(one.level_mean),
            share(one.unknown, one.readings),
            share(one.lost, one.came + one.lost),
        )
        for one in history.by_district(since=since, until=until, full_pct=full)
    ]
