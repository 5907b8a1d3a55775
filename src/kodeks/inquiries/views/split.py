# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Split an inquiry that is about several things: which sentences belong to which matter."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kodeks.inquiries import selectors, splitting
from kodeks.inquiries.beginnings import beginning
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.forms import SplitForm
from kodeks.inquiries.models import Inquiry
from kodeks.inquiries.views import standing
from kodeks.kernel import api as kernel
from kodeks.web.pages import for_roles, signed_in

_SHOWN = 120


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(kernel.Role.CASEWORKER)
def split(request: HttpRequest, inquiry_id: uuid.UUID) -> HttpResponse:
    """The form, and what it says done; what was chosen stays when it is refused."""
    user = signed_in(request)
    try:
        found = selectors.inquiry(inquiry_id, user=user)
    except Inquiry.DoesNotExist:
        raise Http404 from None
    pieces = splitting.pieces(found)
    form = _form(found, pieces, user, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            parts = [
                [number for place in places for number in pieces[place].sentences]
                for places in form.parts()
            ]
            try:
                made = splitting.split(
                    key=form.cleaned_data["key"], inquiry_id=found.id, user=user, parts=parts
                )
            except (InquiryError, kernel.Refused) as error:
                form.add_error(None, str(error))
            else:
                count = len(made.parts) + 1
                messages.success(
                    request,
                    f"Henvendelsen er delt i {count} sager. De nye ligger i indbakken.",
                )
                return redirect("inquiries:inquiry", inquiry_id=found.id)
        status = 422
    elif not splitting.may_split(found, user=user):
        raise Http404
    rows = [(piece, form[f"piece-{place}"]) for place, piece in enumerate(pieces)]
    context = {"inquiry": found, "form": form, "rows": rows}
    return render(request, "inquiries/split.html", context, status=status)


def _form(found: Inquiry, pieces: list[splitting.Piece], user: kernel.User, data: Any) -> SplitForm:
    """Begins with what was proposed, if the person is to see it."""
    chosen, titles = [0] * len(pieces), ["Sag 1 (bliver her)"]
    titles += [f"Sag {number}" for number in range(2, splitting.MOST_MATTERS + 1)]
    if is_shown(found, user):
        matters = splitting.proposed(found)
        chosen = [matters.get(piece.sentences[0], 0) for piece in pieces]
        named = selectors.topic_titles()
        for place, label in splitting.labels(found).items():
            if place < len(titles):
                titles[place] = f"{titles[place]}: {named.get(label, label)}"
    chosen = [place if place < len(titles) else 0 for place in chosen]
    return SplitForm(
        data,
        pieces=[beginning(piece.text, _SHOWN) for piece in pieces],
        matters=titles,
        chosen=chosen,
        initial={"key": uuid.uuid4()},
    )


def is_shown(found: Inquiry, user: kernel.User) -> bool:
    """Whether the recommendation has several matters and is put before the person now."""
    recommendation = selectors.recommendation_of(found)
    if not found.proposed or recommendation is None or found.decision_id is not None:
        return False
    if standing.notice(found, user) is not None:
        return False
    return kernel.presentation(recommendation, user=user).how == "shown"
