# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What robots could not do: the list, one run step by step, and what a person makes of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.kernel.errors import Refused
from kodeks.kernel.models import User
from kodeks.kernel.viewing import as_service
from kodeks.robots import (
    background,
    orders,
    selectors,
    services,
    subjects,
    tasklist,
    visibility,
)
from kodeks.robots.errors import NotHeld
from kodeks.robots.hands import FactsRefused
from kodeks.robots.models import Failure, Run, Taking
from kodeks.web import paging
from kodeks.web.pages import for_roles, signed_in
from kodeks.workbench import access
from kodeks.workbench.robots import plain
from kodeks.workbench.robots.forms import ByHandForm


@never_cache
@require_safe
@for_roles(*access.HELPS_ROBOTS)
@as_service(access.ROBOT_PAGES)
def tasks(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    page = paging.page(request, tasklist.open_runs(user))
    jobs = tasklist.open_background()
    takings = _takings([run.id for run in page], [job.id for job in jobs])
    known = plain.robots_named()
    context = {
        "page": page,
        "lines": [_line(run, user, known, takings) for run in page],
        "work": [_work(job, user, takings) for job in jobs],
    }
    return render(request, "workbench/robot_tasks.html", context)


@never_cache
@require_safe
@for_roles(*access.HELPS_ROBOTS)
@as_service(access.ROBOT_PAGES)
def run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    found = _run_or_404(request, run_id)
    return _run_page(request, found, form=ByHandForm(asked=tasklist.asked(found)))


@require_POST
@for_roles(*access.HELPS_ROBOTS)
@as_service(access.ROBOT_PAGES)
def take(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    found = _run_or_404(request, run_id)
    return _done(
        request,
        lambda: tasklist.take(run=found, user=signed_in(request)),
        said="Du har taget opgaven.",
        run=found,
    )


@require_POST
@for_roles(*access.HELPS_ROBOTS)
@as_service(access.ROBOT_PAGES)
def retry(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    found = _run_or_404(request, run_id)
    return _done(
        request,
        lambda: services.retry(run=found, user=signed_in(request)),
        said="Robotten prøver igen.",
    )


@require_POST
@for_roles(*access.HELPS_ROBOTS)
@as_service(access.ROBOT_PAGES)
def by_hand(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    found = _run_or_404(request, run_id)
    form = ByHandForm(request.POST, asked=tasklist.asked(found))
    if form.is_valid():
        try:
            tasklist.done_by_hand(
                run=found,
                step=request.POST.get("step", ""),
                note=form.cleaned_data["note"],
                user=signed_in(request),
                facts=form.told(),
            )
        except FactsRefused as error:
            form.refuse(error.problems)
        except (NotHeld, Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Tak. Det er skrevet ned, at du har gjort det.")
            return redirect("workbench:robot-run", found.id)
    return _run_page(request, _run_or_404(request, run_id), form=form, status=422)


@require_POST
@for_roles(*access.HELPS_ROBOTS)
@as_service(access.ROBOT_PAGES)
def take_work(request: HttpRequest, job_id: int) -> HttpResponse:
    return _done(
        request,
        lambda: tasklist.take(job_id=job_id, user=signed_in(request)),
        said="Du har taget opgaven.",
    )


@require_POST
@for_roles(*access.HELPS_ROBOTS)
@as_service(access.ROBOT_PAGES)
def retry_work(request: HttpRequest, job_id: int) -> HttpResponse:
    return _done(
        request,
        lambda: services.retry_background(job_id=job_id, user=signed_in(request)),
        said="Systemet prøver igen.",
    )


@require_POST
@for_roles(*access.HELPS_ROBOTS)
@as_service(access.ROBOT_PAGES)
def close_work(request: HttpRequest, job_id: int) -> HttpResponse:
    return _done(
        request,
        lambda: tasklist.close_background(job_id=job_id, user=signed_in(request)),
        said="Opgaven er lukket.",
    )


def _done(
    request: HttpRequest, verb: Callable[[], object], *, said: str, run: Run | None = None
) -> HttpResponse:
    try:
        verb()
    except (NotHeld, Refused) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("workbench:robot-run", run.id) if run else redirect("workbench:robot-tasks")


def _run_or_404(request: HttpRequest, run_id: uuid.UUID) -> Run:
    found = visibility.visible(signed_in(request)).filter(pk=run_id).first()
    if found is None:
        raise Http404
    return found


def _line(
    found: Run, user: User, known: dict[str, plain.Named], takings: dict[Any, Taking]
) -> dict[str, Any]:
    detail = selectors.detail(found.id)
    taking = takings.get(found.id)
    # Who took it when it was held before has done with it.
    held_since = taking is not None and taking.taken_at >= found.updated_at
    return {
        "run": found,
        "named": plain.named(found.robot, known),
        "title": detail.title,
        "why": plain.why(found, found.robot_state),  # type: ignore[attr-defined]
        "age": plain.age(found.updated_at),
        "done": [step.title for step in detail.steps if step.done_at],
        "steps": len(detail.steps),
        "taken": _taker(taking) if held_since else "",
        "matter": _matter(found.subject_type, found.subject_id, user),
    }


def _work(job: Any, user: User, takings: dict[Any, Taking]) -> dict[str, Any]:
    about = background.about(job.args["name"])
    failure = Failure.objects.filter(job_id=job.id).order_by("-id").first()
    subject = about.subject(job.args["arguments"])
    return {
        "job_id": job.id,
        "title": about.title,
        "why": (failure.reason if failure else "") or _GIVEN_UP,
        "failure": failure,
        "kind": plain.kind_of(failure) if failure else "",
        "age": plain.age(failure.at) if failure else "",
        "taken": _taker(takings.get(job.id)),
        "matter": _matter(*subject, user) if subject else None,
    }


_GIVEN_UP = "Systemet har prøvet flere gange uden held. Bed driften se på fejlen."


def _run_page(
    request: HttpRequest, found: Run, *, form: ByHandForm, status: int = 200
) -> HttpResponse:
    user = signed_in(request)
    detail = selectors.detail(found.id)
    state = orders.state_of(found.robot)
    task = tasklist.open_runs(user).filter(pk=found.pk).exists()
    failures = list(found.failures.order_by("id"))
    releases = list(found.releases.order_by("id"))
    takings = list(found.takings.order_by("id"))
    records = [step.record for step in detail.steps if step.record]
    numbers = [one.user_id for one in (*releases, *takings)]
    step = tasklist.next_step(found)
    titles = {one.name: one.title for one in detail.steps}
    sees = visibility.sees_matter(user, found)
    context = {
        "detail": detail,
        "run": found,
        "named": plain.named(found.robot),
        "badge": plain.status_badge(found),
        "why": plain.why(found, state),
        "steps": [
            {"step": one, "note": tasklist.note_of(one.record) if one.record and sees else ""}
            for one in detail.steps
        ],
        "sees": sees,
        "failures": [
            {
                "failure": one,
                "kind": plain.kind_of(one),
                "title": titles.get(one.step, one.step),
            }
            for one in failures
        ],
        "releases": releases,
        "takings": takings,
        "people": plain.people([*numbers, *(one.done_by for one in records)]),
        "matter": _matter(found.subject_type, found.subject_id, user),
        "task": task or form.is_bound,
        "held": task and bool(found.held_reason_code),
        "step": step,
        "step_title": "resten af opgaven" if step == tasklist.REST else titles.get(step, step),
        "form": form,
    }
    return render(request, "workbench/robot_run.html", context, status=status)


def _matter(type_: str, number: str, user: User) -> dict[str, str] | None:
    kind = subjects.find(type_)
    if kind is None:
        return None
    address = kind.address(number, user)
    return {"title": kind.title, "address": address} if address else None


def _takings(runs: list[uuid.UUID], jobs: list[int]) -> dict[Any, Taking]:
    """The newest taking of each task, by run or job."""
    found = Taking.objects.filter(run__in=runs) | Taking.objects.filter(job_id__in=jobs)
    return {one.run_id or one.job_id: one for one in found.order_by("id")}


def _taker(taking: Taking | None) -> str:
    if taking is None:
        return ""
    return plain.people([taking.user_id]).get(taking.user_id, "")
