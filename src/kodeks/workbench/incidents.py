# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Incidents of a system: report one, see which clocks run, write down what was done.

A caseworker sees the incidents that they reported themselves; those who answer see all.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.codex.incidents import IncidentKind
from kodeks.kernel import authority, selectors, stewardship
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.web import paging
from kodeks.web.pages import for_roles, signed_in
from kodeks.workbench import access, register, tabs
from kodeks.workbench.fields import Clock, Day, Words
from kodeks.workbench.incident_clocks import (
    STEPS,
    Line,
    kinds,
    line,
    lines,
    seen_by,
    time_to_report,
)


class ReportForm(forms.Form):
    """What went wrong, and when somebody became aware of it: then the clock starts."""

    kind = forms.ChoiceField(
        label="Hvad er der sket?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Vælg, hvad der er sket.",
            "invalid_choice": "Vælg en af mulighederne.",
        },
    )
    day = Day(
        label="Hvilken dag blev det opdaget?",
        help_text="Fristen løber fra det øjeblik, den første medarbejder opdagede det.",
        error_messages={"required": "Skriv den dag, det blev opdaget."},
    )
    clock = Clock(
        label="Hvad var klokken?",
        error_messages={"required": "Skriv, hvad klokken var, da det blev opdaget."},
    )
    number = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    """Given when the page is shown, so that a form that is sent twice is one incident."""
    description = Words(
        label="Beskriv, hvad der skete",
        most=4000,
        missing="Skriv, hvad der skete.",
        help_text="Hvad gjorde systemet, og hvem går det ud over? Skriv ikke navne på borgere.",
    )

    def __init__(self, *args: Any, kinds: Mapping[str, IncidentKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(code, kind.title) for code, kind in kinds.items()]
        self._hints = {code: time_to_report(kind) for code, kind in kinds.items()}

    def options(self) -> list[dict[str, str]]:
        """The kinds for the component `radios`, each with how soon it must be reported."""
        return [
            {"value": code, "label": title, "helptext": self._hints[code]}
            for code, title in self.fields["kind"].choices
        ]

    def clean(self) -> dict[str, Any]:
        day, clock = self.cleaned_data.get("day"), self.cleaned_data.get("clock")
        if day is None or clock is None:
            return self.cleaned_data
        # Of an hour that the clock shows twice it is the first, whose time is up sooner.
        aware_at = dt.datetime.combine(day, clock, tzinfo=timezone.get_current_timezone())
        if aware_at > timezone.now():
            self.add_error("day", "Tidspunktet er ikke kommet endnu. Ret dagen eller klokken.")
        return self.cleaned_data | {"aware_at": aware_at}


class StepForm(forms.Form):
    """What was done about an incident."""

    step = forms.ChoiceField(
        label="Hvad er der gjort?",
        widget=forms.RadioSelect,
        choices=[(code, step.choice) for code, step in STEPS.items()],
        error_messages={
            "required": "Vælg, hvad der er gjort.",
            "invalid_choice": "Vælg en af mulighederne.",
        },
    )
    text = Words(
        label="Fortæl om det",
        most=4000,
        missing="Skriv, hvad der er gjort.",
        help_text="Skriv myndighedens sagsnummer eller din grund. Skriv ikke navne på borgere.",
    )


@never_cache
@require_safe
@for_roles(*access.REPORTS)
def choose_system(request: HttpRequest) -> HttpResponse:
    """The way to the form for those who have no page of the systems."""
    user = signed_in(request)
    rows = [
        {
            "state": state,
            "status": register.status(state),
            "open": sum(not one.closed for one in lines(state.slug, user=user)),
        }
        for state in selectors.systems()
    ]
    return render(request, "workbench/incident_systems.html", {"rows": rows})


@never_cache
@require_safe
@for_roles(*access.REPORTS)
def incidents(request: HttpRequest, slug: str) -> HttpResponse:
    return _list_page(request, slug, form=ReportForm(kinds=kinds()))


@require_POST
@for_roles(*access.REPORTS)
def report(request: HttpRequest, slug: str) -> HttpResponse:
    register.state_or_404(slug)
    form = ReportForm(request.POST, kinds=kinds())
    if form.is_valid():
        given = form.cleaned_data
        try:
            found = stewardship.report_incident(
                system=slug,
                kind=given["kind"],
                aware_at=given["aware_at"],
                description=given["description"],
                user=signed_in(request),
                incident_id=given["number"],
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "Hændelsen er meldt.")
            return redirect("workbench:incident", slug, found)
    return _list_page(request, slug, form=form, status=422)


@never_cache
@require_safe
@for_roles(*access.REPORTS)
def incident(request: HttpRequest, slug: str, incident_id: uuid.UUID) -> HttpResponse:
    return _incident_page(request, slug, _line_or_404(request, slug, incident_id))


@require_POST
@for_roles(*access.REPORTS)
def handle(request: HttpRequest, slug: str, incident_id: uuid.UUID) -> HttpResponse:
    _line_or_404(request, slug, incident_id)
    form = StepForm(request.POST)
    if form.is_valid():
        try:
            stewardship.handle_incident(
                incident_id=incident_id, user=signed_in(request), **form.cleaned_data
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "Det er skrevet ned.")
            return redirect("workbench:incident", slug, incident_id)
    found = _line_or_404(request, slug, incident_id)
    return _incident_page(request, slug, found, form=form, status=422)


def _list_page(
    request: HttpRequest, slug: str, *, form: ReportForm, status: int = 200
) -> HttpResponse:
    state = register.state_or_404(slug)
    found = lines(slug, user=signed_in(request))
    page = paging.page(request, found)
    context = {
        "state": state,
        "tabs": tabs.of_system(request, slug, current=tabs.INCIDENTS),
        "form": form,
        "page": page,
        "late": sum(one.late for one in found),
        "sees_all": access.sees_all_incidents(request.user),
    }
    return render(request, "workbench/incidents.html", context, status=status)


def _line_or_404(request: HttpRequest, slug: str, incident_id: uuid.UUID) -> Line:
    found = seen_by(signed_in(request), slug).filter(id=incident_id).first()
    if found is None:
        raise Http404
    return line(found)


def _incident_page(
    request: HttpRequest,
    slug: str,
    found: Line,
    *,
    form: StepForm | None = None,
    status: int = 200,
) -> HttpResponse:
    about = About(system=slug)
    context = {
        "state": register.state_or_404(slug),
        "line": found,
        "form": form or StepForm(),
        # Whoever was refused sees what they wrote, also when it is not theirs to write.
        "may_handle": form is not None
        or authority.may(signed_in(request), "handle_incident", about=about),
    }
    return render(request, "workbench/incident.html", context, status=status)
