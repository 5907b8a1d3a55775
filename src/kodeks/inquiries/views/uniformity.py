# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether like inquiries are handled alike: the newest report, with examples side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.inquiries import selectors
from kodeks.inquiries import uniformity as reports
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.web import paging
from kodeks.web.pages import for_roles, signed_in

WANTED_GAP = 2.0
"""Percentage points between groups: what is asked of a system (issue 7)."""
_PAIRS_ON_A_PAGE = 10


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
    report = reports.newest()
    about = kernel.About(system=reports.SYSTEM)
    context: dict[str, Any] = {
        "report": report,
        "may_make": kernel.may(user, "develop_model", about=about),
        "wanted_gap": f"{WANTED_GAP:.0f}",
    }
    if report is not None:
        page = paging.page(request, reports.seen_pairs(report, user=user), size=_PAIRS_ON_A_PAGE)
        context |= {
            "page": page,
            "pairs": _sides(page.rows),
            "alike": _lines(report.figures["alike"]),
            "sure": _lines(report.figures["sure"]),
            "gaps": _gaps(report.figures["gaps"]),
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


def _sides(pairs: Sequence[tuple[str, str, float]]) -> list[tuple[Side, Side, str]]:
    ids = {number for first, second, _ in pairs for number in (first, second)}
    found = {str(one.id): one for one in Inquiry.objects.filter(id__in=ids)}
    sides = {number: _side(one) for number, one in found.items()}
    return [(sides[a], sides[b], f"{100 * alike:.0f}\u00a0%") for a, b, alike in pairs]


def _side(inquiry: Inquiry) -> Side:
    standing = selectors.standing_of(inquiry)
    assert standing is not None  # noqa: S101 - a report is of decided inquiries only
    topic = selectors.topic_of(standing)
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


def _gaps(gaps: Mapping[str, float]) -> list[tuple[str, str, bool]]:
    titles = reports.titles()
    return [
        (titles.get(name, name), f"{gap:.1f}".replace(".", ","), gap <= WANTED_GAP)
        for name, gap in sorted(gaps.items())
    ]


def _percent(value: float) -> str:
    return f"{100 * value:.1f}\u00a0%".replace(".", ",")
