# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The map of inquiries that wait or have no answer yet, with the same in a table beside it.

Nothing of a suggestion is on it: a point tells where, when, and whether it is urgent.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from kodeks.inquiries import places, selectors
from kodeks.inquiries.beginnings import beginning
from kodeks.inquiries.models import Inquiry, Place
from kodeks.kernel import api as kernel
from kodeks.web import maps, paging
from kodeks.web.pages import for_roles, signed_in

SIZE = 50
"""Points on a page: the map has those of the table."""
_KINDS = {
    "address": "Adresse",
    "street": "Vej",
    "crossing": "Kryds",
    "place": "Sted",
    "district": "Bydel",
}
_SELECT = {"class": "form-select"}
_TYPE = "application/geo+json"


class MapFilter(forms.Form):
    district = forms.ChoiceField(
        label="Bydel", required=False, widget=forms.Select(attrs=_SELECT),
        error_messages={"invalid_choice": "Vælg en bydel på listen."},
    )  # fmt: skip
    urgency = forms.ChoiceField(
        label="Haster", required=False, widget=forms.Select(attrs=_SELECT),
        choices=[("", "Alle"), ("urgent", "Kun det, der haster")],
        error_messages={"invalid_choice": "Vælg en af mulighederne på listen."},
    )  # fmt: skip

    def __init__(self, *args: Any, districts: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(name, name) for name in districts]
        cast(forms.ChoiceField, self.fields["district"]).choices = [("", "Alle"), *names]


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def overview(request: HttpRequest) -> HttpResponse:
    form, page = _asked(request)
    query = request.GET.urlencode()
    points = reverse("inquiries:map-points")
    context = {
        "form": form,
        "page": page,
        "lines": [_line(number, place) for number, place in enumerate(page, start=1)],
        "points": f"{points}?{query}" if query else points,
        "background": reverse("workbench:map-background"),
        "has_places": maps.has_places(),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "inquiries/map.html", context)


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def points(request: HttpRequest) -> HttpResponse:
    """The points of the same page of the list, as GeoJSON."""
    _, page = _asked(request)
    return JsonResponse(maps.of_points(_pin(place) for place in page), content_type=_TYPE)


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def points_of(request: HttpRequest, inquiry_id: uuid.UUID) -> HttpResponse:
    """The points of one inquiry."""
    try:
        found = selectors.inquiry(inquiry_id, user=signed_in(request))
    except Inquiry.DoesNotExist:
        raise Http404 from None
    return JsonResponse(
        maps.of_points(_pin(place) for place in found.places.order_by("number")),
        content_type=_TYPE,
    )


def lines(found: Inquiry) -> list[dict[str, Any]]:
    """The places of one inquiry as its page lists them."""
    listed = enumerate(found.places.order_by("number"), start=1)
    return [_line(number, place) for number, place in listed]


def _asked(request: HttpRequest) -> tuple[MapFilter, paging.Page]:
    user = signed_in(request)
    form = MapFilter(request.GET, districts=places.districts(user=user))
    if not form.is_valid():
        return form, paging.page(request, [], size=SIZE)
    found = places.on_map(
        user=user,
        district=form.cleaned_data["district"],
        urgent=form.cleaned_data["urgency"] == "urgent",
    )
    return form, paging.page(request, found, size=SIZE)


def _line(number: int, place: Place) -> dict[str, Any]:
    return {
        "number": number,
        "place": place,
        "kind": _KINDS.get(place.kind, place.kind),
        "beginning": beginning(place.inquiry.text, 80),
        "state": _state(place.inquiry),
    }


def _state(inquiry: Inquiry) -> str:
    if inquiry.decision_id is None:
        return "Venter på afgørelse"
    joined = inquiry.joined if inquiry.case_id is None else None
    return "Venter på svar" if joined is None else f"Lagt på sag {joined.number}. Venter på svar"


def _pin(place: Place) -> maps.Pin:
    inquiry = place.inquiry
    at = localtime(inquiry.received_at)
    return maps.Pin(
        latitude=place.latitude,
        longitude=place.longitude,
        title=place.title,
        text=f"{date_format(at, 'SHORT_DATE_FORMAT')}: {beginning(inquiry.text, 100)} "
        f"({_state(inquiry)})",
        address=reverse("inquiries:inquiry", args=[inquiry.id]),
        urgent=bool(inquiry.urgency),
    )
