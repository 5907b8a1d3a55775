# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether like inquiries are handled alike: the newest report or an earlier one, with examples."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.inquiries import selectors
from kodeks.inquiries import uniformity as reports
from kodeks.inquiries.engine import metamorphic
from kodeks.inquiries.models import Inquiry, Topic, UniformityReport
from kodeks.inquiries.unevenness import WANTED_GAP, change_holds, gap_holds
from kodeks.kernel import api as kernel
from kodeks.robots import schedules
from kodeks.web import paging
from kodeks.web.pages import for_roles, signed_in

_PAIRS_ON_A_PAGE, _MOVES_ON_A_PAGE, _EARLIER = 10, 10, 24


@dataclass(frozen=True, kw_only=True)
class Side:
    """One inquiry of a pair, and how it was decided."""

    inquiry: Inquiry
    topic: str
    unit: str


@require_safe
@for_roles(*reports.STEERS)
@never_cache
def uniformity(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    report = _asked(request.GET.get("rapport", ""))
    about = kernel.About(system=reports.SYSTEM)
    technician = schedules.answerable(reports.SCHEDULE)
    context: dict[str, Any] = {
        "report": report,
        "may_make": kernel.may(user, "develop_model", about=about),
        "wanted_gap": f"{WANTED_GAP:.0f}",
        "technician": technician.full_name if technician else "",
    }
    if report is not None:
        page = paging.page(request, reports.seen_pairs(report, user=user), size=_PAIRS_ON_A_PAGE)
        context |= {
            "page": page,
            "pairs": _sides(page.rows),
            "alike": _lines(report.figures["alike"]),
            "sure": _lines(report.figures["sure"]),
            "gaps": _gaps(report.figures["gaps"]),
            "clothes": report.figures.get("clothes"),
            "changes": _changes(report.figures.get("clothes", {}).get("lines", [])),
            "moves": _moves(report, user),
            "earlier": reports.reports().exclude(id=report.id)[:_EARLIER],
        }
    return render(request, "inquiries/uniformity.html", context)


@require_POST
@for_roles(*reports.STEERS)
def make(request: HttpRequest) -> HttpResponse:
    """Have a new report made in the background."""
    try:
        begun = reports.ask_for(user=signed_in(request))
    except kernel.Refused as error:
        messages.error(request, str(error))
    else:
        text = "Rapporten bliver lavet nu. Hent siden igen om lidt."
        messages.success(request, text if begun else "Rapporten er allerede på vej.")
    return redirect("inquiries:uniformity")


def _asked(number: str) -> UniformityReport | None:
    """The report of that id, the newest without one. Raises Http404."""
    if not number:
        return reports.newest()
    try:
        found = reports.reports().filter(id=uuid.UUID(number)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def _sides(pairs: Sequence[tuple[str, str, float]]) -> list[tuple[Side, Side, str]]:
    ids = {number for first, second, _ in pairs for number in (first, second)}
    found = list(Inquiry.objects.filter(id__in=ids).defer("sealed_original"))
    # A report is of decided inquiries only.
    standing = kernel.standings([one.decision_id for one in found if one.decision_id])
    topics = selectors.topics()
    sides = {str(one.id): _side(one, standing, topics) for one in found}
    return [(sides[a], sides[b], f"{100 * alike:.0f}\u00a0%") for a, b, alike in pairs]


def _side(
    inquiry: Inquiry, standing: Mapping[Any, kernel.Standing], topics: Mapping[str, Topic]
) -> Side:
    topic = topics[str(standing[inquiry.decision_id].outcome["label"])]
    return Side(inquiry=inquiry, topic=topic.title, unit=topic.unit.name)


def _lines(figures: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str, str, str, str]]:
    titles = reports.titles()
    return [
        (
            titles.get(one["attribute"], one["attribute"]),
            titles.get(one["group"], one["group"]),
            _percent(one["share"]["value"]),
            f"{_percent(one['share']['low'])} til {_percent(one['share']['high'])}",
            paging.grouped(one["share"]["total"]),
            "" if one["days"] is None else f"{one['days']:.1f}".replace(".", ","),
        )
        for one in figures
    ]


@dataclass(frozen=True, kw_only=True)
class GapLine:
    """The distance between two groups: `holds` is None where the texts are too few to tell."""

    title: str
    value: str
    interval: str
    between: str
    holds: bool | None


def _gaps(gaps: Mapping[str, Any]) -> list[GapLine]:
    titles = reports.titles()
    found = []
    for name, gap in sorted(gaps.items()):
        # Reports of before the intervals have a number alone.
        one = gap if isinstance(gap, Mapping) else {"value": gap}
        measured = "low" in one
        found.append(
            GapLine(
                title=titles.get(name, name),
                value=_points(one["value"]),
                interval=f"{_points(one['low'])} til {_points(one['high'])}" if measured else "",
                between=f"{one['higher']} og {one['lower']}" if measured else "",
                holds=gap_holds(one["low"], one["high"])
                if measured
                else one["value"] <= WANTED_GAP,
            )
        )
    return found


@dataclass(frozen=True, kw_only=True)
class ChangeLine:
    """What came of one way of changing texts; `holds` as in GapLine."""

    title: str
    is_whole_kind: bool
    same: str
    interval: str
    total: str
    wanted: str
    sure: str
    holds: bool | None


def _changes(lines: Sequence[Mapping[str, Any]]) -> list[ChangeLine]:
    titles = reports.titles()
    found = []
    for one in lines:
        same, wanted = one["same"], metamorphic.wanted(one["kind"])
        found.append(
            ChangeLine(
                title=titles.get(one["way"] or one["kind"], one["way"]),
                is_whole_kind=not one["way"],
                same=_percent(same["value"]),
                interval=f"{_percent(same['low'])} til {_percent(same['high'])}",
                total=paging.grouped(same["total"]),
                wanted=f"{100 * wanted:.0f}\u00a0%",
                sure=_percent(one["sure"]["value"]),
                holds=change_holds(one),
            )
        )
    return found


def _moves(
    report: UniformityReport, user: kernel.User
) -> list[tuple[str, str, str, str, str, str]]:
    """Kind, way, the text before and after, and the topics, of what the person may see."""
    titles, topics = reports.titles(), selectors.topic_titles()
    return [
        (
            titles.get(one["kind"], one["kind"]),
            titles.get(one["way"], one["way"]),
            one["text"],
            one["changed"],
            *(topics.get(one[name], one[name]) or "Intet emne" for name in ("before", "after")),
        )
        for one in reports.seen_moves(report, user=user)[:_MOVES_ON_A_PAGE]
    ]


def _points(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


def _percent(value: float) -> str:
    return f"{100 * value:.1f}\u00a0%".replace(".", ",")
