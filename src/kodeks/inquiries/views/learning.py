# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Gentræning: the runs for those who answer for the system, and for a caseworker what their own
decisions were used for."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.learning import reports, runs, sets
from kodeks.inquiries.models import Retraining
from kodeks.kernel import api as kernel
from kodeks.web import live, paging
from kodeks.web.forms import day
from kodeks.web.pages import for_roles, signed_in

STEERS = (
    kernel.Role.SYSTEM_OWNER,
    kernel.Role.ADMINISTRATOR,
    kernel.Role.DATA_PROTECTION_OFFICER,
)


class StartForm(forms.Form):
    """Begin a run; a period may be left out, such as a week with wrong choices."""

    out_from = day("Udelad afgørelser fra og med", required=False)
    out_to = day("Udelad afgørelser til og med", required=False)


@require_safe
@for_roles(*STEERS)
@never_cache
def learning(request: HttpRequest) -> HttpResponse:
    return _page(request, StartForm())


@require_POST
@for_roles(*STEERS)
def start(request: HttpRequest) -> HttpResponse:
    form = StartForm(request.POST)
    if form.is_valid():
        try:
            run = runs.ask(user=signed_in(request), **form.cleaned_data)
        except InquiryError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Gentræningen er i kø. Siden viser, hvor langt den er.")
            return redirect("inquiries:learning-run", run.id)
    return _page(request, form, status=422)


@require_safe
@for_roles(*STEERS)
@never_cache
def run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    told = _told(run_id)
    if live.seen(request) == told.standing:
        return live.nothing_new()
    context = {"run": told, "may_start": _may_start(request)}
    return render(request, "inquiries/learning_run.html", context)


@require_POST
@for_roles(*STEERS)
def abandon(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    _told(run_id)
    try:
        runs.abandon(run_id=run_id, user=signed_in(request), reason=request.POST.get("reason", ""))
    except InquiryError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Gentræningen er afbrudt.")
    return redirect("inquiries:learning-run", run_id)


@require_safe
@for_roles(kernel.Role.CASEWORKER)
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    return render(
        request, "inquiries/learning_mine.html", {"shares": reports.shares(signed_in(request))}
    )


def _page(request: HttpRequest, form: StartForm, *, status: int = 200) -> HttpResponse:
    page = paging.page(request, reports.newest(), size=25)
    technician = runs.on_schedule()
    context: dict[str, Any] = {
        "page": page,
        "runs": reports.listed(page),
        "sets": sets.present(),
        "technician": technician.full_name if technician else "",
        "may_start": _may_start(request),
        "lacks_technician": technician is None
        and not kernel.has_role(signed_in(request), kernel.Role.ADMINISTRATOR),
        "form": form,
    }
    return render(request, "inquiries/learning.html", context, status=status)


def _may_start(request: HttpRequest) -> bool:
    return bool(kernel.roles_of(signed_in(request)) & runs.MAY_START)


def _told(run_id: uuid.UUID) -> reports.Told:
    try:
        return reports.told(run_id)
    except Retraining.DoesNotExist:
        raise Http404 from None
