# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The cases that a person sees, found by number, KLE number, unit and state; and own reminders."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.casework import reminders, selectors
from kodeks.casework.errors import CaseworkError
from kodeks.kernel.models import User
from kodeks.kernel.viewing import viewer
from kodeks.web import paging
from kodeks.web.pages import for_roles, signed_in
from kodeks.workbench.cases import READS, WORKS
from kodeks.workbench.cases.forms import CaseFilter

_MOST_REMINDERS = 25


@never_cache
@require_safe
@for_roles(*READS)
def cases(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = CaseFilter(request.GET, units=selectors.unit_names())
    found = selectors.cases(user=user, roles=READS)
    found = selectors.cases_found(found, **form.cleaned_data) if form.is_valid() else found.none()
    own = reminders.mine(user=user)
    context = {
        "form": form,
        "page": paging.page(request, found),
        "filtered": any(request.GET.get(name) for name in form.fields),
        "reminders": reminders.told(own[:_MOST_REMINDERS]),
        "reminder_count": own.count(),
    }
    return render(request, "workbench/cases.html", context)


@require_POST
@for_roles(*WORKS)
def finish_reminder(request: HttpRequest, reminder_id: uuid.UUID) -> HttpResponse:
    try:
        told = reminders.finish_reminder(reminder_id=reminder_id, user=signed_in(request))
    except CaseworkError as error:
        messages.error(request, str(error))
        return redirect("workbench:cases")
    messages.success(request, f"Erindringen om sag {told.case_number} er gjort.")
    if request.POST.get("from") == "case":
        return redirect("workbench:case", told.case_number)
    return redirect("workbench:cases")


def due_reminders(user: User) -> int:
    """How many of the person's open reminders have reached their day."""
    with viewer(user):
        return reminders.mine(user=user).filter(due_on__lte=timezone.localdate()).count()
