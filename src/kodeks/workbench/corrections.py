# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""»Det er forkert« at each datum, the objection, the caseworkers' list of tasks, the answer."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kodeks.casework import corrections
from kodeks.casework.errors import CaseworkError
from kodeks.kernel import records
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Role
from kodeks.kernel.subjects import Subject
from kodeks.web.pages import for_roles, signed_in
from kodeks.workbench import access, matters
from kodeks.workbench.fields import Words, YesNo
from kodeks.workbench.insight import bundle
from kodeks.workbench.matters import Found

_CPR = "Skriv ikke CPR-numre. Gør du det, skjuler vi dem."


class ReportForm(forms.Form):
    """What is wrong, and what is right; `key` makes a form that is sent twice count once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    wrong = Words(
        label="Hvad er forkert?",
        most=corrections.MOST_CHARACTERS,
        missing="Skriv, hvad der er forkert.",
        help_text=_CPR,
    )
    right = Words(
        label="Hvad er rigtigt?",
        most=corrections.MOST_CHARACTERS,
        missing="",
        required=False,
        help_text="Lad feltet stå tomt, hvis du ikke ved det.",
    )


class ObjectionForm(forms.Form):
    """Why somebody objects; `key` makes a form that is sent twice count once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    wrong = Words(
        label="Hvorfor gør du indsigelse?",
        most=corrections.MOST_CHARACTERS,
        missing="Skriv, hvorfor du gør indsigelse.",
        help_text=f"Skriv, hvad der gælder for netop dig. {_CPR}",
    )


class AnswerForm(forms.Form):
    """Whether it is corrected, and why."""

    corrected = YesNo(
        label="Er det rettet?",
        yes="Ja, det er rettet, dér hvor oplysningen kommer fra",
        no="Nej, oplysningen er ikke rettet",
        missing="Vælg, om det er rettet.",
    )
    reasons = Words(
        label="Hvad har du gjort, og hvorfor?",
        most=corrections.MOST_CHARACTERS,
        missing="Skriv, hvad du har gjort, og hvorfor.",
        help_text=f"Borgeren læser dit svar. {_CPR}",
    )


class ObjectionAnswerForm(AnswerForm):
    """Whether the citizen is right, and why."""

    corrected = YesNo(
        label="Får borgeren ret?",
        yes="Ja, vi ser på sagen igen uden forslaget",
        no="Nej, vi har en grund, der vejer tungere",
        missing="Vælg, om borgeren får ret.",
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@access.of_matter
def report(request: HttpRequest, subject: Subject, source: str, field: str) -> HttpResponse:
    """For whoever may see the matter: say that a datum of its suggestion is wrong."""
    found = matters.found_or_404(subject)
    used = bundle.records_of(found).recommendation
    data = [] if used is None else used.body["data_used"]
    datum = next((one for one in data if (one["source"], one["field"]) == (source, field)), None)
    if used is None or datum is None or datum["value"] == records.ERASED:
        raise Http404
    form = ReportForm(request.POST or None, initial={"key": uuid.uuid4()})
    if _is_reported(request, form, found, record_id=used.id, source=source, field=field):
        return redirect("workbench:insight", subject.type, subject.id)
    context = {"form": form, "matter": found.matter, "datum": datum}
    status = 422 if form.errors else 200
    return render(request, "workbench/correction.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@access.of_matter
def objection(request: HttpRequest, subject: Subject) -> HttpResponse:
    """For whoever may see the matter: object to the use of AI in it (GDPR article 21)."""
    found = matters.found_or_404(subject)
    records_of = bundle.records_of(found)
    about = records_of.recommendation or records_of.decision
    if about is None or about.erased:
        raise Http404
    form = ObjectionForm(request.POST or None, initial={"key": uuid.uuid4()})
    if _is_reported(request, form, found, record_id=about.id, source="", field="", right=""):
        return redirect("workbench:insight", subject.type, subject.id)
    context = {"form": form, "matter": found.matter}
    status = 422 if form.errors else 200
    return render(request, "workbench/objection.html", context, status=status)


def _is_reported(request: HttpRequest, form: forms.Form, found: Found, **about: Any) -> bool:
    """Whether what the form says is a task now; if it was refused, the form says why."""
    if not form.is_bound or not form.is_valid():
        return False
    matter = found.matter
    try:
        told = corrections.report(
            subject=matter.subject, unit=matter.scope.unit, **about, **form.cleaned_data
        )
    except (CaseworkError, Refused) as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, f"Tak. Vi ser på det og svarer her senest {told.due_on:%d.%m.%Y}.")
    return True


@never_cache
@require_safe
@for_roles(Role.CASEWORKER)
def waiting(request: HttpRequest) -> HttpResponse:
    """The open tasks of the person's units, those that are due first."""
    tasks = corrections.waiting(user=signed_in(request))
    return render(request, "workbench/corrections.html", {"tasks": tasks})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.CASEWORKER)
def answer(request: HttpRequest, correction_id: uuid.UUID) -> HttpResponse:
    """One task with its form; what was typed stays when somebody else answered first."""
    user = signed_in(request)
    task = corrections.waiting_for(user=user, correction_id=correction_id)
    chosen = ObjectionAnswerForm if task is not None and task.is_objection else AnswerForm
    form = chosen(request.POST or None)
    if task is None and not form.is_bound:
        raise Http404
    if form.is_bound and form.is_valid():
        try:
            corrections.answer(correction_id=correction_id, user=user, **form.cleaned_data)
        except (CaseworkError, Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Dit svar er gemt. Borgeren kan se det på sin side.")
            return redirect("workbench:corrections")
    context: dict[str, Any] = {"form": form, "task": task}
    status = 422 if form.errors else 200
    return render(request, "workbench/answer_correction.html", context, status=status)
