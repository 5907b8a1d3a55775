# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How far an inquiry is, for whoever has the link of its acknowledgement. The link may lie in a
mail, so the page says nothing of what was written, by whom or about what."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kodeks.inquiries import acknowledging, answering, selectors
from kodeks.kernel import api as kernel


@never_cache
@require_safe
def follow(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    with kernel.as_service("insight"):
        inquiry = acknowledging.followed(reference, code)
        if inquiry is None:
            raise Http404
        standing = selectors.standing_of(inquiry)
        answered = answering.is_answered(inquiry, standing)
        if inquiry.erased_at is not None:
            status = "Sagen er afsluttet, og vi har slettet dine data."
        elif answered:
            status = "Vi har svaret på din henvendelse."
        elif standing is None:
            status = "En medarbejder skal læse henvendelsen og finde den afdeling, der kan svare."
        else:
            status = "Henvendelsen er hos den afdeling, der svarer."
        by = inquiry.acknowledgement.answer_by
        if standing is not None:
            by = selectors.answer_by(inquiry, standing)
        context = {
            "reference": reference,
            "received_at": inquiry.received_at,
            "status": status,
            "answer_by": None if answered or inquiry.erased_at else by,
        }
    answer = render(request, "inquiries/follow.html", context)
    # Who is linked to from here must not be told the address: it is the key.
    answer["Referrer-Policy"] = "no-referrer"
    return answer
