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
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.kernel import access as kernel_access
from kodeks.kernel import acts, authority, codices, selectors
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Act, ActReview, Role, User
from kodeks.kernel.records import Recommendation
from kodeks.kernel.viewing import as_service
from kodeks.robots import subjects, visibility
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
    may_open: bool = True
    """Whether the person may see what the act was about."""


@never_cache
@require_safe
@for_roles(*access.SEES_ALL)
def reviews(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    shown = _shown_to(user)
    waiting = shown.filter(reviewed=None).order_by("acted_at", "pending_id")
    page = paging.page(request, waiting)
    seen = list(
        ActReview.objects.filter(act__in=shown)
        .select_related("user", "act")
        .order_by("-id")[:_MOST_SEEN]
    )
    names = {state.slug: state for state in selectors.systems()}
    days = _review_days()
    own = _own(user).filter(id__in=[*(act.id for act in page), *(one.act_id for one in seen)])
    open_to = set(own.values_list("id", flat=True))

    def described(act: Act) -> Drawn:
        return _described(act, names[act.system_id].name, days, may_open=act.id in open_to)

    context = {
        "page": page,
        "waiting": [described(act) for act in page],
        "seen": [(one, described(one.act)) for one in seen],
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


def _own(user: User) -> QuerySet[Act]:
    """The drawn acts about matters that the person may see."""
    acts = _drawn()
    if visibility.sees_everything(user, roles=access.SEES_ALL):
        return acts
    for kind in subjects.kinds():
        if kind.placing is not None:
            about = {"recommendation__subject_type": kind.type}
            seen = kind.placing.seen(user, access.SEES_ALL)
            acts = acts.filter(~Q(**about) | Q(**about, recommendation__subject_id__in=seen))
    return acts


def _shown_to(user: User) -> QuerySet[Act]:
    """A caseworker's are those about matters of theirs. Who answers for systems, or sees that the
    law is kept, must know of each that waits, as a system stops when one is not looked at in time;
    what it is about is still only theirs to see who may see the matter."""
    answers = kernel_access.roles_of(user) & {Role.SYSTEM_OWNER, Role.DATA_PROTECTION_OFFICER}
    return _drawn() if answers else _own(user)


def _act_or_404(act_id: uuid.UUID) -> Act:
    found = _drawn().filter(id=act_id).first()
    if found is None:
        raise Http404
    return found


def _described(act: Act, system: str, days: int | None, *, may_open: bool = True) -> Drawn:
    due = None if days is None else timezone.localdate(act.acted_at) + dt.timedelta(days=days)
    return Drawn(
        act=act,
        system=system,
        title=plain.step_title(robot=act.robot, step=act.step),
        due=due,
        late=due is not None and due < timezone.localdate(),
        may_open=may_open,
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
