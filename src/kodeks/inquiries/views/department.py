# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A department's inbox: what the robot has forwarded and nobody has answered yet."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.casework import clock_reads, notices
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Deadline, InboxItem, Unit
from kodeks.inquiries import confirming, selectors, services, urgent
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.web import paging
from kodeks.web.pages import for_roles, signed_in

UNIT = "afdeling"
_MOST_NOTICES = 25


@dataclass(frozen=True, kw_only=True)
class Line:
    """One forwarded inquiry with its open deadline; `late` when the promised day has passed.
    `urgent` tells why it is urgent, if it is or was. Where several have written in the case,
    `inquiry` is the first that the case was opened for, and `more` the number of the others."""

    item: InboxItem
    inquiry: Inquiry | None
    more: int
    deadline: Deadline | None
    late: bool
    urgent: urgent.Told | None


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
        items = urgent.first(selectors.forwarded_to(chosen.code, user=signed_in(request)))
    page = paging.page(request, items)
    told = urgent.told(list(page))
    lying: dict[uuid.UUID, list[Inquiry]] = {}
    for inquiry in selectors.lying_in([item.case_id for item in page]):
        lying.setdefault(inquiry.case_id or inquiry.joined_id, []).append(inquiry)
    context = {
        "units": [(unit.code, f"{unit.name} ({unit.waiting})") for unit in units],
        "chosen": chosen,
        "page": page,
        "lines": [_line(item, told.get(item.id), lying.get(item.case_id, [])) for item in page],
        "parameter": UNIT,
        **_notices(chosen),
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


@require_POST
@for_roles(kernel.Role.CASEWORKER)
def attended(request: HttpRequest, item_id: uuid.UUID) -> HttpResponse:
    """The department has dealt with what is urgent, though it has not answered yet."""
    query = urlencode({UNIT: request.POST.get(UNIT, "")})
    try:
        item = urgent.attend(item_id=item_id, user=signed_in(request))
    except (CaseworkError, InquiryError, kernel.Refused) as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            f"Det er skrevet ned, at der er taget hånd om sag {item.case.number}. "
            "Den venter stadig på svar.",
        )
    return redirect(f"{reverse('inquiries:department')}?{query}")


@require_POST
@for_roles(kernel.Role.CASEWORKER)
def settled(request: HttpRequest, item_id: uuid.UUID) -> HttpResponse:
    """The department has seen to a letter that reached nobody."""
    query = urlencode({UNIT: request.POST.get(UNIT, "")})
    try:
        item = notices.settle(item_id=item_id, user=signed_in(request))
        confirming.settle(item.case)
    except CaseworkError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Det er skrevet på sag {item.case.number}, at det er klaret.")
    return redirect(f"{reverse('inquiries:department')}?{query}")


def _notices(unit: Unit | None) -> dict[str, Any]:
    waiting = notices.waiting(unit=unit) if unit else InboxItem.objects.none()
    shown = [notices.read(item) for item in waiting[:_MOST_NOTICES]]
    return {"notices": shown, "more_notices": max(waiting.count() - len(shown), 0)}


def _line(item: InboxItem, told: urgent.Told | None, lying: list[Inquiry]) -> Line:
    deadline = next(iter(item.case.deadlines.all()), None)
    return Line(
        item=item,
        inquiry=next(iter(lying), None),
        more=max(len(lying) - 1, 0),
        deadline=deadline,
        late=deadline is not None and clock_reads.is_late(deadline, on=timezone.localdate()),
        urgent=told,
    )
