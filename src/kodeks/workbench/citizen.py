# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The citizen's pages: find a case, see everything about it, fetch letters and receipts."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kodeks.casework.models import Document
from kodeks.documents.errors import DocumentError
from kodeks.documents.letters import render as render_letter
from kodeks.kernel import receipts
from kodeks.kernel.models import Role
from kodeks.kernel.subjects import Subject
from kodeks.web.pages import for_roles
from kodeks.workbench import access, matters
from kodeks.workbench.access import FindCaseForm
from kodeks.workbench.insight import bundle, export
from kodeks.workbench.insight import letter as insight_letter


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find_case(request: HttpRequest) -> HttpResponse:
    form = FindCaseForm(request.POST or None, request=request)
    if form.is_bound and form.is_valid() and form.found is not None:
        subject = form.found.matter.subject
        access.remember(request, subject)
        return redirect("workbench:insight", subject.type, subject.id)
    return render(
        request, "workbench/find_case.html", {"form": form}, status=422 if form.errors else 200
    )


@require_POST
def close_cases(request: HttpRequest) -> HttpResponse:
    """Forget the codes of this session, for those who sit at a computer that others use."""
    access.forget(request)
    return redirect("workbench:find-case")


@never_cache
@require_safe
@for_roles(Role.CITIZEN)
def my_cases(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "workbench/my_cases.html",
        {"matters": access.own_matters(request), "demo": settings.KODEKS_DEMO},
    )


@never_cache
@require_safe
@access.of_matter
def insight(request: HttpRequest, subject: Subject) -> HttpResponse:
    found = matters.found_or_404(subject)
    whole = bundle.build(found)
    context = {
        "bundle": whole,
        "matter": whole.matter,
        "system": whole.records.system,
        "by_code": access.by_code(request, subject),
        "for_staff": found.for_staff(request.user),
    }
    return render(request, "workbench/insight.html", context)


@never_cache
@require_safe
@access.of_matter
def whole_letter(request: HttpRequest, subject: Subject) -> HttpResponse:
    """All that the page says, as a letter (PDF/UA-1) with the same for programs attached."""
    whole = bundle.build(matters.found_or_404(subject))
    try:
        data = render_letter(insight_letter.letter(whole, day=timezone.localdate()))
    except DocumentError:
        page = "workbench/insight_too_long.html"
        return render(request, page, {"subject": subject}, status=422)
    name = f"indsigt-{insight_letter.reference(whole)}.pdf"
    return _file(data, media_type="application/pdf", name=name)


@never_cache
@require_safe
@access.of_matter
def whole_file(request: HttpRequest, subject: Subject) -> HttpResponse:
    """The answer to an access request: everything with records and receipts, for programs."""
    whole = bundle.build(matters.found_or_404(subject))
    name = f"indsigt-{insight_letter.reference(whole)}.json"
    return _file(export.as_file(whole), media_type="application/json", name=name)


@never_cache
@require_safe
@access.of_matter
def letter(request: HttpRequest, subject: Subject, document_id: uuid.UUID) -> HttpResponse:
    """A letter of the matter as PDF; a document that is not among its letters is not found."""
    letters = {one.document_id: one for one in matters.found_or_404(subject).matter.letters}
    link = letters.get(str(document_id))
    if link is None:
        raise Http404
    document = Document.objects.get(id=document_id)
    name = f"brev-{link.date.isoformat()}-{link.document_id[:8]}.pdf"
    return _file(bytes(document.content), media_type=document.media_type, name=name)


@never_cache
@require_safe
@access.of_matter
def receipt(request: HttpRequest, subject: Subject, kind: str) -> HttpResponse:
    """The receipt of the recommendation, the decision, a reversal or a step of the robot."""
    found = bundle.receipts(bundle.records_of(matters.found_or_404(subject)))
    record = next((record for name, _, record in found if name == kind), None)
    if record is None:
        raise Http404
    try:
        data = receipts.build(record)
    except receipts.Erased as erased:
        context = {"text": str(erased), "subject": subject}
        return render(request, "workbench/receipt_erased.html", context, status=410)
    except receipts.NotYet as waiting:
        if request.htmx:
            return HttpResponse(status=204)
        context = {"text": str(waiting), "subject": subject}
        page = render(request, "workbench/receipt_wait.html", context, status=503)
        page["Retry-After"] = "2"
        return page
    if request.htmx:
        # A script cannot save a file: the waiting page gets a link instead.
        return render(request, "workbench/receipt_ready.html")
    name = f"kvittering-{kind}-{str(record.id)[:8]}.json"
    return _file(data, media_type="application/json", name=name)


def _file(data: bytes, *, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=media_type, headers=headers)
