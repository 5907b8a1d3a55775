# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Confirm or dismiss a clock of the law that a text may have set going, or add one."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kodeks.casework.errors import CaseworkError
from kodeks.inquiries import legal_clocks, selectors
from kodeks.inquiries.clock_forms import AddClockForm, ClockForm
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.web.pages import for_roles, signed_in

_ADDED = "Fristen er skrevet på. Den løber fra den dag, henvendelsen kom."
_DONE = {
    "confirmed": "Fristen er bekræftet. Den løber fra den dag, henvendelsen kom.",
    "dismissed": "Fristen er afvist. Din grund er gemt.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(kernel.Role.CASEWORKER)
def clock(request: HttpRequest, inquiry_id: uuid.UUID, clock_id: uuid.UUID) -> HttpResponse:
    """The form, and what it says done; what was typed stays when it is refused."""
    user = signed_in(request)
    found = _seen(inquiry_id, user)
    shown = next((one for one in legal_clocks.shown(found) if one.id == clock_id), None)
    if shown is None:
        raise Http404
    form = ClockForm(request.POST or None, initial={"key": uuid.uuid4()})
    if form.is_valid():
        try:
            legal_clocks.settle(
                key=form.cleaned_data["key"],
                clock_id=clock_id,
                user=user,
                said=form.cleaned_data["said"],
                reason=form.cleaned_data["reason"],
            )
        except (InquiryError, CaseworkError, kernel.Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _DONE[form.cleaned_data["said"]])
            return redirect("inquiries:inquiry", inquiry_id=found.id)
    context = {
        "inquiry": found,
        "clock": shown,
        "form": form,
        "said": [{"value": value, "label": label} for value, label in form.fields["said"].choices],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "inquiries/clock.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(kernel.Role.CASEWORKER)
def add(request: HttpRequest, inquiry_id: uuid.UUID) -> HttpResponse:
    """The form for a clock that no rule has seen, and what it says done; what was chosen stays when
    it is refused."""
    user = signed_in(request)
    found = _seen(inquiry_id, user)
    form = AddClockForm(request.POST or None, initial={"key": uuid.uuid4()})
    if form.is_valid():
        try:
            legal_clocks.add(
                key=form.cleaned_data["key"],
                inquiry_id=found.id,
                user=user,
                rule=form.cleaned_data["rule"],
            )
        except (InquiryError, CaseworkError, kernel.Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _ADDED)
            return redirect("inquiries:inquiry", inquiry_id=found.id)
    context = {
        "inquiry": found,
        "clocks": legal_clocks.shown(found),
        "form": form,
        "rules": [{"value": value, "label": label} for value, label in legal_clocks.addable(found)],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "inquiries/add_clock.html", context, status=status)


def _seen(inquiry_id: uuid.UUID, user: kernel.User) -> Inquiry:
    try:
        return selectors.inquiry(inquiry_id, user=user)
    except Inquiry.DoesNotExist:
        raise Http404 from None
