# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the robot has not finished, and why."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from kodeks.inquiries import selectors, services
from kodeks.inquiries.models import Inquiry
from kodeks.inquiries.views import standing
from kodeks.inquiries.views.inbox import PAGE
from kodeks.kernel import api as kernel
from kodeks.robots import selectors as robots
from kodeks.robots import services as robot_services
from kodeks.robots.errors import NotHeld
from kodeks.robots.models import Run, Status
from kodeks.web.pages import for_roles, signed_in

ROLES = (kernel.Role.CASEWORKER, kernel.Role.SYSTEM_OWNER, kernel.Role.ADMINISTRATOR)
_ON_A_PAGE = 25
_SERVICE = "robot-page"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One unfinished run on the page."""

    detail: robots.RunDetail
    done: int
    reason: str
    held: bool


@require_safe
@for_roles(*ROLES)
def robot(request: HttpRequest) -> HttpResponse:
    # Nothing of what is in a case is on the page, and those who look after robots need not see any.
    with kernel.as_service(_SERVICE):
        page = Paginator(selectors.unfinished_runs(), _ON_A_PAGE).get_page(request.GET.get(PAGE))
        context: dict[str, Any] = {
            "page": page,
            "lines": [_line(run) for run in page],
            "counts": _counts(),
            "failed": _failed(),
            "notice": standing.obstacle_notice(),
            "may_read": kernel.has_role(request.user, kernel.Role.CASEWORKER),
        }
    return render(request, "inquiries/robot.html", context)


@require_POST
@for_roles(*ROLES)
def retry(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    run = Run.objects.filter(pk=run_id, subject_type=services.SUBJECT).first()
    if run is None:
        raise Http404
    try:
        robot_services.retry(run=run, user=signed_in(request))
    except (NotHeld, kernel.Refused) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Robotten prøver igen.")
    return redirect("inquiries:robot")


@require_POST
@for_roles(*ROLES)
def retry_triage(request: HttpRequest, job_id: int) -> HttpResponse:
    with kernel.as_service(_SERVICE):
        failed = {job.job_id for job in _failed()}
    if job_id not in failed:
        raise Http404
    try:
        robot_services.retry_background(job_id=job_id, user=signed_in(request))
    except (NotHeld, kernel.Refused) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Systemet prøver igen at lave et forslag.")
    return redirect("inquiries:robot")


def _line(run: Run) -> Line:
    detail = robots.detail(run.id)
    reason = run.held_reason
    if run.status == Status.WAITING:
        reason = "Systemet kan ikke køre. Robotten går videre, når det kan igen."
    elif run.status != Status.HELD:
        reason = f"Det gik ikke første gang. Robotten prøver selv igen (forsøg {run.attempts})."
    return Line(
        detail=detail,
        done=sum(step.done_at is not None for step in detail.steps),
        reason=reason,
        held=run.status == Status.HELD,
    )


def _counts() -> list[tuple[str, int]]:
    counts = selectors.run_counts()
    return [(label, counts.get(status, 0)) for status, label in Status.choices]


def _failed() -> list[robots.FailedBackground]:
    """Triage that was given up and is still wanted."""
    failed = [job for job in robots.failed_background() if job.task == services.TRIAGE]
    ids = [str(job.arguments["inquiry_id"]) for job in failed]
    wanted = Inquiry.objects.filter(id__in=ids, decision_id=None, recommendation_id=None)
    still = {str(one) for one in wanted.values_list("id", flat=True)}
    return [job for job in failed if job.arguments["inquiry_id"] in still]
