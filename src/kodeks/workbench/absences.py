# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A system owner's own absences: what is written, which of it counts, and a form to write more."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.kernel import codices, facts, selectors, stewardship
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Absence, Role, User
from kodeks.web.pages import for_roles, signed_in
from kodeks.workbench.fields import Day

_MOST_SHOWN = 20
_DAY = dt.timedelta(days=1)


class AbsenceForm(forms.Form):
    """From when to when; the last day may be unknown."""

    first_day = Day(
        label="Første dag, du er væk",
        error_messages={"required": "Skriv den første dag, du er væk."},
    )
    last_day = Day(
        label="Sidste dag, du er væk",
        required=False,
        help_text="Lad feltet stå tomt, hvis du ikke ved, hvornår du er tilbage.",
    )

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "Den sidste dag ligger før den første. Ret dagene.")
        return self.cleaned_data


@dataclass(frozen=True, kw_only=True)
class Period:
    """An absence as it was written, and how much of it counts beside newer ones."""

    absence: Absence
    until: dt.date | None
    """The last day on which it counts, if it does; None when no end is known."""

    @property
    def counts(self) -> bool:
        return self.until is None or self.until >= self.absence.first_day

    @property
    def is_whole(self) -> bool:
        return self.until == self.absence.last_day


def periods(user: User) -> list[Period]:
    """The person's absences, the newest first, as kernel.facts.away_since judges them.

    A newer one takes the place of an older one that it touches, from its own first day on.
    """
    newer: list[Absence] = []
    found = []
    for absence in Absence.objects.filter(user=user).order_by("-id"):
        until = absence.last_day
        for one in newer:
            if one.last_day is None or one.last_day >= absence.first_day:
                before = one.first_day - _DAY
                until = before if until is None else min(until, before)
        found.append(Period(absence=absence, until=until))
        newer.append(absence)
    return found


@never_cache
@require_safe
@for_roles(Role.SYSTEM_OWNER)
def absence(request: HttpRequest) -> HttpResponse:
    return _page(request, form=AbsenceForm())


@require_POST
@for_roles(Role.SYSTEM_OWNER)
def be_absent(request: HttpRequest) -> HttpResponse:
    form = AbsenceForm(request.POST)
    user = signed_in(request)
    if form.is_valid():
        planned = _planned(user)
        try:
            stewardship.be_absent(user=user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "Dit fravær er gemt.")
            for lost in sorted(planned - _planned(user)):
                messages.warning(
                    request,
                    f"Dit fravær fra {date_format(lost)} gælder ikke mere. "
                    "Skriv det igen, hvis du stadig skal være væk.",
                )
            return redirect("workbench:absence")
    return _page(request, form=form, status=422)


def _planned(user: User) -> set[dt.date]:
    """The first days of the absences to come that count."""
    today = timezone.localdate()
    return {
        one.absence.first_day
        for one in periods(user)
        if one.counts and one.absence.first_day > today
    }


def _page(request: HttpRequest, *, form: AbsenceForm, status: int = 200) -> HttpResponse:
    user = signed_in(request)
    context = {
        "form": form,
        "away_since": facts.away_since(user.pk, timezone.localdate()),
        "periods": periods(user)[:_MOST_SHOWN],
        "posts": _posts(user),
        "most_days": _most_days(),
    }
    return render(request, "workbench/absence.html", context, status=status)


def _posts(user: User) -> list[dict[str, Any]]:
    """The systems that the person answers for, and who does it meanwhile."""
    posts = []
    for state in selectors.systems():
        post = state.assignment
        if post is None or user.pk not in (post.manager_id, post.deputy_id):
            continue
        leads = user.pk == post.manager_id
        posts.append(
            {
                "state": state,
                "title": "Leder" if leads else "Stedfortræder",
                "other": (post.deputy_name if leads else state.manager) or "Ingen",
            }
        )
    return posts


def _most_days() -> int | None:
    """How long a system may run without manager and deputy; None without a codex."""
    try:
        return codices.in_force().limits["absence_days"]
    except Refused:
        return None
