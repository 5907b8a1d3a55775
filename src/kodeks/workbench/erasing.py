# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Closed cases whose time is up: what is due, and erasing it in the name of the person who asks.

Nothing is erased by itself. A request erases a limited number, each case in a transaction of its
own, so that nobody waits for long and a lost connection leaves nothing half.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.casework import retention, rules
from kodeks.casework.models import KleSubject
from kodeks.kernel import authority
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import User
from kodeks.kernel.viewing import as_service
from kodeks.web.pages import for_roles, signed_in
from kodeks.workbench import access
from kodeks.workbench.fields import Day

MOST_AT_ONCE = 50
_MOST_SECONDS = 10.0
_MOST_REFUSALS = 5
_SERVICE = "erasing"
"""Whoever may erase may not therefore read: the cases are asked for as a service."""
_TEMPLATE = "workbench/erasing.html"


class DayForm(forms.Form):
    """The day to look at: what is due today, or will be on a day to come."""

    day = Day(
        label="Vis det, der har nået fristen den", error_messages={"required": "Vælg en dag."}
    )


class EraseForm(forms.Form):
    """Which KLE subject's due cases are to be erased, by somebody who has read what it means."""

    subject = forms.ModelChoiceField(
        KleSubject.objects.all(),
        error_messages={
            "required": "Vælg det emne, du vil slette sager for.",
            "invalid_choice": "Emnet findes ikke længere. Hent siden igen.",
        },
    )


@dataclass(frozen=True, kw_only=True)
class Line:
    """A KLE subject with cases whose time is up."""

    due: retention.DueSubject
    rule: str

    @property
    def summary(self) -> str:
        """What one request would do, in words that stay on one line."""
        return f"Slet {_cases(min(self.due.cases, MOST_AT_ONCE))}".replace(" ", "\u00a0")


@never_cache
@require_safe
@for_roles(*access.ERASES)
def due(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    form = DayForm(request.GET if "day" in request.GET else None, initial={"day": today})
    return _page(request, form=form, day=form.cleaned_data["day"] if form.is_valid() else today)


@require_POST
@for_roles(*access.ERASES)
def erase(request: HttpRequest) -> HttpResponse:
    form = EraseForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, day=timezone.localdate(), status=422)
    try:
        erased, refusals = _erased(request, form.cleaned_data["subject"])
    except Refused as refused:
        form.add_error(None, refused.message)
        return _page(request, form=form, day=timezone.localdate(), status=422)
    for refusal in refusals[:_MOST_REFUSALS]:
        messages.error(request, refusal)
    if len(refusals) > _MOST_REFUSALS:
        messages.error(request, f"{_cases(len(refusals))} blev ikke slettet.")
    if erased:
        messages.success(request, f"{_cases(erased)} er slettet.")
    elif not refusals:
        messages.info(request, "Der var ingen sager at slette.")
    return redirect("workbench:erasing")


def _erased(request: HttpRequest, subject: KleSubject) -> tuple[int, list[str]]:
    """How many cases were erased, and the sentences about those that were not."""
    erased, refusals = 0, []
    began = time.monotonic()
    user = signed_in(request)
    # Whose right has ended meanwhile would else be told that there was nothing to erase.
    authority.require(user, "erase", about=About())
    with as_service(_SERVICE):
        among = retention.erasable_by(user)
        for outcome in retention.erase_due(user=user, subject=subject, among=among):
            if outcome.refusal:
                refusals.append(outcome.refusal)
            else:
                erased += 1
            if erased == MOST_AT_ONCE or time.monotonic() - began > _MOST_SECONDS:
                break
    return erased, refusals


def _page(
    request: HttpRequest, *, form: forms.Form, day: dt.date, status: int = 200
) -> HttpResponse:
    with as_service(_SERVICE):
        among = retention.erasable_by(signed_in(request))
        found = retention.due_subjects(on=day, among=among)
        context: dict[str, Any] = {
            "form": form,
            "days": form if isinstance(form, DayForm) else DayForm(initial={"day": day}),
            "day": day,
            "today": day <= timezone.localdate(),
            "lines": [Line(due=one, rule=rules.in_words(one.subject)) for one in found],
            "cases": sum(one.cases for one in found),
            "without_rule": list(retention.without_rule()),
            "counts": _counts(retention.counts(among=among)),
        }
    return render(request, _TEMPLATE, context, status=status)


def late(user: User) -> int:
    """How many of the cases that the person may erase have reached their day."""
    with as_service(_SERVICE):
        return retention.due(on=timezone.localdate(), among=retention.erasable_by(user)).count()


def _cases(count: int) -> str:
    return "1 sag" if count == 1 else f"{count} sager"


def _counts(counts: retention.Counts) -> list[tuple[str, int]]:
    return [
        ("Lukkede sager med oplysninger", counts.closed),
        ("Heraf sager, der skal bevares", counts.kept),
        ("Slettede sager", counts.erased),
    ]
