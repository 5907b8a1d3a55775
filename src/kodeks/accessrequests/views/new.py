# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A new request: typed in, or taken over from where somebody asked, e.g. an inquiry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kodeks.accessrequests import clock, ports, selectors, services
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.accessrequests.forms import NewRequestForm, TakenOverForm
from kodeks.accessrequests.models import AccessRequest
from kodeks.casework import selectors as casework
from kodeks.kernel import api as kernel
from kodeks.web.pages import for_roles, signed_in

_TEMPLATE = "accessrequests/new.html"


@dataclass(frozen=True, kw_only=True)
class _From:
    """Where the request comes from, and what is known there."""

    origin: ports.RequestOrigin
    origin_id: str
    known: ports.Begun

    @property
    def facts(self) -> list[tuple[str, str]]:
        return [
            ("Modtaget", date_format(self.known.received_on)),
            *([("Navn", self.known.name)] if self.known.name else []),
            *([("CPR-nummer", "Følger med")] if self.known.has_number else []),
            ("Med egne ord", self.known.wording),
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(kernel.Role.CASEWORKER)
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    begun = _begun(request)
    if begun is not None:
        there = selectors.of_origin(begun.origin.name, begun.origin_id)
        if there is not None:
            messages.success(request, "Anmodningen er allerede oprettet. Her er den.")
            return redirect("accessrequests:request", request_id=there.id)
    if request.method != "POST":
        return render(request, _TEMPLATE, {"form": _form(begun, None), "begun": begun})
    form = _form(begun, request.POST)
    if form.is_valid():
        try:
            made = _registered(begun, form.cleaned_data, signed_in(request))
        except (AccessRequestError, ports.NoSuchOrigin, kernel.Refused) as error:
            form.add_error(None, str(error))
        else:
            return _taken_in(request, made)
    return render(request, _TEMPLATE, {"form": form, "begun": begun}, status=422)


def _taken_in(request: HttpRequest, made: AccessRequest) -> HttpResponse:
    if not selectors.is_seen_by(signed_in(request), made.id):
        messages.success(request, f"Anmodningen er gemt og ligger hos {made.unit.name}.")
        return redirect("accessrequests:requests")
    due = clock.answer_by(made)
    day = "" if due is None else f" Svaret skal være sendt den {date_format(due)}."
    messages.success(request, f"Anmodningen er gemt.{day}")
    return redirect("accessrequests:request", request_id=made.id)


def _begun(request: HttpRequest) -> _From | None:
    """Where it is taken over from; None when it is typed in. What is not there is not found."""
    asked = request.POST if request.method == "POST" else request.GET
    names = ("origin", "origin_id") if request.method == "POST" else ("fra", "nr")
    code, origin_id = (str(asked.get(name, "")) for name in names)
    if not code:
        return None
    origin = ports.origins().get(code)
    if origin is None:
        raise Http404
    try:
        known = origin.begun(origin_id=origin_id, user=signed_in(request))
    except ports.NoSuchOrigin:
        raise Http404 from None
    return _From(origin=origin, origin_id=origin_id, known=known)


def _form(begun: _From | None, data: QueryDict | None) -> NewRequestForm:
    units = sorted(casework.unit_names().items(), key=lambda unit: unit[1])
    if begun is None:
        initial = {"received_on": timezone.localdate()}
        return NewRequestForm(data, units=units, initial=initial)
    initial = {"origin": begun.origin.name, "origin_id": begun.origin_id}
    return TakenOverForm(data, units=units, known=begun.known, initial=initial)


def _registered(begun: _From | None, typed: dict[str, Any], user: kernel.User) -> AccessRequest:
    given = dict(typed)
    if begun is None:
        made, _ = services.register(key=f"side:{given.pop('submission')}", user=user, **given)
        return made
    known = begun.known
    given |= {"wording": known.wording, "received_on": known.received_on}
    if known.name:
        given["requester_name"] = known.name
    if known.has_number:
        number = begun.origin.number(origin_id=begun.origin_id, user=user)
        given["requester_cpr"] = number
    key = f"{begun.origin.name}:{begun.origin_id}"
    return services.register(key=key, user=user, **given)[0]
