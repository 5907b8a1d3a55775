# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who answers for a system, until when it is confirmed, its documents and its supervision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.codex.bundle import Codex
from kodeks.codex.days import months_after
from kodeks.kernel import authority, codices, facts, stewardship
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Attestation, CardRevision, System
from kodeks.kernel.selectors import SystemState
from kodeks.web.pages import for_roles, signed_in
from kodeks.workbench import access, evidence, register, tabs
from kodeks.workbench.fields import Finding, YesNo


class CheckForm(forms.Form):
    """A task of the supervision plan that was done."""

    task = forms.ChoiceField(
        label="Hvilken opgave?",
        error_messages={
            "required": "Vælg den opgave, du har gjort.",
            "invalid_choice": "Opgaven står ikke på systemkortet. Vælg en fra listen.",
        },
    )
    passed = YesNo(
        label="Er systemet i orden?",
        yes="Ja, der er ingen fejl",
        no="Nej, der er fejl. Systemet stopper, til en ny kontrol siger ja",
        missing="Vælg, om systemet er i orden.",
    )
    finding = Finding()

    def __init__(self, *args: Any, plan: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tasks = [(one["task"], one["title"]) for one in plan]
        # A list of one needs no choice.
        self.fields["task"].choices = tasks if len(tasks) == 1 else [("", "Vælg"), *tasks]


@never_cache
@require_safe
@for_roles(*access.STEERS)
def answering(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, register.state_or_404(slug))


@require_POST
@for_roles(*access.STEERS)
def attest(request: HttpRequest, slug: str) -> HttpResponse:
    state = register.state_or_404(slug)
    # Nothing is typed, so the form only carries what the kernel says against it.
    form = forms.Form(request.POST)
    user = signed_in(request)
    if _done(form, lambda: stewardship.attest(system=slug, user=user)):
        messages.success(request, "Du har bekræftet, at du svarer for systemet.")
        return redirect("workbench:answering", slug)
    return _page(request, state, refused=form)


@require_POST
@for_roles(*access.STEERS)
def supervise(request: HttpRequest, slug: str) -> HttpResponse:
    state = register.state_or_404(slug)
    form = CheckForm(request.POST, plan=state.card["supervision"])
    user = signed_in(request)
    if _done(form, lambda: stewardship.supervise(system=slug, user=user, **form.cleaned_data)):
        messages.success(request, "Kontrollen er skrevet ned.")
        return redirect("workbench:answering", slug)
    return _page(request, state, refused=form, check=form)


def _done(form: forms.Form, verb: Callable[[], None]) -> bool:
    """Whether the form is in order and the kernel did it; else the form says why not."""
    if not form.is_valid():
        return False
    try:
        verb()
    except Refused as refused:
        form.add_error(None, refused.message)
        return False
    return True


def _page(
    request: HttpRequest,
    state: SystemState,
    *,
    refused: forms.Form | None = None,
    check: CheckForm | None = None,
) -> HttpResponse:
    about = About(system=state.slug)
    user = signed_in(request)
    context = {
        "state": state,
        "status": register.status(state),
        "tabs": tabs.of_system(request, state.slug, current=tabs.ANSWERING),
        "refused": refused,
        "form": check or CheckForm(plan=state.card["supervision"]),
        "may_attest": authority.may(user, "attest", about=about),
        # Whoever was refused sees what they wrote, also when it is not theirs to write.
        "may_supervise": check is not None or authority.may(user, "supervise", about=about),
        **_by_the_codex(state),
    }
    return render(request, "workbench/answering.html", context, status=422 if refused else 200)


def _by_the_codex(state: SystemState) -> dict[str, Any]:
    """What the limits and duties of the codex in force say; without one, why there is none."""
    today = timezone.localdate()
    try:
        codex = codices.in_force()
    except Refused as refused:
        return {"problem": refused.message}
    return {
        "away": _away(codex, state, today),
        "confirmed": _confirmed(codex, state, today),
        "months": codex.limits["attestation_months"],
        "documents": evidence.documents(codex, state, today=today),
        "plan": _plan(codex, state, today),
    }


def _away(codex: Codex, state: SystemState, today: dt.date) -> str:
    """A sentence when the manager is away: who answers meanwhile, and for how long."""
    post = state.assignment
    if post is None or post.manager_id is None:
        return ""
    since = facts.away_since(post.manager_id, today)
    if since is None:
        return ""
    sentence = f"{post.manager_name} er væk siden {date_format(since)}."
    if facts.answers(post.deputy_id, today):
        return f"{sentence} {post.deputy_name} svarer for systemet så længe."
    days = codex.limits["absence_days"]
    return f"{sentence} Ingen stedfortræder kan svare. Systemet må højst køre sådan i {days} dage."


def _confirmed(codex: Codex, state: SystemState, today: dt.date) -> dict[str, Any] | None:
    """The newest confirmation by those who answer now, and until when it holds."""
    newest = (
        Attestation.objects.filter(system_id=state.slug, assignment=state.assignment)
        .select_related("user")
        .order_by("-id")
        .first()
    )
    if newest is None:
        return None
    until = months_after(timezone.localdate(newest.at), codex.limits["attestation_months"])
    text, badge = "Bekræftet", "success"
    if until < today:
        text, badge = "For gammelt", "error"
    elif until <= today + evidence.SOON:
        text, badge = "Udløber snart", "warning"
    return {"by": newest.user, "at": newest.at, "until": until, "text": text, "badge": badge}


def _plan(codex: Codex, state: SystemState, today: dt.date) -> list[dict[str, Any]]:
    """The tasks with their last check, and how they stand."""
    system = System.objects.get(slug=state.slug)
    card = CardRevision.objects.filter(system=system).latest("revision")
    grace = dt.timedelta(days=codex.limits["supervision_grace_days"])
    return [
        {**task, "standing": _standing(task, today, grace)}
        for task in facts.supervision(system, card)
    ]


def _standing(task: dict[str, Any], today: dt.date, grace: dt.timedelta) -> tuple[str, str]:
    """What a task's state is called, and how its badge looks."""
    if not task["passed"]:
        return "Fandt fejl", "error"
    if task["due"] + grace < today:
        return "For sent", "error"
    if task["due"] < today:
        return "Skal gøres nu", "warning"
    if task["due"] <= today + evidence.SOON:
        return "Skal gøres snart", "warning"
    return "Til tiden", "success"
