# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""All robots at a glance, their workers and schedules; and one robot with its runs and orders."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.casework import unheard
from kodeks.kernel import access as kernel_access
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import User
from kodeks.kernel.viewing import as_service
from kodeks.robots import background, incidents, orders, overview, schedules, tasklist, visibility
from kodeks.robots.errors import NotHeld
from kodeks.robots.models import IncidentEnd, RobotState, Run, Status
from kodeks.web import paging
from kodeks.web.pages import for_roles, signed_in
from kodeks.workbench import access, register
from kodeks.workbench.robots import plain
from kodeks.workbench.robots.forms import IncidentForm, OrderForm

_MOST_ORDERS = 20


@never_cache
@require_safe
@for_roles(*access.HELPS_ROBOTS)
@as_service(access.ROBOT_PAGES)
def robots(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    known = plain.robots_named()
    context = {
        "rows": [
            {
                "line": line,
                "named": plain.named(line.robot, known),
                "badge": plain.STATE_BADGES[line.state],
                "oldest": plain.age(line.oldest_waiting),
            }
            for line in overview.robots()
        ],
        "incidents": _incidents(known),
        "workers": overview.workers(),
        "schedules": schedules.standings(),
        "tasks": tasklist.open_runs(user).count() + len(tasklist.open_background()),
        "may_order": orders.may_order(user),
        "may_change": schedules.may_change(user),
        "sees_hours": bool(kernel_access.roles_of(user) & access.STEERS),
    }
    return render(request, "workbench/robots.html", context)


@never_cache
@require_safe
@for_roles(*access.HELPS_ROBOTS)
@as_service(access.ROBOT_PAGES)
def robot(request: HttpRequest, robot: str) -> HttpResponse:
    _known_or_404(robot)
    return _page(request, robot, form=OrderForm(present=orders.state_of(robot)))


@require_POST
@for_roles(*access.HELPS_ROBOTS)
@as_service(access.ROBOT_PAGES)
def order(request: HttpRequest, robot: str) -> HttpResponse:
    _known_or_404(robot)
    form = OrderForm(request.POST, present=orders.state_of(robot))
    if form.is_valid():
        try:
            given = orders.give(
                robot=robot,
                state=RobotState(form.cleaned_data["state"]),
                reason=form.cleaned_data["reason"],
                user=signed_in(request),
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _ORDERED[RobotState(given.state)])
            return redirect("workbench:robot", robot)
    return _page(request, robot, form=form, status=422)


@never_cache
@require_safe
@for_roles(*access.HELPS_ROBOTS)
@as_service(access.ROBOT_PAGES)
def incident(request: HttpRequest, robot: str, cause: str) -> HttpResponse:
    return _incident_page(request, robot, cause, form=IncidentForm())


@require_POST
@for_roles(*access.HELPS_ROBOTS)
@as_service(access.ROBOT_PAGES)
def end_incident(request: HttpRequest, robot: str, cause: str) -> HttpResponse:
    form = IncidentForm(request.POST)
    if form.is_valid():
        about = {
            "robot": robot,
            "cause": cause,
            "reason": form.cleaned_data["reason"],
            "user": signed_in(request),
        }
        again = form.cleaned_data["outcome"] == IncidentEnd.Outcome.RESCHEDULED
        try:
            if again:
                number = incidents.reschedule(**about)
            else:
                incidents.dismiss(**about)
        except Refused as refused:
            form.add_error(None, refused.message)
        except NotHeld:
            raise Http404 from None
        else:
            done = f"Robotten prøver {number} opgaver igen." if again else "Driftsfejlen er lukket."
            messages.success(request, done)
            return redirect("workbench:robots")
    return _incident_page(request, robot, cause, form=form, status=422)


_ORDERED = {
    RobotState.RUNNING: "Robotten kører igen.",
    RobotState.PAUSED: "Robotten er sat på pause.",
    RobotState.STOPPED: "Robotten er stoppet. Det, der venter, står på listen med opgaver.",
}


def _page(request: HttpRequest, name: str, *, form: OrderForm, status: int = 200) -> HttpResponse:
    user = signed_in(request)
    wanted = request.GET.get("status", "")
    state = orders.state_of(name)
    runs = visibility.visible(user).filter(robot=name).order_by("-created_at", "-id")
    if wanted in Status.values:
        runs = runs.filter(status=wanted)
    page = paging.page(request, runs)
    given = list(orders.of_robot(name)[:_MOST_ORDERS])
    ended = list(incidents.ended(robot=name)[:_MOST_ORDERS])
    named = plain.named(name)
    context = {
        "named": named,
        "obstacles": register.state_or_404(named.system).obstacles if named.system else (),
        "state": state,
        "badge": plain.STATE_BADGES[state],
        "page": page,
        "runs": [_run(run, state) for run in page],
        "filters": [("", "Alle"), *Status.choices],
        "wanted": wanted if wanted in Status.values else "",
        "orders": given,
        "ended": ended,
        "people": plain.people([one.user_id for one in (*given, *ended)]),
        "form": form,
        # Whoever was refused sees what they wrote, also when it is not theirs to order.
        "may_order": form.is_bound or orders.may_order(user),
        "incidents": [one for one in _incidents() if one["incident"].robot == name],
        "silences": _silences(user, name),
        "work": [background.about(one).title for one in background.work_of(name)],
    }
    return render(request, "workbench/robot.html", context, status=status)


def _incident_page(
    request: HttpRequest, robot: str, cause: str, *, form: IncidentForm, status: int = 200
) -> HttpResponse:
    found = next((one for one in incidents.open_ones(robot=robot) if one.cause == cause), None)
    if found is None:
        raise Http404
    context = {
        "named": plain.named(robot),
        "incident": found,
        "kind": plain.TECHNICAL if found.technical else plain.BUSINESS,
        "form": form,
        "may_order": form.is_bound or orders.may_order(signed_in(request)),
    }
    return render(request, "workbench/robot_incident.html", context, status=status)


def _run(run: Run, state: RobotState) -> dict[str, Any]:
    return {
        "run": run,
        "status": Status(run.status).label,
        "badge": plain.status_badge(run),
        "why": plain.why(run, state),
    }


def _silences(user: User, robot: str) -> list[unheard.Silence]:
    """What the robot sent and nobody has answered, of runs that the person may see."""
    found = {_run_of(one): one for one in unheard.everywhere()}
    runs = visibility.visible(user).filter(robot=robot, id__in=[key for key in found if key])
    return [found[run_id] for run_id in runs.values_list("id", flat=True)]


def _run_of(silence: unheard.Silence) -> UUID | None:
    """The run whose step sent it: its key is the run and the step."""
    try:
        return UUID(silence.sent_as.partition(":")[0])
    except ValueError:
        return None


def _incidents(known: dict[str, plain.Named] | None = None) -> list[dict[str, Any]]:
    names = plain.robots_named() if known is None else known
    return [
        {
            "incident": one,
            "named": plain.named(one.robot, names),
            "kind": plain.TECHNICAL if one.technical else plain.BUSINESS,
        }
        for one in incidents.open_ones()
    ]


def _known_or_404(robot: str) -> None:
    if robot not in orders.known_robots():
        raise Http404
