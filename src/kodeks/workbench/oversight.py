# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""People's oversight of a system: how much it moves them, alarms, and the manager's plan."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.casework import selectors as casework
from kodeks.kernel import (
    alarms,
    authority,
    codices,
    drills,
    oversight,
    oversight_figures,
    promises,
)
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Alarm, OversightPlan
from kodeks.kernel.oversight_figures import EVERYWHERE, Figures, Reversals
from kodeks.kernel.reversals import CAUSES
from kodeks.kernel.selectors import SystemState
from kodeks.statistics.influence import Influence
from kodeks.statistics.shares import Share
from kodeks.web.pages import for_roles, signed_in
from kodeks.workbench import access, charts, figures, oversight_drills, register, tabs
from kodeks.workbench.charts import Estimate
from kodeks.workbench.fields import Percent, Words
from kodeks.workbench.oversight_drills import DrillForm

_HOW = {
    "shown": "Vist med det samme",
    "blind": "Vist, når medarbejderen selv har vurderet sagen",
    "withheld": "Holdt tilbage",
}
_EFFECTS = {
    "none": "Systemet kører videre.",
    "blind_first": "Alle vurderer selv hver sag, før forslaget bliver vist.",
    "stop": "Systemet er stoppet.",
}


class PlanForm(forms.Form):
    """The manager's plan; the codex sets how low and how high it may go."""

    blind_share = Percent(
        label="Hvor mange procent af sagerne skal medarbejderne selv vurdere først?",
        help_text="Sagerne bliver trukket ud. Ingen kan vælge dem. Skriv et helt tal.",
    )
    least_confidence = Percent(
        label="Hvor sikkert skal et forslag være for at blive vist?",
        help_text="I procent. Er det mindre sikkert, bliver det holdt tilbage, eller der bliver "
        "vist flere muligheder at vælge mellem.",
    )
    influence_limit = Percent(
        label="Hvor meget må forslagene påvirke medarbejderne?",
        help_text="I procentpoint. Går det over, kommer der en alarm.",
    )
    fast_limit = Percent(
        label="Hvor mange procent af forslagene må være fulgt for hurtigt?",
        help_text="For hurtigt er hurtigere, end teksten kan læses.",
        least=1,
    )

    def __init__(self, *args: Any, parts: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._parts = {f"error_{place}": part for place, part in enumerate(parts)}
        for name, part in self._parts.items():
            self.fields[name] = Percent(label=part, least=1, most=50)

    @property
    def errors_allowed(self) -> list[forms.BoundField]:
        """A field for each part that the system makes a promise for."""
        return [self[name] for name in self._parts]

    def chosen(self) -> dict[str, Any]:
        """What was typed, as `oversight.oversee` takes it."""
        shares = dict(self.cleaned_data)
        errors = {part: shares.pop(name) for name, part in self._parts.items()}
        return shares | {"allowed_errors": errors}


class ClosingForm(forms.Form):
    """What was found to be the cause of an alarm."""

    text = Words(
        label="Hvad var årsagen, og hvad har du gjort?",
        most=2000,
        missing="Skriv, hvad årsagen var, og hvad du har gjort.",
        help_text="Teksten gemmes i loggen. Skriv ikke navne på borgere.",
    )


@never_cache
@require_safe
@for_roles(*access.STEERS)
def oversight_page(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, register.state_or_404(slug))


@require_POST
@for_roles(*access.STEERS)
def set_plan(request: HttpRequest, slug: str) -> HttpResponse:
    state = register.state_or_404(slug)
    form, user = PlanForm(request.POST, parts=promises.parts_of(slug)), signed_in(request)
    if _done(form, lambda: oversight.oversee(system=slug, user=user, **form.chosen())):
        messages.success(request, "Planen er gemt. Den gælder fra nu af.")
        return redirect("workbench:oversight", slug)
    return _page(request, state, plan_form=form)


@require_POST
@for_roles(*access.STEERS)
def close_alarm(request: HttpRequest, slug: str, alarm_id: uuid.UUID) -> HttpResponse:
    state = register.state_or_404(slug)
    if not Alarm.objects.filter(id=alarm_id, system_id=slug).exists():
        raise Http404
    form, user = _closing_form(alarm_id, request.POST), signed_in(request)
    if _done(form, lambda: alarms.close(alarm_id=alarm_id, user=user, **form.cleaned_data)):
        messages.success(request, "Alarmen er lukket.")
        return redirect("workbench:oversight", slug)
    return _page(request, state, closing=(alarm_id, form))


@require_POST
@for_roles(*access.STEERS)
def open_drills(request: HttpRequest, slug: str) -> HttpResponse:
    state = register.state_or_404(slug)
    least, user = _limits().get("drill_persons", 0), signed_in(request)
    form = oversight_drills.form(slug, least, request.POST)
    if _done(form, lambda: drills.open_round(system=slug, user=user, **form.cleaned_data)):
        messages.success(request, "Runden er begyndt. Medarbejderne kan se øvelserne nu.")
        return redirect("workbench:oversight", slug)
    return _page(request, state, drill_form=form)


def _done(form: forms.Form, verb: Callable[[], object]) -> bool:
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
    plan_form: PlanForm | None = None,
    closing: tuple[uuid.UUID, ClosingForm] | None = None,
    drill_form: DrillForm | None = None,
) -> HttpResponse:
    user, about = signed_in(request), About(system=state.slug)
    plan = oversight.plan_of(state.slug)
    refused = plan_form or drill_form or (closing[1] if closing else None)
    limits = _limits()
    found = oversight_figures.figures(state.slug)
    context = {
        "state": state,
        "status": register.status(state),
        "tabs": tabs.of_system(request, state.slug, current=tabs.OVERSIGHT),
        "refused": refused,
        "alarms": [_alarm(one, closing) for one in alarms.of(state.slug)],
        "plan": plan and _plan(plan),
        "limits": limits,
        "drills": oversight_drills.context(state.slug, user, limits=limits, typed=drill_form),
        "plan_form": plan_form or _plan_form(state.slug, plan),
        # Whoever was refused sees what they wrote, also when it is not theirs to write.
        "may_plan": plan_form is not None or authority.may(user, "oversee", about=about),
        "may_close": closing is not None or authority.may(user, "close_alarm", about=about),
        **_measured(found, plan),
    }
    return render(request, "workbench/oversight.html", context, status=422 if refused else 200)


def _measured(found: Figures, plan: OversightPlan | None) -> dict[str, Any]:
    limit = None if plan is None else float(plan.influence_limit)
    months = oversight_figures.by_month(found.cases)
    teams = oversight_figures.by_team(found.cases)
    drawn = {"by": "", "measure": "Påvirkning", "unit": "point", "limit": limit}
    names = casework.unit_names()
    return {
        "influence": found.influence and _influence(found.influence),
        "facts": _facts(found),
        "reversals": found.reversals and _reversals(found.reversals),
        "months": months
        and charts.line(
            **drawn | {"by": "Måned"},
            id="influence-months",
            title="Påvirkning måned for måned",
            estimates=[
                _estimate(date_format(month, "F Y"), one, short=date_format(month, "M Y"))
                for month, one in months
            ],
        ),
        "teams": teams
        and charts.dots(
            **drawn | {"by": "Afdeling"},
            id="influence-teams",
            title="Påvirkning i hver afdeling",
            estimates=[
                _estimate(names.get(team, team) if team != EVERYWHERE else "Alle afdelinger", one)
                for team, one in teams
            ],
        ),
    }


def _influence(found: Influence) -> dict[str, Any]:
    return {
        "points": _points(found.estimate),
        "low": _points(found.low),
        "high": _points(found.high),
        "shown": figures.whole(found.shown),
        "blind": figures.whole(found.blind),
    }


def _facts(found: Figures) -> list[tuple[str, str]]:
    seconds = "Ingen sager endnu"
    if found.seconds is not None:
        seconds = figures.minutes_and_seconds(found.seconds)
    return [
        ("Forslag, der ikke blev fulgt", _in_words(found.overridden)),
        ("Forslag, der blev fulgt hurtigere, end teksten kan læses", _in_words(found.fast)),
        ("Tid fra forslaget blev vist til afgørelsen (median)", seconds),
        *((_HOW[how], figures.whole(found.issued.get(how, 0))) for how in _HOW),
        ("Vist som flere muligheder, i alt", figures.whole(found.offered)),
    ]


def _reversals(found: Reversals) -> dict[str, Any]:
    days = round(found.days)
    causes = [
        (title, figures.whole(found.causes[cause]))
        for cause, title in CAUSES.items()
        if cause in found.causes
    ]
    return {
        "days": "under en dag" if not days else "en dag" if days == 1 else f"{days} dage",
        "facts": [
            ("Alle afgørelser", _in_words(found.changed)),
            ("Hvor forslaget blev fulgt", _in_words(found.followed)),
            ("Hvor medarbejderen valgte noget andet", _in_words(found.deviated)),
            ("Hvor der ikke var et forslag", _in_words(found.alone)),
        ],
        "causes": causes,
    }


def _estimate(label: str, found: Influence | None, *, short: str = "") -> Estimate:
    if found is None:
        return Estimate(label=label, short=short or label, value=None, cases="For få")
    return Estimate(
        label=label,
        short=short or label,
        value=found.estimate,
        low=found.low,
        high=found.high,
        cases=f"{figures.whole(found.shown)} vist, {figures.whole(found.blind)} vurderet først",
    )


def _alarm(one: Alarm, closing: tuple[uuid.UUID, ClosingForm] | None) -> dict[str, Any]:
    closed = None if one.is_open else one.closing
    late = closed is None and one.due_on < timezone.localdate()
    form = closing[1] if closing and closing[0] == one.id else _closing_form(one.id)
    return {
        "alarm": one,
        "closing": closed,
        "late": late,
        "effect": _EFFECTS[one.effect],
        "form": form,
    }


def _closing_form(alarm_id: uuid.UUID, data: QueryDict | None = None) -> ClosingForm:
    """Each alarm's form has ids of its own, as there may be several on the page."""
    return ClosingForm(data, auto_id=f"id_{alarm_id.hex}_%s")


def _plan(plan: OversightPlan) -> list[tuple[str, str]]:
    return [
        ("Sager, som medarbejderen selv vurderer først", figures.share(plan.blind_share)),
        ("Mindste sikkerhed for at blive vist", figures.share(plan.least_confidence)),
        ("Grænse for påvirkning", f"{_points(plan.influence_limit)} procentpoint"),
        ("Grænse for forslag, der er fulgt for hurtigt", figures.share(plan.fast_limit)),
        *(
            (f"Fejl blandt sikre forslag i {part}, højst", figures.share(error))
            for part, error in promises.chosen(plan)
        ),
        ("Lagt af", f"{plan.user}, {date_format(timezone.localtime(plan.at), 'DATETIME_FORMAT')}"),
    ]


def _plan_form(slug: str, plan: OversightPlan | None) -> PlanForm:
    """As the plan is now, to be changed."""
    parts = promises.parts_of(slug)
    errors = dict(promises.chosen(plan))
    begun = {
        f"error_{place}": round(100 * errors.get(part, promises.UNLESS_CHOSEN))
        for place, part in enumerate(parts)
    }
    return PlanForm(initial=_begun(plan) | begun, parts=parts)


def _begun(plan: OversightPlan | None) -> dict[str, int]:
    if plan is None:
        return {"blind_share": 10, "least_confidence": 20, "influence_limit": 10, "fast_limit": 20}
    names = ("blind_share", "least_confidence", "influence_limit", "fast_limit")
    return {name: round(100 * getattr(plan, name)) for name in names}


def _limits() -> dict[str, int]:
    try:
        return dict(codices.in_force().limits)
    except Refused:
        return {}


def _in_words(found: Share | None) -> str:
    if found is None:
        return "Ingen sager endnu"
    return (
        f"{figures.share(found.value)} af {figures.whole(found.total)} "
        f"({figures.share(found.low)} til {figures.share(found.high)})"
    )


def _points(share: Any) -> str:
    return f"{100 * float(share):.1f}".replace(".", ",").removesuffix(",0")
