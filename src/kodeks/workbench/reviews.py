# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What robots did by themselves, of which a share is drawn for a person to look at afterwards."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.kernel import acts, authority, codices, selectors
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Act, ActReview
from kodeks.kernel.records import Recommendation
from kodeks.kernel.viewing import as_service
from kodeks.web import paging
from kodeks.web.pages import for_roles, signed_in
from kodeks.workbench import access, figures, matters, plain
from kodeks.workbench.fields import Finding, YesNo
from kodeks.workbench.matters import Found

_MOST_SEEN = 20


class ReviewForm(forms.Form):
    """What a person found who looked at an act."""

    passed = YesNo(
        label="Var det rigtigt?",
        yes="Ja, det var rigtigt",
        no="Nej, det var forkert",
        missing="Vælg, om det var rigtigt.",
    )
    finding = Finding()


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """An act that was drawn, with the last day on which it may be looked at."""

    act: Act
    system: str
    title: str
    due: dt.date | None
    late: bool


@never_cache
@require_safe
@for_roles(*access.SEES_ALL)
def reviews(request: HttpRequest) -> HttpResponse:
    waiting = _drawn().filter(reviewed=None).order_by("acted_at", "pending_id")
    page = paging.page(request, waiting)
    seen = ActReview.objects.select_related("user", "act").order_by("-id")[:_MOST_SEEN]
    names = {state.slug: state for state in selectors.systems()}
    days = _review_days()
    context = {
        "page": page,
        "waiting": [_described(act, names[act.system_id].name, days) for act in page],
        "seen": [(one, _described(one.act, names[one.act.system_id].name, days)) for one in seen],
        "procedural": any(state.card["autonomy"] == "procedural" for state in names.values()),
    }
    return render(request, "workbench/reviews.html", context)


@never_cache
@require_safe
@for_roles(*access.SEES_ALL)
def review(request: HttpRequest, act_id: uuid.UUID) -> HttpResponse:
    return _page(request, _act_or_404(act_id))


@require_POST
@for_roles(*access.SEES_ALL)
def record(request: HttpRequest, act_id: uuid.UUID) -> HttpResponse:
    _act_or_404(act_id)
    form = ReviewForm(request.POST)
    if form.is_valid():
        try:
            acts.review(act_id=act_id, user=signed_in(request), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "Tak. Det er skrevet ned.")
            return redirect("workbench:reviews")
    # Read again: a colleague may have been first.
    return _page(request, _act_or_404(act_id), form=form)


def _drawn() -> QuerySet[Act]:
    return Act.objects.filter(review=True).select_related("reviewed__user")


def _act_or_404(act_id: uuid.UUID) -> Act:
    found = _drawn().filter(id=act_id).first()
    if found is None:
        raise Http404
    return found


def _described(act: Act, system: str, days: int | None) -> Drawn:
    due = None if days is None else timezone.localdate(act.acted_at) + dt.timedelta(days=days)
    return Drawn(
        act=act,
        system=system,
        title=plain.step_title(robot=act.robot, step=act.step),
        due=due,
        late=due is not None and due < timezone.localdate(),
    )


def _review_days() -> int | None:
    """How long a review may take; None without a codex that says so."""
    try:
        return codices.in_force().limits["review_days"]
    except Refused:
        return None


def _page(request: HttpRequest, act: Act, *, form: ReviewForm | None = None) -> HttpResponse:
    about = selectors.recommendation(act.recommendation_id) if act.recommendation_id else None
    if about is None:
        raise Http404
    with as_service("reviews"):
        found = matters.by_subject(about.subject)
    if found is not None:
        access.within(signed_in(request), found)
    scope = About(system=act.system_id, scope=about.scope, with_ai=True)
    drawn = _described(act, about.body["system_name"], _review_days())
    context = {
        "drawn": drawn,
        "seen": getattr(act, "reviewed", None),
        "facts": _facts(drawn, about, found),
        "subject": about.subject if found else None,
        "own_text": found.matter.own_text if found else "",
        "form": form or ReviewForm(),
        # Whoever was refused sees what they wrote, also when it is not theirs to write.
        "may_review": form is not None or authority.may(signed_in(request), "review", about=scope),
    }
    return render(request, "workbench/review.html", context, status=200 if form is None else 422)


def _facts(drawn: Drawn, about: Recommendation, found: Found | None) -> list[tuple[str, Any]]:
    values = about.suggestion
    suggested = found.titles(values) if found else ", ".join(str(one) for one in values.values())
    return [
        ("Trin", drawn.title),
        ("System", drawn.system),
        ("Systemets forslag", suggested),
        ("Hvor sikkert var systemet?", figures.share(about.body["confidence"])),
    ]
