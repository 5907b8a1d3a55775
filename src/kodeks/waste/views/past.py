# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What one bin's sensor said in chosen days, with those in the archive; and the same as CSV."""

from __future__ import annotations

import csv
import datetime as dt
import io

import numpy as np
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from kodeks.files import tables
from kodeks.kernel import api as kernel
from kodeks.waste import history, selectors
from kodeks.waste.cells import HOME
from kodeks.waste.forms import Period
from kodeks.waste.history import Past
from kodeks.waste.models import Bin
from kodeks.waste.views.words import percent
from kodeks.web import paging, timelines
from kodeks.web.pages import for_roles

DAYS = 60
SIZE = 31
COLUMNS = ("bin", "time", "level_pct", "temperature_c")
"""As `kodeks waste forecast --readings` takes them."""
_MOST_POINTS = 1_500
_GAP = dt.timedelta(hours=6)


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def past(request: HttpRequest, bin_id: int) -> HttpResponse:
    found = _bin(bin_id)
    form = Period(request.GET, days=DAYS)
    if not form.is_valid():
        context = {"bin": found, "form": form}
        return render(request, "waste/past.html", context, status=422)
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    told = _told(found, since, until)
    page = paging.page(
        request, found.days.filter(day__range=(since, until)).order_by("-day"), size=SIZE
    )
    context = {
        "bin": found,
        "form": form,
        "since": since,
        "until": until,
        "count": len(told),
        "line": _line(found, told, since, until) if len(told) else None,
        "days": [
            (one.day, percent(one.level_min), percent(one.level_max), one.readings, one.lost)
            for one in page
        ],
        "page": page,
        "csv": f"{reverse('waste:past-csv', args=[found.id])}?since={since}&until={until}",
    }
    return render(request, "waste/past.html", context)


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def past_csv(request: HttpRequest, bin_id: int) -> HttpResponse:
    """The same readings as a file. Times are Danish, with their zone."""
    found = _bin(bin_id)
    form = Period(request.GET, days=DAYS)
    if not form.is_valid():
        return render(request, "waste/past.html", {"bin": found, "form": form}, status=422)
    told = _told(found, form.cleaned_data["since"], form.cleaned_data["until"])
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    code = tables.no_formula(found.code)
    for at, level, warm in zip(told.at, told.level, told.temperature_c, strict=True):
        writer.writerow((code, _moment(int(at)).isoformat(), _number(level), _number(warm)))
    answer = HttpResponse(written.getvalue(), content_type="text/csv; charset=utf-8")
    name = slugify(found.code) or "spand"
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _bin(bin_id: int) -> Bin:
    try:
        return Bin.objects.get(id=bin_id)
    except Bin.DoesNotExist:
        raise Http404 from None


def _told(found: Bin, since: dt.date, until: dt.date) -> Past:
    begins, ends = _midnight(since), _midnight(until + dt.timedelta(days=1))
    return history.of_bin(code=found.code, since=begins, until=ends)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=HOME)


def _line(found: Bin, told: Past, since: dt.date, until: dt.date) -> timelines.Line:
    every = max(1, -(-len(told) // _MOST_POINTS))
    # Of each piece of time the fullest: what is looked for in months is whether it was full.
    edges = np.arange(0, len(told), every)
    level = np.fmax.reduceat(told.level, edges)
    at = told.at[edges]
    gaps = np.diff(at) / 1e6
    usual = dt.timedelta(seconds=float(np.median(gaps)) if gaps.size else 0.0)
    return timelines.line(
        id="past",
        title=f"Hvor fuld spanden {found.code} har været",
        points=[
            timelines.Point(at=_moment(one), value=None if np.isnan(value) else value)
            for one, value in zip(at.tolist(), level.tolist(), strict=True)
        ],
        since=_midnight(since),
        until=_midnight(until + dt.timedelta(days=1)),
        gap=max(_GAP, usual * 3),
        limit=selectors.full_pct(),
    )


def _moment(microseconds: int) -> dt.datetime:
    moment = dt.datetime.fromtimestamp(microseconds / 1e6, tz=dt.UTC)
    return localtime(moment, HOME)


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.1f}"
