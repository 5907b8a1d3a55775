# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""All bins on a map and in a list: how full, what is expected, and how far that can be trusted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
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
_ASKED, _URGENT = ("Beslut", "warning"), ("Haster", "error")
"""What stands beside a bin that waits for a decision."""
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
    badge: tuple[str, str] | None


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def bins(request: HttpRequest) -> HttpResponse:
    form, found = _asked(request)
    page = paging.page(request, found, size=SIZE)
    rows = _rows(page)
    obstacle = standing.obstacle()
    made = selectors.latest_round()
    query = request.GET.urlencode()
    points = reverse("waste:points")
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "round": made,
        "obstacle": obstacle,
        "late": "" if obstacle else standing.late(made),
        "silence": standing.silence(),
        "points": f"{points}?{query}" if query else points,
        "legend": _LEGEND,
        "background": reverse("workbench:map-background"),
        "filtered": any(request.GET.get(name) for name in form.fields),
        "waiting": paging.count(selectors.open_notices()),
        "urgent": paging.count(selectors.open_notices().filter(is_urgent=True)),
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
    asked = selectors.open_notices().filter(bin_id__in=[one.id for one in page])
    # What is urgent comes first, and a bin may wait for more than one reason.
    badges = {one.bin_id: _URGENT if one.is_urgent else _ASKED for one in reversed(asked)}
    shows = not standing.obstacle()
    heard = selectors.heard_in(one.id for one in page if one.id not in outlooks)
    return [
        _seen(one, outlooks[one.id], badge=badges.get(one.id), shows=shows)
        if one.id in outlooks
        else Row(one, None, "Ukendt", "–", "–", _unseen(one, heard), badges.get(one.id))
        for one in page
    ]


def _unseen(one: Bin, heard: Mapping[int, dt.datetime | None]) -> str:
    """Why nothing is said of a bin that no round has seen."""
    if one.id not in heard:
        return "Der sidder ingen måler i spanden."
    at = heard[one.id]
    if at is None:
        return "Måleren i spanden er aldrig hørt."
    words = date_format(timezone.localtime(at), "j. b H.i")
    return f"Måleren er hørt {words}, men systemet har ikke set på tallene endnu."


def _seen(one: Bin, outlook: Outlook, *, badge: tuple[str, str] | None, shows: bool) -> Row:
    return Row(
        bin=one,
        outlook=outlook,
        level=level(outlook),
        within=chance(outlook.within_1) if shows else "–",
        until_full=hours(outlook) if shows else "–",
        trust=outlook.reason,
        badge=badge,
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
