# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A department's inbox: what the robot has forwarded and nobody has answered yet."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.casework import deadlines
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import InboxItem
from kodeks.inquiries import selectors, services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.views.inbox import PAGE
from kodeks.kernel import api as kernel
from kodeks.web.pages import for_roles, signed_in

UNIT = "afdeling"
_ON_A_PAGE = 25


@dataclass(frozen=True, kw_only=True)
class Line:
    """One forwarded inquiry; `late` when the promised day has passed."""

    item: InboxItem
    answer_by: dt.date
    late: bool


@require_safe
@for_roles(kernel.Role.CASEWORKER)
@never_cache
def department(request: HttpRequest) -> HttpResponse:
    units = selectors.departments(user=signed_in(request))
    chosen = next((unit for unit in units if unit.code == request.GET.get(UNIT)), None)
    if chosen is None:
        # The department with most to do, so that the page opens on something.
        chosen = max(units, key=lambda unit: unit.waiting, default=None)
    items = InboxItem.objects.none()
    if chosen is not None:
        items = selectors.forwarded_to(chosen.code, user=signed_in(request))
    page = Paginator(items, _ON_A_PAGE).get_page(request.GET.get(PAGE))
    days = selectors.working_days()
    context = {
        "units": [(unit.code, f"{unit.name} ({unit.waiting})") for unit in units],
        "chosen": chosen,
        "page": page,
        "lines": [_line(item, days) for item in page],
        "parameter": UNIT,
    }
    return render(request, "inquiries/department.html", context)


@require_POST
@for_roles(kernel.Role.CASEWORKER)
def answered(request: HttpRequest, item_id: uuid.UUID) -> HttpResponse:
    """The department has answered: the item leaves the inbox and the case is closed."""
    query = urlencode({UNIT: request.POST.get(UNIT, "")})
    try:
        item = services.mark_answered(item_id=item_id, user=signed_in(request))
    except (CaseworkError, InquiryError, kernel.Refused) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Sag {item.case.number} er markeret som besvaret.")
    return redirect(f"{reverse('inquiries:department')}?{query}")


def _line(item: InboxItem, days: dict[str, int]) -> Line:
    inquiry = item.case.inquiry
    since = timezone.localdate(inquiry.received_at)
    standing = selectors.standing_of(inquiry) if item.again else None  # type: ignore[attr-defined]
    if standing is not None:
        since = selectors.counted_from(inquiry, standing)
    answer_by = deadlines.due(received=since, working_days=days[item.case.kle.number])
    return Line(item=item, answer_by=answer_by, late=answer_by < timezone.localdate())
