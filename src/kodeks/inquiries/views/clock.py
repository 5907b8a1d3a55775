# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Confirm or dismiss a clock of the law that the text of an inquiry may have set going."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kodeks.casework.errors import CaseworkError
from kodeks.inquiries import legal_clocks, selectors
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.forms import ClockForm
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.web.pages import for_roles, signed_in

_DONE = {
    "confirmed": "Fristen er bekræftet. Den løber fra den dag, henvendelsen kom.",
    "dismissed": "Fristen er afvist. Din grund er gemt.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(kernel.Role.CASEWORKER)
def clock(request: HttpRequest, inquiry_id: uuid.UUID, clock_id: uuid.UUID) -> HttpResponse:
    """The form, and what it says done; what was typed stays when it is refused."""
    user = signed_in(request)
    try:
        found = selectors.inquiry(inquiry_id, user=user)
    except Inquiry.DoesNotExist:
        raise Http404 from None
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
