# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What one bin's sensor said in chosen days, with those in the archive, the emptyings and faults in
it and what had been expected; and the same readings as CSV."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import numpy as np
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from kodeks.files import tables
from kodeks.kernel import api as kernel
from kodeks.waste import history, home_clock, many_series, selectors
from kodeks.waste.cells import HOME
from kodeks.waste.engine.health.judging import judge
from kodeks.waste.engine.health.readings import Series
from kodeks.waste.forms import Period
from kodeks.waste.history import Past
from kodeks.waste.models import Bin
from kodeks.waste.views.happened import Happened
from kodeks.waste.views.happened import of as happened_of
from kodeks.waste.views.words import chance, percent
from kodeks.web import paging, timelines
from kodeks.web.pages import for_roles

DAYS = 60
SIZE = 31
JUDGED_DAYS = 400
"""So many days at most are looked through for emptyings and faults."""
LOOK_BACK = dt.timedelta(days=28)
"""Of readings before the days, by which the sensor is judged, as in the rounds."""
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
    told, happened = _told_and_happened(found, since, until)
    page = paging.page(
        request, found.days.filter(day__range=(since, until)).order_by("-day"), size=SIZE
    )
    context = {
        "bin": found,
        "form": form,
        "since": since,
        "until": until,
        "count": len(told),
        "line": _line(found, told, since, until, happened) if len(told) else None,
        "happened": None if happened is None else happened.newest_first,
        "most_days": JUDGED_DAYS,
        "days": _days(found, page),
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


def _told_and_happened(found: Bin, since: dt.date, until: dt.date) -> tuple[Past, Happened | None]:
    """The readings of the days, and what they tell together with those of the weeks before, which
    the sensor is judged by; None for more days than are judged."""
    if (until - since).days >= JUDGED_DAYS:
        return _told(found, since, until), None
    told = _told(found, since - LOOK_BACK, until)
    begin = _midnight(since)
    first = int(np.searchsorted(told.at, round(begin.timestamp() * 1e6)))
    if not len(told):
        return told, None
    series = Series(
        time=home_clock.many(told.at // 1_000_000),
        level=told.level,
        temperature=told.temperature_c if np.isfinite(told.temperature_c).any() else None,
    )
    end = min(timezone.now(), _midnight(until + dt.timedelta(days=1)))
    put = many_series.placements([found.id], _midnight(since - LOOK_BACK), end)
    health = judge(
        series,
        now=max(home_clock.seconds(end), int(series.time[-1])),
        calibrated=put.get(found.id, ()),
    )
    shown = Past(
        at=told.at[first:],
        level=told.level[first:],
        flags=told.flags[first:],
        temperature_c=told.temperature_c[first:],
    )
    return shown, happened_of(health).since(begin)


def _days(found: Bin, page: paging.Page) -> list[tuple[Any, ...]]:
    """The rows of the table: what was measured, and what the day's first round had expected."""
    shown = list(page)
    if not shown:
        return []
    first, last = shown[-1].day, shown[0].day + dt.timedelta(days=1)
    expected = selectors.expected(found.id, since=_midnight(first), until=_midnight(last))
    told: dict[dt.date, str] = {}
    for at, within in expected:
        moment = localtime(at, HOME)
        words = f"{chance(within)} (kl. {moment:%H.%M})"
        told.setdefault(moment.date(), words)
    return [
        (
            one.day,
            percent(one.level_min),
            percent(one.level_max),
            told.get(one.day, "–"),
            one.readings,
            one.lost,
        )
        for one in shown
    ]


def _told(found: Bin, since: dt.date, until: dt.date) -> Past:
    begins, ends = _midnight(since), _midnight(until + dt.timedelta(days=1))
    return history.of_bin(code=found.code, since=begins, until=ends)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=HOME)


def _line(
    found: Bin, told: Past, since: dt.date, until: dt.date, happened: Happened | None
) -> timelines.Line:
    every = max(1, -(-len(told) // _MOST_POINTS))
    # Of each piece of time the fullest: what is looked for in months is whether it was full.
    edges = np.arange(0, len(told), every)
    level = np.fmax.reduceat(told.level, edges)
    at = told.at[edges]
    gaps = np.diff(at) / 1e6
    end = _midnight(until + dt.timedelta(days=1))
    usual = dt.timedelta(seconds=float(np.median(gaps)) if gaps.size else 0.0)
    return timelines.line(
        id="past",
        title=f"Hvor fuld spanden {found.code} har været",
        points=[
            timelines.Point(at=_moment(one), value=None if np.isnan(value) else value)
            for one, value in zip(at.tolist(), level.tolist(), strict=True)
        ],
        since=_midnight(since),
        until=end,
        gap=max(_GAP, usual * 3),
        marks=[] if happened is None else happened.marks(),
        spans=[] if happened is None else happened.spans(min(timezone.now(), end)),
        limit=selectors.full_pct(),
    )


def _moment(microseconds: int) -> dt.datetime:
    moment = dt.datetime.fromtimestamp(microseconds / 1e6, tz=dt.UTC)
    return localtime(moment, HOME)


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.1f}"
