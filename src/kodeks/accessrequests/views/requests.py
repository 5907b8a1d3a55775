# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The list of requests with their clocks, and one request step by step."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kodeks.accessrequests import (
    answering,
    clock,
    copying,
    deciding,
    outcomes,
    ports,
    selectors,
    services,
)
from kodeks.accessrequests.engine.proposing import OUTCOMES
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.accessrequests.forms import AnswerForm, DelayForm, ReopenForm
from kodeks.accessrequests.models import AccessRequest, RequestDocument
from kodeks.casework import clock_reads, notices
from kodeks.casework.models import DeadlineStep, Direction, Document
from kodeks.documents.errors import DocumentError
from kodeks.kernel import api as kernel
from kodeks.robots import selectors as robots
from kodeks.web import live, paging
from kodeks.web.pages import for_roles, signed_in

_TEMPLATE = "accessrequests/request.html"


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def requests(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    page = paging.page(request, selectors.answered(user))
    today = timezone.localdate()
    found = [(one, selectors.promised(one)) for one in selectors.waiting(user)]
    waiting = [(one, due, due is not None and due < today) for one, due in found]
    context = {
        "waiting": waiting,
        "overdue": sum(late for *_, late in waiting),
        "page": page,
    }
    return render(request, "accessrequests/requests.html", context)


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
            deciding.decide(
                request_id=found.id,
                user=signed_in(request),
                own_consideration=form.cleaned_data["own_consideration"],
            )
        except (AccessRequestError, kernel.Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, "Anmodningen er afgjort. Robotten samler og sender nu svaret."
            )
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
        except (AccessRequestError, DocumentError, kernel.Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, "Brevet om det nye tidspunkt er skrevet og på vej i journalen."
            )
            return redirect("accessrequests:request", request_id=found.id)
    context = {"found": found, "form": form, "due": clock.answer_by(found)}
    status = 422 if form.errors else 200
    return render(request, "accessrequests/delay.html", context, status=status)


@require_POST
@for_roles(kernel.Role.CASEWORKER)
def hand_over(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """A person has given the answer to the one who asked."""
    found = _found(request_id)
    try:
        services.hand_over(request_id=found.id, user=signed_in(request))
    except (AccessRequestError, kernel.Refused) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Svaret er givet videre. Fristen er stoppet.")
    return redirect("accessrequests:request", request_id=found.id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(kernel.Role.CASEWORKER)
def reopen(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """The request is treated once more."""
    found = _found(request_id)
    initial = {"received_on": timezone.localdate()}
    form = ReopenForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            deciding.reopen(request_id=found.id, user=signed_in(request), **form.cleaned_data)
        except (AccessRequestError, kernel.Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Anmodningen er taget op igen. Fristen løber.")
            return redirect("accessrequests:request", request_id=found.id)
    context = {
        "found": found,
        "form": form,
        "causes": [{"value": key, "label": title} for key, title in kernel.CAUSES.items()],
    }
    status = 422 if form.errors else 200
    return render(request, "accessrequests/reopen.html", context, status=status)


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
    standing = selectors.standing_of(found)
    undecided = selectors.is_undecided(found)
    run = answering.run_of(found)
    unsent = answering.undelivered(found)
    is_busy = found.collected_at is None or progress.read < progress.found
    current = selectors.open_round(found)
    is_out = found.delivered_at is not None and current is None
    working = not undecided and not is_out and unsent is None and found.erased_at is None
    state = f"{progress.found}-{progress.read}-{progress.decided}-{bool(standing)}-{working}"
    titles = {source.name: source.title for source in ports.sources().values()}
    return {
        "found": found,
        "facts": _facts(found),
        "origin": _origin(found),
        "progress": progress,
        "documents": [
            _row(one, user, titles) for one in found.documents.order_by("number", "date")
        ],
        "is_busy": is_busy,
        "is_alive": is_busy or working,
        "state": state,
        "is_overdue": clock.is_late(found),
        "is_undecided": undecided,
        "round": current,
        "decision": standing,
        "decided": _decided(standing),
        "run": None if run is None else robots.detail(run.id),
        "unsent": None if unsent is None else notices.why_unsent(unsent),
        "is_out": is_out,
        "files": selectors.copies(found).exclude(type=copying.COPY) if found.case else [],
        "form": form,
        "ready": not is_busy and progress.decided == progress.found and undecided,
    }


def _facts(found: AccessRequest) -> list[tuple[str, str]]:
    facts = [
        ("Lov", found.get_law_display()),
        ("Den, der søger", found.requester_name or "Slettet"),
        ("Søgt om", found.case_number or "Alle sager om den, der søger"),
        ("Modtaget", date_format(found.received_on)),
        *_clock(found),
    ]
    if found.wording:
        facts.append(("Med egne ord", found.wording))
    for one in found.rounds.all():
        cause = kernel.CAUSES.get(one.cause, one.cause)
        facts.append(("Taget op igen", f"{date_format(one.received_on)}. {cause}"))
    if found.case is not None:
        facts.append(("Sag", found.case.number))
    return facts


def _clock(found: AccessRequest) -> list[tuple[str, str]]:
    """The deadline that counts, and what was told of it."""
    deadline = clock.current(found)
    if deadline is None:
        return []
    told = [("Frist", f"{date_format(deadline.due_on)} ({deadline.source})")]
    told += [
        ("Udskudt til", f"{date_format(one.on)}. {one.reason}".strip())
        for one in clock_reads.history(deadline)
        if one.step == DeadlineStep.MOVED
    ]
    return told


def _origin(found: AccessRequest) -> tuple[str, str] | None:
    """Title and address of where the request came from."""
    origin = ports.origins().get(found.origin)
    if origin is None:
        return None
    return origin.title, origin.address(origin_id=found.origin_id)


def _row(found: RequestDocument, user: kernel.User, titles: dict[str, str]) -> dict[str, Any]:
    """A document of a case that the person may not see is there, without its title."""
    standing = selectors.standing_of(found)
    outcome = None if standing is None else standing.outcome
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


def _decided(standing: kernel.Decision | kernel.Reversal | None) -> list[tuple[str, str]]:
    if standing is None:
        return []
    changed = isinstance(standing, kernel.Reversal)
    at = standing.reversed_at if changed else standing.decided_at
    return [
        ("Svar", outcomes.OF_ALL[str(standing.outcome["label"])]),
        ("Afgjort af", standing.user.full_name),
        ("Tidspunkt", date_format(timezone.localtime(at), "DATETIME_FORMAT")),
        ("Lagt vægt på", str(standing.body["own_consideration"])),
    ]
