# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Omgørelse: a caseworker changes what was decided about an inquiry."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kodeks.inquiries import filing, selectors, services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.forms import ReversalForm
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.web.pages import for_roles, signed_in

_TEMPLATE = "inquiries/reverse.html"


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(kernel.Role.CASEWORKER)
@never_cache
def reverse(request: HttpRequest, inquiry_id: uuid.UUID) -> HttpResponse:
    user = signed_in(request)
    found, decision = _found(inquiry_id, user)
    if not kernel.may_reverse(user, decision):
        raise PermissionDenied
    standing = selectors.standing_of(found) or decision
    titles, label = selectors.topic_titles(), _kept_out(standing)
    if request.method != "POST":
        form = ReversalForm(titles=titles, standing=label, initial={"replaces": standing.id})
        return render(request, _TEMPLATE, _context(found, standing, form))
    form = ReversalForm(request.POST, titles=titles, standing=label)
    if form.is_valid():
        try:
            reversal = services.reverse(inquiry_id=found.id, user=user, **form.cleaned_data)
        except (kernel.Refused, InquiryError) as error:
            form.add_error(None, str(error))
        else:
            return _done(request, found, reversal)
    return render(request, _TEMPLATE, _context(found, standing, form), status=422)


def _kept_out(standing: kernel.Decision | kernel.Reversal) -> str:
    """The topic that stands, which nobody can choose again; "" where the inquiry was laid on a case
    or filed under another number: then the same topic is another decision."""
    return str(standing.outcome["label"]) if set(standing.outcome) == {"label"} else ""


def _found(inquiry_id: uuid.UUID, user: kernel.User) -> tuple[Inquiry, kernel.Decision]:
    """A decided inquiry whose text is there."""
    try:
        found = selectors.inquiry(inquiry_id, user=user)
    except Inquiry.DoesNotExist:
        raise Http404 from None
    decision = selectors.decision_of(found)
    if decision is None or found.erased_at is not None:
        raise Http404
    return found, decision


def _context(
    found: Inquiry, standing: kernel.Decision | kernel.Reversal, form: ReversalForm
) -> dict[str, Any]:
    topic = selectors.topic_of(standing)
    return {
        "inquiry": found,
        "form": form,
        "standing": [
            ("Emne", topic.title),
            ("Afdeling", topic.unit.name),
            *filing.in_words(standing),
        ],
        # Somebody who was overtaken sees what stands now, and sends their words anew.
        "replaces": standing.id,
        "causes": [{"value": code, "label": title} for code, title in kernel.CAUSES.items()],
    }


def _done(request: HttpRequest, found: Inquiry, reversal: kernel.Reversal) -> HttpResponse:
    robot = "Robotten retter sagen, skriver til borgeren og sender sagen videre."
    if not kernel.may_run(services.SYSTEM, purpose=services.PURPOSE):
        robot = "Robotten går i gang, når systemet er startet igen."
    title = selectors.topic_of(reversal).title
    messages.success(request, f"Afgørelsen er gjort om. Emnet er nu: {title}. {robot}")
    return redirect("inquiries:inquiry", inquiry_id=found.id)
