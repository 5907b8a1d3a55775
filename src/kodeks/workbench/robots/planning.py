# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""When work comes by the clock: an administrator changes it or switches it off."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Role
from kodeks.robots import schedules
from kodeks.web.pages import for_roles, signed_in
from kodeks.workbench.robots import plain
from kodeks.workbench.robots.forms import ScheduleForm


@never_cache
@require_safe
@for_roles(Role.ADMINISTRATOR)
def schedule(request: HttpRequest, name: str) -> HttpResponse:
    standing = _standing_or_404(name)
    changed = standing.changed
    form = ScheduleForm(
        initial={
            "is_on": "yes" if standing.is_on else "no",
            "cron": changed.cron if changed else "",
        }
    )
    return _page(request, standing, form)


@require_POST
@for_roles(Role.ADMINISTRATOR)
def change(request: HttpRequest, name: str) -> HttpResponse:
    standing = _standing_or_404(name)
    form = ScheduleForm(request.POST)
    if form.is_valid():
        try:
            schedules.change(name=name, user=signed_in(request), **form.cleaned_data)
        except Refused as refused:
            form.add_error("cron" if refused.code == "cron" else None, refused.message)
        else:
            messages.success(request, "Tidsplanen er ændret.")
            return redirect("workbench:robots")
    return _page(request, standing, form, status=422)


def _page(
    request: HttpRequest, standing: schedules.Standing, form: ScheduleForm, *, status: int = 200
) -> HttpResponse:
    changed = standing.changed
    context = {
        "standing": standing,
        "form": form,
        "by": plain.people([changed.user_id]).get(changed.user_id, "") if changed else "",
    }
    return render(request, "workbench/robot_schedule.html", context, status=status)


def _standing_or_404(name: str) -> schedules.Standing:
    found = next((one for one in schedules.standings() if one.schedule.name == name), None)
    if found is None:
        raise Http404
    return found
