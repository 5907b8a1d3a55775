# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The confirmation to whoever reported about a child: looked at, signed and sent."""

from __future__ import annotations

import uuid
from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kodeks.casework.errors import CaseworkError
from kodeks.documents.errors import DocumentError
from kodeks.documents.letters import Letter
from kodeks.documents.letters import render as render_letter
from kodeks.documents.plain_text import plain_text
from kodeks.inquiries import confirming, selectors
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.forms import ContactForm
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.web.pages import for_roles, signed_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(kernel.Role.CASEWORKER)
def confirm(request: HttpRequest, inquiry_id: uuid.UUID) -> HttpResponse:
    """The letter as it will be, and where it stands; what was typed stays when it is refused."""
    user = signed_in(request)
    try:
        found = selectors.inquiry(inquiry_id, user=user)
    except Inquiry.DoesNotExist:
        raise Http404 from None
    standing = confirming.told(found)
    if standing is None:
        raise Http404
    if standing.state != "ready":
        if request.method == "POST" and standing.document is not None:
            messages.info(request, "Kvitteringen er allerede skrevet under.")
            return redirect("inquiries:confirm", inquiry_id=found.id)
        return _page(request, found, standing)
    typed = {"contact": confirming.usual_contact(found, user)}
    form = ContactForm(request.POST if request.method == "POST" else None, initial=typed)
    if form.is_valid():
        typed = form.cleaned_data
    letter, do = None, request.POST.get("do", "")
    try:
        letter = confirming.drafted(found, user=user, **typed)
        if form.is_valid() and do == "pdf":
            return _pdf(letter)
        if form.is_valid() and do == "send":
            confirming.send(inquiry_id=found.id, user=user, **typed)
            messages.success(request, "Du har skrevet under på kvitteringen. Den bliver sendt nu.")
            return redirect("inquiries:inquiry", inquiry_id=found.id)
    except (InquiryError, CaseworkError, DocumentError, kernel.Refused) as refused:
        if not form.is_bound:
            form = ContactForm(typed)
            form.is_valid()
        form.add_error("contact" if letter is None else None, str(refused))
    return _page(request, found, standing, form=form, letter=letter)


def _page(
    request: HttpRequest,
    found: Inquiry,
    standing: confirming.Told,
    *,
    form: ContactForm | None = None,
    letter: Letter | None = None,
) -> HttpResponse:
    context = {
        "inquiry": found,
        "confirmation": standing,
        "form": form,
        "letter": letter,
        "text": "" if letter is None else plain_text(letter.paragraphs),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "inquiries/confirm.html", context, status=status)


def _pdf(letter: Letter) -> HttpResponse:
    note = "Dette er en kladde. Den er ikke sendt."
    data = render_letter(replace(letter, footnotes=(note,)))
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="kladde-{letter.case_number}.pdf"'
    return answer
