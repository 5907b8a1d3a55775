# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The addresses of GeoReport v2. Anybody may read; who sends must have a key.

What is answered holds nothing of what was written (see `connectors.open311.showing`).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from kodeks.casework.errors import CaseworkError
from kodeks.connectors.models import Open311Key
from kodeks.connectors.open311 import keys, receiving, showing
from kodeks.connectors.open311.receiving import RequestRefused
from kodeks.inquiries.models import Topic
from kodeks.kernel.viewing import as_service
from kodeks.workbench import throttling
from kodeks.workbench.open311 import asked, forms

_NOT_FOUND = "Den findes ikke."
_METER = "open311"
_UNREADABLE = (RequestDataTooBig, TooManyFieldsSent, MultiPartParserError, UnreadablePostError)
_WITHHELD = "Teksten bliver ikke vist her, fordi den kan handle om personer."


def _georeport(
    *methods: str,
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Answers refusals as the standard has them, in the form that was asked for."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @never_cache
        @as_service("open-requests")
        @wraps(view)
        def answer(request: HttpRequest, *, form: str, **more: Any) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise RequestRefused(405, f"Brug {' eller '.join(methods)}.")
                if form not in forms.FORMS:
                    raise RequestRefused(400, "Formatet kendes ikke. Brug xml eller json.")
                return view(request, form=form, **more)
            except RequestRefused as error:
                return forms.refused(form, error.code, str(error))
            except CaseworkError as error:
                return forms.refused(form, 400, str(error))
            except _UNREADABLE:
                return forms.refused(form, 400, "Formularen kan ikke læses. Send den igen.")

        return answer

    return decorate


@_georeport("GET", "HEAD")
def services(request: HttpRequest, *, form: str) -> HttpResponse:
    _require_jurisdiction(request.GET)
    rows = [
        {
            "service_code": topic.label,
            "service_name": topic.title,
            "description": f"{topic.title}. {topic.unit.name} svarer.",
            "metadata": False,
            "type": "realtime",
            "keywords": "",
            "group": topic.unit.name,
        }
        for topic in showing.services()
    ]
    return forms.listed(form, rows, many="services", one="service")


@_georeport("GET", "HEAD")
def service(request: HttpRequest, *, code: str, form: str) -> HttpResponse:
    _require_jurisdiction(request.GET)
    topic: Topic | None = showing.service(code)
    if topic is None:
        raise RequestRefused(404, "service_code findes ikke. Se listen i services.")
    # No topic asks for more than the standard's own fields.
    definition = {"service_code": topic.label, "attributes": []}
    return forms.single(form, definition, name="service_definition")


@_georeport("GET", "HEAD", "POST")
def requests(request: HttpRequest, *, form: str) -> HttpResponse:
    if request.method == "POST":
        return _made(request, form)
    _require_jurisdiction(request.GET)
    return _shown(form, showing.found(asked.wanted(request.GET)))


@_georeport("GET", "HEAD")
def request(request: HttpRequest, *, request_id: uuid.UUID, form: str) -> HttpResponse:
    _require_jurisdiction(request.GET)
    return _shown(form, [_one(request_id)])


@_georeport("GET", "HEAD")
def token(request: HttpRequest, *, token_id: uuid.UUID, form: str) -> HttpResponse:
    """All requests have their number at once (realtime), so it is its own token."""
    _require_jurisdiction(request.GET)
    found = str(_one(token_id).id)
    row = {"service_request_id": found, "token": found}
    return forms.listed(form, [row], many="service_requests", one="request")


def _made(request: HttpRequest, form: str) -> HttpResponse:
    fields = request.POST
    _require_jurisdiction(fields)
    key = _key(request, fields.get("api_key", ""))
    made = receiving.take_in(key=key, fields=dict(fields.lists()))
    row = {
        "service_request_id": str(made.id),
        "service_notice": "Tak. En medarbejder læser det og sender det til den rette afdeling.",
        "account_id": None,
    }
    answer = forms.listed(form, [row], many="service_requests", one="request")
    answer.status_code = 201
    return answer


def _key(request: HttpRequest, text: str) -> Open311Key:
    """Whose key it is. Guessing is slowed down as that of passwords is."""
    address = throttling.address_of(request)
    if throttling.is_paused(username=_METER, address=address):
        raise RequestRefused(429, "For mange forkerte nøgler. Vent et kvarter, og prøv igen.")
    found = keys.of(text)
    if found is None:
        throttling.record_failure(username=_METER, address=address)
        raise RequestRefused(403, "api_key mangler eller er forkert.")
    return found


def _require_jurisdiction(fields: QueryDict) -> None:
    ours, given = settings.KODEKS_OPEN311_JURISDICTION, fields.get("jurisdiction_id", "")
    if ours and given and given != ours:
        raise RequestRefused(404, "jurisdiction_id er ikke vores.")


def _one(request_id: uuid.UUID) -> showing.Shown:
    found = showing.found(showing.Wanted(ids=[request_id]))
    if not found:
        raise RequestRefused(404, _NOT_FOUND)
    return found[0]


def _shown(form: str, found: list[showing.Shown]) -> HttpResponse:
    return forms.listed(form, [_row(one) for one in found], many="service_requests", one="request")


def _row(one: showing.Shown) -> forms.Row:
    return {
        "service_request_id": str(one.id),
        "status": showing.OPEN if one.is_open else showing.CLOSED,
        "status_notes": None,
        "service_name": one.service_name,
        "service_code": one.service_code,
        "description": _WITHHELD,
        "agency_responsible": one.agency,
        "service_notice": None,
        "requested_datetime": _moment(one.requested_at),
        "updated_datetime": _moment(one.updated_at),
        "expected_datetime": one.expected_at and _moment(one.expected_at),
        "address": None,
        "address_id": None,
        "zipcode": None,
        "lat": one.latitude or None,
        "long": one.longitude or None,
        "media_url": None,
    }


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
