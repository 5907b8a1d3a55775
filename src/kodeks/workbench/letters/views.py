# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The letters there are, one letter and its versions, the page to write on, and approval."""

from __future__ import annotations

from collections.abc import Iterator

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.casework import letter_versions, letters
from kodeks.casework.errors import CaseworkError
from kodeks.casework.letter_versions import EDITORS, Version
from kodeks.documents.errors import DocumentError
from kodeks.documents.letters import render as render_letter
from kodeks.documents.templates import MAX_BODY, MAX_SUBJECT, LetterType, TemplateError
from kodeks.web import live
from kodeks.web.pages import for_roles, signed_in
from kodeks.workbench.letters import trying


class LetterForm(forms.Form):
    """A new version of a text."""

    subject = forms.CharField(
        label="Emne",
        max_length=MAX_SUBJECT,
        error_messages={"required": "Skriv, hvad brevet handler om."},
    )
    body = forms.CharField(
        label="Tekst",
        max_length=MAX_BODY,
        widget=forms.Textarea,
        help_text="Lad der være en tom linje mellem to afsnit.",
        error_messages={"required": "Skriv brevets tekst."},
    )
    note = forms.CharField(
        label="Hvorfor ændrer du brevet?",
        max_length=200,
        help_text="Den, der godkender, læser det her.",
        error_messages={"required": "Skriv kort, hvorfor brevet er ændret."},
    )


class ApprovalForm(forms.Form):
    """The second person's word; a reason is only needed for a text that is hard to read."""

    reason = forms.CharField(
        label="Hvorfor skal teksten bruges, selv om den er svær at læse?",
        max_length=letter_versions.LONGEST_REASON,
        required=False,
        widget=forms.Textarea,
    )


@never_cache
@require_safe
@for_roles(*EDITORS)
def overview(request: HttpRequest) -> HttpResponse:
    found = [
        {"kind": kind, "used": used, "waiting": [one for one in all_ if one.number > used.number]}
        for kind, used, all_ in letter_versions.histories(letters.written_here())
    ]
    return render(request, "workbench/letters.html", {"letters": found})


@never_cache
@require_safe
@for_roles(*EDITORS)
def letter(request: HttpRequest, name: str) -> HttpResponse:
    kind = _kind_or_404(name)
    used = letter_versions.in_use(letter_type=kind)
    context = {
        "kind": kind,
        "used": used,
        "trial": trying.trial(used),
        "versions": letter_versions.history(letter_type=kind),
    }
    return render(request, "workbench/letter.html", context)


@never_cache
@require_safe
@for_roles(*EDITORS)
def edit(request: HttpRequest, name: str) -> HttpResponse:
    kind = _kind_or_404(name)
    newest = letter_versions.newest(letter_type=kind)
    form = LetterForm(initial={"subject": newest.subject, "body": newest.body})
    return _edit_page(request, kind, form, trying.trial(newest))


@require_POST
@for_roles(*EDITORS)
def attempt(request: HttpRequest, name: str) -> HttpResponse:
    """What is typed, tried: as a part of the page for a script, as PDF, or as the whole page."""
    kind = _kind_or_404(name)
    typed = _typed(request, kind)
    tried = trying.trial(typed)
    if live.by_script(request):
        return render(request, "workbench/letter_trial.html", {"trial": tried})
    if "pdf" in request.POST and tried.letter is not None:
        try:
            return _pdf(render_letter(tried.letter), name=f"{name}-proeve.pdf")
        except DocumentError as refused:
            tried = trying.Trial(problems=(str(refused),))
    form = LetterForm(
        initial={field: request.POST.get(field, "") for field in LetterForm.base_fields}
    )
    return _edit_page(request, kind, form, tried, status=422 if tried.problems else 200)


@require_POST
@for_roles(*EDITORS)
def save(request: HttpRequest, name: str) -> HttpResponse:
    kind = _kind_or_404(name)
    form = LetterForm(request.POST)
    if form.is_valid():
        try:
            version = letter_versions.propose(
                letter_type=kind, user=signed_in(request), **form.cleaned_data
            )
        except TemplateError as refused:
            for problem in refused.problems:
                form.add_error("body" if problem.line else "subject", str(problem))
        except CaseworkError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Teksten er gemt. Nu skal en anden godkende den.")
            return redirect("workbench:letter-version", name, version.number)
    return _edit_page(request, kind, form, trying.trial(_typed(request, kind)), status=422)


@never_cache
@require_safe
@for_roles(*EDITORS)
def version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    return _version_page(request, _version_or_404(name, number), ApprovalForm())


@never_cache
@require_safe
@for_roles(*EDITORS)
def version_pdf(request: HttpRequest, name: str, number: int) -> HttpResponse:
    found = _version_or_404(name, number)
    tried = trying.trial(found)
    if tried.letter is None:
        return _version_page(request, found, ApprovalForm(), status=422)
    return _pdf(render_letter(tried.letter), name=f"{name}-{number}.pdf")


@require_POST
@for_roles(*EDITORS)
def approve(request: HttpRequest, name: str, number: int) -> HttpResponse:
    found = _version_or_404(name, number)
    form = ApprovalForm(request.POST)
    if form.is_valid():
        try:
            letter_versions.approve(
                letter_type=found.letter_type,
                number=number,
                user=signed_in(request),
                reason=form.cleaned_data["reason"],
            )
        except (CaseworkError, TemplateError) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Teksten er godkendt og i brug fra nu af.")
            return redirect("workbench:letter", name)
    return _version_page(request, _version_or_404(name, number), form, status=422)


def _edit_page(
    request: HttpRequest,
    kind: LetterType,
    form: LetterForm,
    tried: trying.Trial,
    status: int = 200,
) -> HttpResponse:
    context = {"kind": kind, "form": form, "trial": tried}
    return render(request, "workbench/letter_edit.html", context, status=status)


def _version_page(
    request: HttpRequest, found: Version, form: ApprovalForm, status: int = 200
) -> HttpResponse:
    used = letter_versions.in_use(letter_type=found.letter_type)
    context = {
        "kind": found.letter_type,
        "version": found,
        "used": used,
        "facts": list(_facts(found)),
        "trial": trying.trial(found),
        "changes": trying.changes(used, found),
        "form": form,
        "may_approve": not found.is_approved
        and found.number > used.number
        and found.writer_id != signed_in(request).pk,
    }
    return render(request, "workbench/letter_version.html", context, status=status)


def _facts(found: Version) -> Iterator[tuple[str, str]]:
    yield "Hvorfor", found.note
    for title, name, at in (
        ("Skrevet", found.written_by, found.written_at),
        ("Godkendt", found.approved_by, found.approved_at),
    ):
        if at is not None:
            yield title, f"{name}, {date_format(timezone.localtime(at), 'DATETIME_FORMAT')}"
    if found.reason:
        yield "Hvorfor teksten bruges, selv om den er svær", found.reason
    entry = letter_versions.entry_of(found)
    if entry is not None:
        sha256 = letter_versions.fingerprint(subject=found.subject, body=found.body)
        yield "Bevis for godkendelsen", f"Post {entry} i loggen. Tekstens aftryk er {sha256}."
    elif found.approved_at is not None:
        yield "Bevis for godkendelsen", "Den er fra før, godkendelser kom i loggen."


def _typed(request: HttpRequest, kind: LetterType) -> Version:
    """What stands in the form, as the version that it would become."""
    newest = letter_versions.newest(letter_type=kind)
    return Version(
        letter_type=kind,
        number=newest.number + 1,
        subject=request.POST.get("subject", ""),
        body=request.POST.get("body", ""),
    )


def _kind_or_404(name: str) -> LetterType:
    try:
        return letters.letter_type(name=name)
    except CaseworkError as unknown:
        raise Http404 from unknown


def _version_or_404(name: str, number: int) -> Version:
    try:
        return letter_versions.version(letter_type=_kind_or_404(name), number=number)
    except CaseworkError as unknown:
        raise Http404 from unknown


def _pdf(data: bytes, *, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
