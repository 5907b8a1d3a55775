# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The journal of inquiries, and the letters in it."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kodeks.casework.models import Document
from kodeks.casework.ports import journal_system, letter_dispatch
from kodeks.inquiries import letters_sent, selectors
from kodeks.inquiries.forms import JournalFilter
from kodeks.kernel import api as kernel
from kodeks.web import paging
from kodeks.web.pages import for_roles, signed_in


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def journal(request: HttpRequest) -> HttpResponse:
    form = JournalFilter(request.GET, units=selectors.units())
    valid = form.is_valid()
    chosen = form.cleaned_data if valid else {}
    entries = selectors.journal(user=signed_in(request), **chosen)
    entries = entries if valid else entries.none()
    page = paging.page(request, entries)
    filtered = any(request.GET.get(name) for name in form.fields)
    context = {
        "form": form,
        "page": page,
        "filtered": filtered,
        "journal_description": journal_system().description,
        "letters_description": letter_dispatch().description,
    }
    return render(request, "inquiries/journal.html", context)


@require_safe
@for_roles(kernel.Role.CASEWORKER)
@never_cache
def letter(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    """A letter that went out in an inquiry's case, as PDF."""
    try:
        document = letters_sent.letter(document_id, user=signed_in(request))
    except Document.DoesNotExist:
        raise Http404 from None
    return HttpResponse(
        bytes(document.content),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="brev-{document.case.number}.pdf"'},
    )
