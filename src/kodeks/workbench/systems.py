# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""For those who answer for the systems: how they run, and the stop button."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.kernel import access as kernel_access
from kodeks.kernel import selectors, stewardship
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Decision, Recommendation, Release, Role
from kodeks.kernel.selectors import SystemState
from kodeks.web import live
from kodeks.web.pages import for_roles
from kodeks.workbench import access, figures, plain, questions, register, register_entries, tabs

MOST_SWITCHES = 20
WEEK = dt.timedelta(days=7)


class ReasonForm(forms.Form):
    """Why somebody stops or starts a system; it stands in the log for ever."""

    reason = forms.CharField(
        label="Begrundelse",
        max_length=2000,
        widget=forms.Textarea,
        help_text="Begrundelsen gemmes i loggen. Skriv ikke navne på borgere.",
        error_messages={
            "required": "Skriv, hvorfor du gør det.",
            "max_length": "Begrundelsen er for lang. Den må højst fylde 2.000 tegn.",
        },
    )


@never_cache
@require_safe
@for_roles(*access.STEERS)
def systems(request: HttpRequest) -> HttpResponse:
    rows = [
        {"state": state, "status": register.status(state), "counts": counts(state.slug)}
        for state in selectors.systems()
    ]
    return render(request, "workbench/systems.html", {"rows": rows})


@never_cache
@require_safe
@for_roles(*access.STEERS)
def system(request: HttpRequest, slug: str) -> HttpResponse:
    polled = live.seen(request)
    if polled == _seen(register.state_or_404(slug)):
        return live.nothing_new()
    return _system_page(request, slug, form=ReasonForm(), polled=polled is not None)


@require_POST
@for_roles(*access.STEERS)
def stop(request: HttpRequest, slug: str) -> HttpResponse:
    return _switch(request, slug, verb=stewardship.stop, done="Systemet er stoppet.")


@require_POST
@for_roles(*access.STEERS)
def resume(request: HttpRequest, slug: str) -> HttpResponse:
    return _switch(request, slug, verb=stewardship.resume, done="Systemet er i drift igen.")


def _switch(
    request: HttpRequest, slug: str, *, verb: Callable[..., None], done: str
) -> HttpResponse:
    register.state_or_404(slug)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            verb(system=slug, user=request.user, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, done)
            return redirect("workbench:system", slug)
    return _system_page(request, slug, form=form, status=422)


def _system_page(
    request: HttpRequest, slug: str, *, form: ReasonForm, status: int = 200, polled: bool = False
) -> HttpResponse:
    state = register.state_or_404(slug)
    owner = kernel_access.has_role(request.user, Role.SYSTEM_OWNER)
    context = {
        "state": state,
        "status": register.status(state),
        "seen": _seen(state),
        "polled": polled,
        "counts": counts(slug),
        "shares": shares(slug),
        "questions": questions.answers(state),
        **register_entries.in_operation(state),
        "switches": selectors.switches(slug)[:MOST_SWITCHES],
        "tabs": tabs.of_system(request, slug, current=tabs.OVERVIEW),
        "releases": [_release(one, state) for one in selectors.releases(slug)],
        "form": form,
        "sees_reviews": bool(kernel_access.roles_of(request.user) & access.SEES_ALL),
        # Whoever was refused sees what they wrote, also when the button is not theirs.
        "may_resume": owner or form.is_bound,
    }
    return render(request, "workbench/system.html", context, status=status)


def _release(release: Release, state: SystemState) -> dict[str, Any]:
    """A model for the page: what became of it, and what was measured."""
    text, badge = "Afløst", ""
    if hasattr(release, "revocation"):
        text, badge = "Trukket tilbage", "error"
    elif not hasattr(release, "approval"):
        text, badge = "Venter på godkendelse", "warning"
    elif state.release is not None and release.pk == state.release.pk:
        text, badge = "I brug", "success"
    metrics = figures.metrics(release.metrics)
    return {"release": release, "text": text, "badge": badge, "metrics": metrics}


def _seen(state: SystemState) -> str:
    """Changes with every stop and start, and when something else keeps the system from running."""
    latest = state.latest_switch.id if state.latest_switch else 0
    return f"{register.status(state)['code']}-{latest}"


def counts(slug: str) -> dict[str, int]:
    """Recommendations and decisions since midnight and in the last seven days."""
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    issued = Recommendation.objects.filter(system_id=slug)
    decided = Decision.objects.filter(system_id=slug)
    return {
        "issued_today": issued.filter(issued_at__gte=midnight).count(),
        "issued_week": issued.filter(issued_at__gt=now - WEEK).count(),
        "decided_today": decided.filter(decided_at__gte=midnight).count(),
        "decided_week": decided.filter(decided_at__gt=now - WEEK).count(),
    }


def shares(slug: str) -> list[dict[str, Any]]:
    """How the last seven days' decisions stand to the suggestions; shares of all of them."""
    recent = Decision.objects.filter(system_id=slug, decided_at__gt=timezone.now() - WEEK)
    found = dict(recent.values_list("choice").annotate(Count("id")))
    total = sum(found.values())
    return [
        {
            "text": text,
            "count": found.get(choice, 0),
            "share": figures.share(found.get(choice, 0) / total) if total else "–",
        }
        for choice, text in plain.CHOICES.items()
    ]
