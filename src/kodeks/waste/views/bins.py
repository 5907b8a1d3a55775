# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""All bins on a map and in a list: how full, what is expected, and how far that can be trusted."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from kodeks.kernel import api as kernel
from kodeks.waste import selectors
from kodeks.waste.forms import BinFilter
from kodeks.waste.models import Bin, Outlook
from kodeks.waste.views import standing
from kodeks.waste.views.words import chance, hours, level
from kodeks.web import maps, paging
from kodeks.web.pages import for_roles

SIZE = 50
"""Bins on a page: the map has those of the list."""
_TYPE = "application/geo+json"


@dataclass(frozen=True)
class Row:
    """A bin as the list has it."""

    number: int
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
    form, page, rows = _asked(request)
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
        "background": reverse("workbench:map-background"),
        "filtered": any(request.GET.get(name) for name in form.fields),
        "waiting": paging.count(selectors.open_notices()),
    }
    return render(request, "waste/bins.html", context)


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def points(request: HttpRequest) -> HttpResponse:
    """The bins of the same page of the list, as GeoJSON."""
    _, _, rows = _asked(request)
    return JsonResponse(_geojson(rows), content_type=_TYPE)


def _asked(request: HttpRequest) -> tuple[BinFilter, paging.Page, list[Row]]:
    form = BinFilter(request.GET, districts=selectors.districts())
    if not form.is_valid():
        return form, paging.page(request, [], size=SIZE), []
    made = selectors.latest_round()
    found = selectors.bins(
        made,
        words=form.cleaned_data["words"],
        district=form.cleaned_data["district"],
        in_need=form.cleaned_data["only"] == "need",
    )
    page = paging.page(request, found, size=SIZE)
    return form, page, _rows(page)


def _rows(page: paging.Page) -> list[Row]:
    outlooks = selectors.outlooks_of(page)
    asked = set(
        selectors.open_notices()
        .filter(bin_id__in=[one.id for one in page])
        .values_list("bin_id", flat=True)
    )
    shows = not standing.obstacle()
    return [
        _row(number, one, outlooks.get(one.id), is_asked=one.id in asked, shows=shows)
        for number, one in enumerate(page, start=1)
    ]


def _row(number: int, one: Bin, outlook: Outlook | None, *, is_asked: bool, shows: bool) -> Row:
    if outlook is None:
        return Row(
            number, one, None, "Ukendt", "–", "–", "Der er intet hørt fra en måler.", is_asked
        )
    return Row(
        number=number,
        bin=one,
        outlook=outlook,
        level=level(outlook),
        within=chance(outlook.within_1) if shows else "–",
        until_full=hours(outlook) if shows else "–",
        trust=outlook.reason,
        is_asked=is_asked,
    )


def _geojson(rows: list[Row]) -> maps.Json:
    """Pins keep the number that the bin has in the list, also where some have no position."""
    placed = [one for one in rows if one.bin.latitude is not None]
    found = maps.of_points(_pin(one) for one in placed)
    for feature, row in zip(found["features"], placed, strict=True):
        feature["properties"]["n"] = row.number
    return found


def _pin(row: Row) -> maps.Pin:
    return maps.Pin(
        latitude=row.bin.latitude or 0.0,
        longitude=row.bin.longitude or 0.0,
        title=row.bin.code,
        text=f"{row.bin.place}. Fyldt: {row.level}. {row.trust}".removeprefix(". "),
        address=reverse("waste:bin", args=[row.bin.id]),
        urgent=row.is_asked,
    )
