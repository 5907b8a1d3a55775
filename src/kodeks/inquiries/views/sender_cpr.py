# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The sender's CPR number, for somebody with a reason: shown once, in the answer and nowhere else.

No redirect afterwards, as the number would then have to be kept somewhere. Whoever fetches the page
again sends the form again, and the log says so.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kodeks.inquiries import selectors, services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.forms import UnmaskForm
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.language import cpr
from kodeks.web.pages import for_roles, signed_in

_TEMPLATE = "inquiries/sender_cpr.html"
_ROLES = frozenset({kernel.Role.CASEWORKER, kernel.Role.DATA_PROTECTION_OFFICER})


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*_ROLES)
@never_cache
def sender_cpr(request: HttpRequest, inquiry_id: uuid.UUID) -> HttpResponse:
    user = signed_in(request)
    found = _found(inquiry_id, user)
    page: dict[str, Any] = {
        "inquiry": found,
        "may_read": kernel.has_role(user, kernel.Role.CASEWORKER),
    }
    if request.method != "POST":
        return render(request, _TEMPLATE, page | {"form": UnmaskForm()})
    form = UnmaskForm(request.POST)
    number = _opened(found, user, form) if form.is_valid() else ""
    if not number:
        return render(request, _TEMPLATE, page | {"form": form}, status=422)
    # The reason as the log has it.
    page["reason"] = cpr.mask(form.cleaned_data["reason"])
    return render(request, _TEMPLATE, page | {"number": f"{number[:6]}-{number[6:]}"})


def _found(inquiry_id: uuid.UUID, user: kernel.User) -> Inquiry:
    try:
        return selectors.inquiry(inquiry_id, user=user, roles=_ROLES)
    except Inquiry.DoesNotExist:
        raise Http404 from None


def _opened(found: Inquiry, user: kernel.User, form: UnmaskForm) -> str:
    """The number, or "" when the form says why not."""
    try:
        return services.shown_cpr(inquiry=found, user=user, reason=form.cleaned_data["reason"])
    except kernel.Refused as refused:
        form.add_error("reason" if refused.code == "no_reason" else None, refused.message)
    except (InquiryError, kernel.SealingError) as error:
        form.add_error(None, str(error))
    return ""
