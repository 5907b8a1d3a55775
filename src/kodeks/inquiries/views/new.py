# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Typing an inquiry in: a telephone note or a letter."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods

from kodeks.inquiries import acknowledging, selectors, services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.forms import NewInquiryForm
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.web.pages import for_roles, signed_in

_TEMPLATE = "inquiries/new.html"


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(kernel.Role.CASEWORKER)
def new(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, _TEMPLATE, {"form": NewInquiryForm()})
    form = NewInquiryForm(request.POST)
    received = _receive(form) if form.is_valid() else None
    if received is None:
        return render(request, _TEMPLATE, {"form": form}, status=422)
    then = "Systemet laver nu et forslag."
    if not kernel.may_run(services.SYSTEM, purpose=services.PURPOSE):
        then = "Der kommer først et forslag, når systemet er startet igen."
    by = acknowledging.promised(received)
    told = f" Svar senest {date_format(by)}." if by else ""
    number = acknowledging.reference(received)
    messages.success(request, f"Henvendelsen er gemt med nummer {number}.{told} {then}")
    if not selectors.visible_to(signed_in(request)).filter(id=received.id).exists():
        # Their right is for one unit or subject, and this is for those who place it.
        return redirect("inquiries:inbox")
    return redirect("inquiries:inquiry", inquiry_id=received.id)


def _receive(form: NewInquiryForm) -> Inquiry | None:
    """The inquiry, or None when the text cannot be taken in; the form then says why."""
    typed = form.cleaned_data
    try:
        inquiry, _ = services.receive(
            external_id=f"side:{typed['submission']}",
            text=typed["text"],
            channel=typed["channel"],
            sender_name=typed["sender_name"],
            sender_cpr=typed["sender_cpr"],
            district=typed["district"],
            address=typed["address"],
        )
    except InquiryError as error:
        form.add_error("text", str(error))
        return None
    return inquiry
