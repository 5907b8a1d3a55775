# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The list of inquiries that wait for a caseworker.

It shows neither topic nor confidence: the text is to be read before the suggestion is seen.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from kodeks.inquiries import selectors
from kodeks.inquiries.forms import InboxFilter
from kodeks.inquiries.views import standing
from kodeks.kernel import api as kernel
from kodeks.web import paging
from kodeks.web.pages import for_roles, signed_in

_BEGINNING = 90
"""Characters of a text shown in the list."""


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def inbox(request: HttpRequest) -> HttpResponse:
    form = InboxFilter(request.GET)
    waiting = selectors.waiting(user=signed_in(request))
    found = selectors.filtered(waiting, **form.cleaned_data) if form.is_valid() else waiting.none()
    page = paging.page(request, found)
    return render(
        request,
        "inquiries/inbox.html",
        {
            "form": form,
            "page": page,
            "rows": [(one, _beginning(one.text)) for one in page],
            "notice": standing.obstacle_notice(),
            "waiting": paging.count(waiting),
            "urgent": paging.count(selectors.filtered(waiting, urgency="urgent")),
            "filtered": any(request.GET.get(name) for name in form.fields),
        },
    )


def _beginning(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(_BEGINNING)
