# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""All bins on a map and in a list: how full, what is expected, and how far that can be trusted."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from kodeks.kernel import api as kernel
from kodeks.waste import selectors
from kodeks.waste.forms import BinFilter
from kodeks.waste.models import Bin, Outlook
from kodeks.waste.views import standing
from kodeks.waste.views.words import chance, hours, level, level_words
from kodeks.web import maps, paging
from kodeks.web.pages import for_roles

SIZE = 50
"""Bins on a page of the list; the map has all of them."""
_HALF = 50.0
_LEGEND = (
    ("low", "Under halvt fyldt"),
    ("middle", "Halvt fyldt eller mere"),
    ("high", "Fuld"),
    ("unknown", "Ukendt"),
    ("asked", "Rød ring: venter på en beslutning"),
)
_TYPE = "application/geo+json"


@dataclass(frozen=True)
class Row:
    """A bin as the list has it."""

    bin: Bin
    outlook: Outlook | None
    level: str
    within: str
    until_full: str
    trust: str
    is_asked: bool


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def bins(request: HttpRequest) -> HttpResponse:
    form, found = _asked(request)
    page = paging.page(request, found, size=SIZE)
    rows = _rows(page)
    obstacle = standing.obstacle()
    query = request.GET.urlencode()
    points = reverse("waste:points")
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "round": selectors.latest_round(),
        "obstacle": obstacle,
        "points": f"{points}?{query}" if query else points,
        "legend": _LEGEND,
        "background": reverse("workbench:map-background"),
        "filtered": any(request.GET.get(name) for name in form.fields),
        "waiting": paging.count(selectors.open_notices()),
    }
    return render(request, "waste/bins.html", context)


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def points(request: HttpRequest) -> HttpResponse:
    """All bins that the list finds, on whatever page of it, as GeoJSON."""
    _, found = _asked(request)
    full = selectors.full_pct()
    pins = (_pin(one, full) for one in selectors.points(found))
    return JsonResponse(maps.of_many(pins), content_type=_TYPE)


def _asked(request: HttpRequest) -> tuple[BinFilter, QuerySet[Bin]]:
    form = BinFilter(request.GET, districts=selectors.districts())
    if not form.is_valid():
        return form, selectors.bins(None).none()
    return form, selectors.bins(
        selectors.latest_round(),
        words=form.cleaned_data["words"],
        district=form.cleaned_data["district"],
        in_need=form.cleaned_data["only"] == "need",
    )


def _rows(page: paging.Page) -> list[Row]:
    outlooks = selectors.outlooks_of(page)
    asked = set(
        selectors.open_notices()
        .filter(bin_id__in=[one.id for one in page])
        .values_list("bin_id", flat=True)
    )
    shows = not standing.obstacle()
    return [_row(one, outlooks.get(one.id), is_asked=one.id in asked, shows=shows) for one in page]


def _row(one: Bin, outlook: Outlook | None, *, is_asked: bool, shows: bool) -> Row:
    if outlook is None:
        return Row(one, None, "Ukendt", "–", "–", "Der er intet hørt fra en måler.", is_asked)
    return Row(
        bin=one,
        outlook=outlook,
        level=level(outlook),
        within=chance(outlook.within_1) if shows else "–",
        until_full=hours(outlook) if shows else "–",
        trust=outlook.reason,
        is_asked=is_asked,
    )


def _pin(point: selectors.Point, full: float | None) -> maps.Pin:
    known = point.trust is not None and point.trust > 0
    words = level_words(point.trust, point.level_pct)
    return maps.Pin(
        latitude=point.latitude,
        longitude=point.longitude,
        title=point.code,
        text=f"{point.place}. Fyldt: {words}.".removeprefix(". "),
        address=reverse("waste:bin", args=[point.id]),
        urgent=point.is_asked,
        kind=_kind(point.level_pct if known else None, full),
    )


def _kind(level_pct: float | None, full: float | None) -> str:
    if level_pct is None or full is None:
        return "unknown"
    if level_pct >= full:
        return "high"
    return "middle" if level_pct >= _HALF else "low"
