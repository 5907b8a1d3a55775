# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""One bin: its weeks with emptyings and faults, what is expected, and what people decided."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from kodeks.kernel import api as kernel
from kodeks.waste import home_clock, many_series, schedules, selectors
from kodeks.waste.engine.health.judging import Health
from kodeks.waste.engine.notices.rules import LABELS
from kodeks.waste.many_series import Told
from kodeks.waste.models import Bin, Notice, Outlook
from kodeks.waste.views import happened, standing
from kodeks.waste.views.words import chance, hours, level, percent
from kodeks.web import paging, timelines
from kodeks.web.pages import for_roles
from kodeks.web.timelines import Expected, Point

SHOWN = dt.timedelta(days=14)
AHEAD = dt.timedelta(days=3)
LOOK_BACK = dt.timedelta(days=28)
"""Health is judged on so much, as in the rounds."""
_MOST_POINTS = 1_500
_GAP = dt.timedelta(hours=6)


@dataclass(frozen=True)
class _Weeks:
    """What the page shows of the readings."""

    line: timelines.Line
    emptyings: list[tuple[dt.datetime, str, str]]
    faults: list[tuple[str, dt.datetime, dt.datetime | None, str]]
    days: list[tuple[dt.date, str, str, int]]


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def one_bin(request: HttpRequest, bin_id: int) -> HttpResponse:
    try:
        found = Bin.objects.get(id=bin_id)
    except Bin.DoesNotExist:
        raise Http404 from None
    now = timezone.now()
    obstacle = standing.obstacle()
    made = selectors.latest_round()
    outlook = selectors.outlook(made, found.id)
    told = next(iter(_told(found, now)), None)
    page = paging.page(request, selectors.notices_of(found.id))
    context = {
        "bin": found,
        "waits": selectors.open_notices().filter(bin_id=found.id).first(),
        "outlook": outlook,
        "round": made,
        "obstacle": obstacle,
        "facts": _facts(found, outlook, now),
        "expected": [] if outlook is None or obstacle else _expected(outlook),
        "weeks": _weeks(
            found, told, outlook if not obstacle else None, now, full=selectors.full_pct()
        ),
        "notices": [(one, _state(one)) for one in page],
        "page": page,
    }
    return render(request, "waste/bin.html", context)


def _told(found: Bin, now: dt.datetime) -> list[Told]:
    return [
        one for lot in many_series.told([found.id], since=now - LOOK_BACK, until=now) for one in lot
    ]


def _facts(found: Bin, outlook: Outlook | None, now: dt.datetime) -> list[tuple[str, str]]:
    plan = schedules.current(now, [found.id]).get(found.id)
    facts = [
        ("Sted", ", ".join(filter(None, (found.place, found.district))) or "Ikke oplyst"),
        ("Rumfang", f"{found.litres} liter" if found.litres else "Ikke oplyst"),
        ("Fast tur", schedules.in_words(plan)),
    ]
    if outlook is None:
        return facts
    known = level(outlook)
    if outlook.level_at is not None:
        known += f", målt {_at(outlook.level_at)}"
    facts += [
        ("Fyldt", known),
        ("Måleren", outlook.reason),
        ("Sidst hørt", _at(outlook.heard_at) if outlook.heard_at else "Aldrig"),
        ("Sidst tømt", _at(outlook.emptied_at) if outlook.emptied_at else "Ikke set"),
    ]
    if outlook.temperature_c is not None:
        facts.append(("Temperatur", f"{outlook.temperature_c:.0f} °C"))
    return facts


def _expected(outlook: Outlook) -> list[tuple[str, str]]:
    if outlook.within_1 is None:
        return []
    found = [
        ("Fuld inden for 1 døgn", chance(outlook.within_1)),
        ("Fuld inden for 2 døgn", chance(outlook.within_2)),
        ("Fuld inden for 3 døgn", chance(outlook.within_3)),
        ("Fuld inden for 7 døgn", chance(outlook.within_7)),
        ("Fuld om", hours(outlook)),
    ]
    if outlook.visit_at is not None:
        words = _at(outlook.visit_at)
        if outlook.visit_middle is not None:
            words += (
                f": {outlook.visit_middle:.0f} % fuld "
                f"({outlook.visit_low:.0f}–{outlook.visit_high:.0f} %)"
            )
        found.append(("Ved næste tur", words))
    return found


def _weeks(
    found: Bin,
    told: Told | None,
    outlook: Outlook | None,
    now: dt.datetime,
    *,
    full: float | None,
) -> _Weeks | None:
    if told is None:
        return None
    since = localtime(now) - SHOWN
    health = told.judged(now)
    told_of = happened.of(health)
    shown = told_of.since(since)
    line = timelines.line(
        id="weeks",
        title=f"Hvor fuld spanden {found.code} har været i 14 døgn, og hvad der ventes",
        points=_points(told, health, since),
        since=since,
        until=localtime(now) + AHEAD,
        gap=max(_GAP, _usual_gap(told) * 3),
        marks=shown.marks(),
        spans=shown.spans(localtime(now)),
        expected=_fan(outlook, now),
        limit=full,
    )
    newest = told_of.newest_first
    return _Weeks(line, newest.emptyings, newest.faults, _days(found, now))


def _points(told: Told, health: Health, since: dt.datetime) -> list[Point]:
    """At most so many that the page stays small: of more, the last of each piece of time."""
    first = int(np.searchsorted(told.series.time, home_clock.seconds(since)))
    time, level = told.series.time[first:], health.level[first:]
    every = max(1, -(-time.size // _MOST_POINTS))
    time, level = time[::-1][::every][::-1], level[::-1][::every][::-1]
    return [
        Point(at=home_clock.moment(at), value=None if np.isnan(one) else one)
        for at, one in zip(time.tolist(), level.tolist(), strict=True)
    ]


def _usual_gap(told: Told) -> dt.timedelta:
    gaps = np.diff(told.series.time)
    return dt.timedelta(seconds=float(np.median(gaps)) if gaps.size else 0.0)


def _fan(outlook: Outlook | None, now: dt.datetime) -> list[Expected]:
    """From the last known level to the planned visit."""
    if outlook is None or outlook.level_at is None or outlook.visit_at is None:
        return []
    now_pct, low, high = outlook.level_pct, outlook.visit_low, outlook.visit_high
    if (
        outlook.trust <= 0
        or now_pct is None
        or low is None
        or high is None
        or outlook.visit_middle is None
    ):
        return []
    begin = Expected(at=outlook.level_at, low=now_pct, middle=now_pct, high=now_pct)
    end = min(outlook.visit_at, now + AHEAD)
    # Beyond the drawing the fan is cut where it leaves it.
    span = outlook.visit_at - outlook.level_at
    part = (end - outlook.level_at) / span if span else 1.0
    low, middle, high = (
        now_pct + part * (value - now_pct) for value in (low, outlook.visit_middle, high)
    )
    return [begin, Expected(at=end, low=low, middle=middle, high=high)]


def _days(found: Bin, now: dt.datetime) -> list[tuple[dt.date, str, str, int]]:
    """The table beside the drawing: day, lowest and highest level, messages that were lost."""
    since = timezone.localdate(now) - SHOWN
    return [
        (one.day, percent(one.level_min), percent(one.level_max), one.lost)
        for one in found.days.filter(day__gte=since).order_by("-day")
    ]


def _state(one: Notice) -> str:
    if one.decision_id is not None:
        decision = kernel.decision(one.decision_id)
        return LABELS[str(decision.outcome["label"])]
    return "Venter på en beslutning" if one.ended_at is None else "Gik over af sig selv"


def _at(moment: dt.datetime) -> str:
    return date_format(localtime(moment), "j. b H.i")


def context_of(found: Bin, now: dt.datetime) -> dict[str, Any]:
    """What the page of a notice shows of its bin: facts and the drawing, nothing of a forecast."""
    made = selectors.latest_round()
    told = next(iter(_told(found, now)), None)
    return {
        "facts": _facts(found, selectors.outlook(made, found.id), now),
        "weeks": _weeks(found, told, None, now, full=selectors.full_pct()),
    }
