# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The part of a system's report that departments look at: the newest half year, week by week.

Counted from the same reading of the ledger as the rest of the report (decision 0014). A week is
named by its Monday. "" is all departments together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from types import ModuleType
from typing import Any

from django.utils import timezone

from kodeks.codex.days import law_day
from kodeks.kernel.measured import Measured
from kodeks.statistics import routing, times
from kodeks.statistics.routing import Routed, Routing
from kodeks.statistics.times import Course, Times, Wait
from kodeks.workbench import solutions

WEEKS = 26
RECENT = dt.timedelta(days=28)
"""What the figures at the top of the page are of, and what they are held against."""
MOST_CORRECTIONS = 15
Content = dict[str, Any]


def compute(found: Measured) -> Content:
    """By department: weeks, the last four and the four before them, and what was corrected."""
    today = timezone.localdate()
    first = _monday(today) - dt.timedelta(weeks=WEEKS - 1)
    words = words_of(found.system)
    ways = {} if words is None else words.ways(found.subjects)
    matter_of = zip(found.subjects, found.routed, strict=True)
    routed = [
        replace(one, way=ways.get(subject, ""))
        for subject, one in matter_of
        if law_day(one.at) >= first
    ]
    courses = [one for one in found.courses if _ended_since(one, first)]
    by_unit = times.by_unit(courses)
    routed_by_unit: dict[str, list[Routed]] = {}
    for one in routed:
        routed_by_unit.setdefault(one.unit, []).append(one)
    units = sorted({*by_unit, *routed_by_unit} - {""})
    return {
        "": _of(courses, routed, today, first),
        **{
            unit: _of(by_unit.get(unit, []), routed_by_unit.get(unit, []), today, first)
            for unit in units
        },
    }


def words_of(system: str) -> ModuleType | None:
    """The solution's module `routing`: `SYSTEM`, `WAYS` with their Danish names, `ways(ids)` and
    `title(label)`. None for a system without one: departments have no page of it."""
    return next((one for one in solutions.modules("routing") if system == one.SYSTEM), None)


def wait(found: Wait | None) -> Content | None:
    """Whole seconds."""
    if found is None:
        return None
    return {
        "count": found.count,
        "median_seconds": round(found.median.total_seconds()),
        "p90_seconds": round(found.p90.total_seconds()),
    }


def _of(courses: list[Course], routed: list[Routed], today: dt.date, first: dt.date) -> Content:
    def recent(day: dt.date) -> str:
        age = today - day
        return "now" if age < RECENT else "before" if age < 2 * RECENT else ""

    return {
        "weeks": _by(courses, routed, lambda day: _monday(day).isoformat(), first.isoformat()),
        "recent": _by(courses, routed, recent, "a"),
        "corrections": [
            list(one)
            for one in routing.corrections(
                one for one in routed if law_day(one.at) > today - RECENT
            )[:MOST_CORRECTIONS]
        ],
    }


def _by(courses: list[Course], routed: list[Routed], period_of: Any, least: str) -> Content:
    """Times and routing of each period from `least` on."""
    waits = times.times(
        courses=courses, today=timezone.localdate(), day_of=law_day, period_of=period_of
    )
    choices = routing.routing(matters=routed, period_of=lambda at: period_of(law_day(at)))
    return {
        period: {"times": _times(waits.get(period)), "routing": _routing(choices.get(period))}
        for period in sorted({*waits, *choices})
        if period >= least
    }


def _times(found: Times | None) -> Content | None:
    if found is None:
        return None
    return {
        "handling": wait(found.handling),
        "triage": wait(found.triage),
        "promised": found.promised,
        "kept": found.kept,
    }


def _routing(found: Routing | None) -> Content | None:
    if found is None:
        return None
    return {
        "decided": found.decided,
        "suggested": found.suggested,
        "followed": found.followed,
        "by_way": {way: list(pair) for way, pair in found.by_way.items()},
    }


def _ended_since(one: Course, first: dt.date) -> bool:
    moments: Iterable[dt.datetime | None] = (one.decided, one.receipt, one.answered)
    if any(moment is not None and law_day(moment) >= first for moment in moments):
        return True
    return one.promised is not None and one.promised >= first


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())
