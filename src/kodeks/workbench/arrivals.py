# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What came in from other systems, and the list of what could not be taken in."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.connectors import arriving
from kodeks.connectors.mail import receiving, sending
from kodeks.connectors.models import Kind, MailState, Source
from kodeks.inquiries.errors import InquiryError
from kodeks.kernel.models import Role
from kodeks.web.pages import for_roles, signed_in

_ON_THE_PAGE = 100
_WHERE = {
    Source.MAIL: f"Postkassens mappe »{receiving.UNREADABLE}«",
    Source.DROP: "Mappen »afvist«",
    Source.OPEN311: "Ingen steder. Afsenderen fik nej.",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """How much came in by one way, by what became of it."""

    source: str
    inquiry: int
    automatic: int
    refused: int


@never_cache
@require_safe
@for_roles(Role.CASEWORKER, Role.ADMINISTRATOR)
def arrivals(request: HttpRequest) -> HttpResponse:
    counts = arriving.counts()
    rows = [
        Row(
            source=source.label,
            inquiry=counts.get((source, Kind.INQUIRY), 0),
            automatic=counts.get((source, Kind.AUTOMATIC), 0),
            refused=counts.get((source, Kind.REFUSED), 0),
        )
        for source in Source
    ]
    refused = arriving.refused()
    listed = [
        {
            "id": one.id,
            "arrived_at": one.arrived_at,
            "source": Source(one.source).label,
            "reason": one.reason,
            "where": _WHERE[Source(one.source)],
        }
        for one in refused[:_ON_THE_PAGE]
    ]
    context = {
        "rows": rows,
        "refused": listed,
        "waiting": refused.count(),
        "sent": [(state.label, sending.counts().get(state, 0)) for state in MailState],
    }
    return render(request, "workbench/arrivals.html", context)


@require_POST
@for_roles(Role.CASEWORKER, Role.ADMINISTRATOR)
def see_to(request: HttpRequest, arrival_id: uuid.UUID) -> HttpResponse:
    try:
        arriving.see_to(arrival_id=arrival_id, user=signed_in(request))
    except InquiryError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Det er taget af listen.")
    return redirect("workbench:arrivals")
