# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The list of requests with their clocks, one request step by step, and a new one."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kodeks.accessrequests import clock, outcomes, ports, selectors, services
from kodeks.accessrequests.engine.proposing import OUTCOMES
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.accessrequests.forms import AnswerForm, DelayForm, NewRequestForm
from kodeks.accessrequests.models import AccessRequest, RequestDocument
from kodeks.casework import selectors as casework
from kodeks.casework.models import Direction, Document
from kodeks.kernel import api as kernel
from kodeks.robots import selectors as robots
from kodeks.web import live, paging
from kodeks.web.pages import for_roles, signed_in

_TEMPLATE = "accessrequests/request.html"


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def requests(request: HttpRequest) -> HttpResponse:
    page = paging.page(request, selectors.answered())
    waiting = [(one, selectors.answer_by(one)) for one in selectors.waiting()]
    today = timezone.localdate()
    context = {
        "waiting": [(one, due, due < today) for one, due in waiting],
        "overdue": sum(due < today for _, due in waiting),
        "page": page,
    }
    return render(request, "accessrequests/requests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(kernel.Role.CASEWORKER)
def new(request: HttpRequest) -> HttpResponse:
    units = sorted(casework.unit_names().items(), key=lambda unit: unit[1])
    if request.method != "POST":
        form = NewRequestForm(units=units, initial={"received_on": timezone.localdate()})
        return render(request, "accessrequests/new.html", {"form": form})
    form = NewRequestForm(request.POST, units=units)
    if form.is_valid():
        typed = dict(form.cleaned_data)
        try:
            made, _ = services.register(
                key=f"side:{typed.pop('submission')}", user=signed_in(request), **typed
            )
        except (AccessRequestError, kernel.Refused) as error:
            form.add_error(None, str(error))
        else:
            day = date_format(made.due_on)
            messages.success(request, f"Anmodningen er gemt. Svaret skal være sendt den {day}.")
            return redirect("accessrequests:request", request_id=made.id)
    return render(request, "accessrequests/new.html", {"form": form}, status=422)


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def one_request(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    found = _found(request_id)
    context = _context(found, signed_in(request), form=AnswerForm())
    seen = live.seen(request)
    if seen == context["state"]:
        return live.nothing_new()
    return render(request, _TEMPLATE, context)


@require_POST
@for_roles(kernel.Role.CASEWORKER)
def answer(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    found, form = _found(request_id), AnswerForm(request.POST)
    if form.is_valid():
        try:
            services.decide(
                request_id=found.id,
                user=signed_in(request),
                own_consideration=form.cleaned_data["own_consideration"],
            )
        except (AccessRequestError, kernel.Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Anmodningen er besvaret. Robotten samler nu svaret.")
            return redirect("accessrequests:request", request_id=found.id)
    context = _context(_found(request_id), signed_in(request), form=form)
    return render(request, _TEMPLATE, context, status=422)


@require_POST
@for_roles(kernel.Role.CASEWORKER)
def find_again(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    found = _found(request_id)
    try:
        services.find_again(request_id=found.id, user=signed_in(request))
    except AccessRequestError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Vi leder efter dokumenter igen. Det, der er fundet, bliver.")
    return redirect("accessrequests:request", request_id=found.id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(kernel.Role.CASEWORKER)
def delay(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    found = _found(request_id)
    form = DelayForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.tell_of_delay(
                request_id=found.id, user=signed_in(request), **form.cleaned_data
            )
        except (AccessRequestError, kernel.Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Brevet om det nye tidspunkt er skrevet og journaliseret.")
            return redirect("accessrequests:request", request_id=found.id)
    context = {"found": found, "form": form, "due": selectors.answer_by(found)}
    status = 422 if form.errors else 200
    return render(request, "accessrequests/delay.html", context, status=status)


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def file(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    """A letter or package of a request's own case."""
    document = (
        Document.objects.filter(
            id=document_id,
            case__access_request__isnull=False,
            case__erased_at=None,
            direction=Direction.OUTGOING,
        )
        .select_related("case")
        .first()
    )
    if document is None:
        raise Http404
    suffix = {"application/pdf": "pdf", "application/zip": "zip"}.get(document.media_type, "txt")
    name = f"aktindsigt-{document.case.number}.{suffix}"
    return HttpResponse(
        bytes(document.content),
        content_type=document.media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _found(request_id: uuid.UUID) -> AccessRequest:
    try:
        return selectors.request(request_id)
    except AccessRequest.DoesNotExist:
        raise Http404 from None


def _context(found: AccessRequest, user: kernel.User, *, form: AnswerForm) -> dict[str, Any]:
    progress = selectors.progress(found)
    decision = selectors.decision_of(found)
    run = None
    if decision is not None:
        run = robots.run_for(flow=services.FLOW, decision_id=decision.id)
    is_busy = found.collected_at is None or progress.read < progress.found
    working = decision is not None and found.delivered_at is None
    state = f"{progress.found}-{progress.read}-{progress.decided}-{bool(decision)}-{working}"
    titles = {source.name: source.title for source in ports.sources().values()}
    return {
        "found": found,
        "facts": _facts(found),
        "progress": progress,
        "documents": [
            _row(one, user, titles) for one in found.documents.order_by("number", "date")
        ],
        "is_busy": is_busy,
        "is_alive": is_busy or working,
        "state": state,
        "is_overdue": selectors.is_overdue(found),
        "decision": decision,
        "decided": _decided(decision),
        "run": None if run is None else robots.detail(run.id),
        "files": selectors.copies(found).exclude(type="access-copy") if found.case else [],
        "form": form,
        "ready": not is_busy and progress.decided == progress.found and decision is None,
    }


def _facts(found: AccessRequest) -> list[tuple[str, str]]:
    limit = clock.LIMITS[found.law]
    facts = [
        ("Lov", found.get_law_display()),
        ("Den, der søger", found.requester_name or "Slettet"),
        ("Søgt om", found.case_number or "Alle sager om den, der søger"),
        ("Modtaget", date_format(found.received_on)),
        ("Frist", f"{date_format(found.due_on)} ({limit.source})"),
    ]
    for place, one in enumerate(found.delays.all(), 1):
        reason = services.opened_reason(one, place=place)
        facts.append(("Udskudt til", f"{date_format(one.new_day)}. {reason}"))
    if found.wording:
        facts.append(("Med egne ord", found.wording))
    if found.case is not None:
        facts.append(("Sag", found.case.number))
    return facts


def _row(found: RequestDocument, user: kernel.User, titles: dict[str, str]) -> dict[str, Any]:
    """A document of a case that the person may not see is there, without its title."""
    decision = selectors.decision_of(found)
    outcome = None if decision is None else decision.outcome
    may_see = selectors.may_see(user, found)
    status = "Læses"
    if outcome is not None:
        paragraphs = ", ".join(outcomes.paragraphs(outcome))
        status = OUTCOMES[str(outcome["label"])] + (f" ({paragraphs})" if paragraphs else "")
    elif found.problem:
        status = "Læs selv"
    elif found.recommendation_id is not None:
        status = "Klar til afgørelse"
    places = [titles.get(found.source, found.source), *found.also_in]
    return {
        "found": found,
        "title": found.title if may_see else "Dokument i en sag, du ikke har adgang til",
        "may_see": may_see and found.erased_at is None,
        "status": status,
        "is_decided": outcome is not None,
        "places": ", ".join(places),
    }


def _decided(decision: kernel.Decision | None) -> list[tuple[str, str]]:
    if decision is None:
        return []
    return [
        ("Svar", outcomes.OF_ALL[str(decision.outcome["label"])]),
        ("Afgjort af", decision.user.full_name),
        ("Tidspunkt", date_format(timezone.localtime(decision.decided_at), "DATETIME_FORMAT")),
        ("Lagt vægt på", str(decision.body["own_consideration"])),
    ]
