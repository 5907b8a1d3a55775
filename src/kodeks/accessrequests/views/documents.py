# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""One document: its text with what is to be removed, the decision, and how it will look."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.accessrequests import deciding, marking, outcomes, ports, selectors
from kodeks.accessrequests.engine.proposing import OUTCOMES
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.accessrequests.forms import DocumentForm
from kodeks.accessrequests.models import RequestDocument
from kodeks.accessrequests.views import standing
from kodeks.casework.models import Direction
from kodeks.kernel import api as kernel
from kodeks.web.pages import for_roles, signed_in

_TEMPLATE = "accessrequests/document.html"
_CERTAINTY = ((0.8, "ret sikkert"), (0.6, "nogenlunde sikkert"), (0.0, "usikkert"))


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """A document as one person sees it now."""

    found: RequestDocument
    text: str
    unread: dict[int, str]
    dropped: tuple[str, ...]
    trouble: str
    notice: standing.Notice | None
    proposal: kernel.Recommendation | None
    """None when it is not to be seen."""
    standing: kernel.Decision | kernel.Reversal | None
    """What is decided now."""
    is_open: bool
    """Whether it can be decided, the first time or anew."""
    groups: list[marking.Group]


@require_safe
@for_roles(kernel.Role.CASEWORKER)
@never_cache
def document(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    shown = _shown(request, document_id)
    user = signed_in(request)
    return render(request, _TEMPLATE, _context(shown, user, _form(shown, user=user)))


@require_POST
@for_roles(kernel.Role.CASEWORKER)
@never_cache
def decide(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    shown = _shown(request, document_id)
    form = _form(shown, request.POST)
    if form.is_valid():
        is_view = shown.notice is not None and shown.notice.state == standing.BLIND
        try:
            if is_view:
                deciding.state_own_view(
                    document_id=document_id, user=signed_in(request), **_given(shown, form)
                )
                messages.success(request, "Din vurdering er gemt. Nu kan du se forslaget.")
                return redirect("accessrequests:document", document_id=document_id)
            _decided_now(request, shown, form)
        except (AccessRequestError, kernel.Refused, ports.SourceError) as error:
            form.add_error(None, str(error))
        else:
            return _to_next(request, shown.found)
    context = _context(_shown(request, document_id), signed_in(request), form)
    return render(request, _TEMPLATE, context, status=422)


def _decided_now(request: HttpRequest, shown: _Shown, form: DocumentForm) -> None:
    """Decide what the form says, the first time or anew."""
    given = _given(shown, form) | {
        "document_id": shown.found.id,
        "user": signed_in(request),
        "accept_withheld": form.cleaned_data["accept_withheld"],
    }
    if form.cleaned_data["replaces"] is None:
        deciding.decide_document(with_proposal=shown.proposal is not None, **given)
    else:
        deciding.decide_anew(replaces=form.cleaned_data["replaces"], **given)


@require_POST
@for_roles(kernel.Role.CASEWORKER)
@never_cache
def preview(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    """The copy as it would be handed out under what is chosen in the form."""
    shown = _shown(request, document_id)
    form = _form(shown, request.POST)
    # The words are for the decision; a look at the copy needs none.
    del form.fields["own_consideration"]
    if form.is_valid():
        given = {"own_consideration": ""} | form.cleaned_data
        try:
            marks = _marks(shown, given)
            outcome = outcomes.checked(
                shown.found, label=given["label"], marks=marks, rule=given["rule"]
            )
            if outcome["label"] == "withhold":
                raise AccessRequestError("Dokumentet undtages, så der er ingen kopi at se.")
            copy = outcomes.copy(shown.found, outcome)
        except (AccessRequestError, ports.SourceError) as error:
            form.add_error(None, str(error))
        else:
            return _file(shown.found, copy.content, name="kopi")
    context = _context(shown, signed_in(request), _form(shown, request.POST, errors=form))
    return render(request, _TEMPLATE, context, status=422)


@require_safe
@for_roles(kernel.Role.CASEWORKER)
@never_cache
def original(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    found = _found(document_id, signed_in(request))
    try:
        return _file(found, selectors.content(found), name="original")
    except (AccessRequestError, ports.SourceError) as error:
        messages.error(request, str(error))
        return redirect("accessrequests:document", document_id=document_id)


def _found(document_id: uuid.UUID, user: kernel.User) -> RequestDocument:
    try:
        found = selectors.document(document_id)
    except RequestDocument.DoesNotExist:
        raise Http404 from None
    if found.erased_at is not None:
        raise Http404
    if not selectors.may_see(user, found):
        raise PermissionDenied
    return found


def _shown(request: HttpRequest, document_id: uuid.UUID) -> _Shown:
    user = signed_in(request)
    found = _found(document_id, user)
    text, trouble, unread, dropped = "", "", dict[int, str](), ()
    try:
        read = selectors.read(found)
        text = selectors.hidden_text(found, read.pages)
        trouble, unread, dropped = read.problem, dict(read.unread), read.dropped
    except (AccessRequestError, ports.SourceError) as error:
        trouble = str(error)
    notice = standing.notice(found, user) if found.decision_id is None else None
    proposal = _proposal(found, notice)
    standing_now = selectors.standing_of(found)
    said = [one.suggestion for one in (proposal,) if one is not None]
    said += [one.outcome for one in (standing_now,) if one is not None]
    return _Shown(
        found=found,
        text=text,
        unread=unread,
        dropped=dropped,
        trouble=trouble,
        notice=notice,
        proposal=proposal,
        standing=standing_now,
        is_open=selectors.is_undecided(found.request),
        groups=marking.groups(text, *said),
    )


def _proposal(
    found: RequestDocument, notice: standing.Notice | None
) -> kernel.Recommendation | None:
    """The proposal, if it is to be seen; after the decision when it was in front of the person."""
    decision = selectors.decision_of(found)
    seen = notice is None if decision is None else decision.recommendation_id is not None
    return selectors.recommendation_of(found) if seen else None


def _form(
    shown: _Shown,
    data: QueryDict | None = None,
    *,
    user: kernel.User | None = None,
    errors: DocumentForm | None = None,
) -> DocumentForm:
    """Begins with what is proposed, where that is seen."""
    rules = {
        rule.id: f"{rule.label}: {rule.reason}"
        for rule in outcomes.rules_of(shown.found.request.law).values()
        if rule.effect != "ask" or rule.finds == "business"
    }
    begun: dict[str, Any] = {}
    if shown.standing is not None:
        said = shown.standing.outcome
        kept = {tuple(mark) for mark in said["marks"]}
        begun = {
            "replaces": shown.standing.id,
            "label": said["label"],
            "rule": said["rule"],
            "marks": [one.key for one in shown.groups if kept.issuperset(one.marks)],
        }
    elif shown.proposal is not None:
        said = shown.proposal.suggestion
        begun = {
            "label": said["label"],
            "rule": said["rule"],
            "marks": [group.key for group in shown.groups],
        }
        # What the person wrote before they saw the proposal is not to be written again.
        view = None if user is None else kernel.presentation(shown.proposal, user=user).first_view
        if view is not None:
            begun["own_consideration"] = view.own_consideration
    form = DocumentForm(
        data,
        rules=rules,
        groups=[(group.key, group.title) for group in shown.groups],
        initial=begun,
    )
    if errors is not None:
        form.errors.clear()
        for name, told in errors.errors.items():
            form.errors[name] = told
    return form


def _given(shown: _Shown, form: DocumentForm) -> dict[str, Any]:
    typed = form.cleaned_data
    return {
        "label": typed["label"],
        "rule": typed["rule"],
        "marks": _marks(shown, typed),
        "own_consideration": typed["own_consideration"],
    }


def _marks(shown: _Shown, typed: dict[str, Any]) -> list[outcomes.Mark]:
    own = marking.added(shown.text, typed["added"], rule=typed["added_rule"])
    return sorted([*marking.chosen(shown.groups, typed["marks"]), *own])


def _context(shown: _Shown, user: kernel.User, form: DocumentForm) -> dict[str, Any]:
    found = shown.found
    marks = [] if shown.proposal is None else shown.proposal.suggestion["marks"]
    if shown.standing is not None:
        marks = shown.standing.outcome["marks"]
    return {
        "found": found,
        "facts": _facts(found),
        "pieces": list(marking.pieces(shown.text, marks)),
        "trouble": shown.trouble,
        "unread": [(number + 1, why) for number, why in sorted(shown.unread.items())],
        "dropped": shown.dropped,
        "notice": shown.notice,
        "proposal": _proposed(shown.proposal),
        "decided": _decided(shown.standing),
        "former": [] if found.decision_id is None else _former(found),
        "is_open": shown.is_open,
        "form": form,
        "choices": [{"value": key, "label": title} for key, title in OUTCOMES.items()],
        "group_choices": [{"value": one.key, "label": one.title} for one in shown.groups],
        "guidance": kernel.system_state(selectors.SYSTEM).card["guidance"],
        "is_closed": shown.notice is not None and shown.notice.state == standing.CLOSED,
        "is_blind": shown.notice is not None and shown.notice.state == standing.BLIND,
    }


def _facts(found: RequestDocument) -> list[tuple[str, str]]:
    return [
        ("Titel", found.title),
        ("Sag", found.case_number or "Ingen"),
        ("Dato", date_format(found.date)),
        ("Retning", Direction(found.direction).label),
        ("Lov", found.request.get_law_display()),
    ]


def _proposed(proposal: kernel.Recommendation | None) -> dict[str, Any] | None:
    if proposal is None:
        return None
    body = proposal.body
    confidence = float(body["confidence"])
    return {
        "title": OUTCOMES[str(proposal.suggestion["label"])],
        "certainty": next(words for least, words in _CERTAINTY if confidence >= least),
        "for": [one for one in body["considerations"] if one["direction"] == "for"],
        "against": [one for one in body["considerations"] if one["direction"] == "against"],
        "changes": [one["text"] for one in body["counterfactuals"]],
        "version": body["release"]["version"],
    }


def _decided(standing_now: kernel.Decision | kernel.Reversal | None) -> list[tuple[str, str]]:
    if standing_now is None:
        return []
    outcome = standing_now.outcome
    facts = [
        ("Afgørelse", OUTCOMES[str(outcome["label"])]),
        ("Regler", ", ".join(outcomes.paragraphs(outcome)) or "Ingen"),
        ("Afgjort af", standing_now.user.full_name),
        ("Lagt vægt på", str(standing_now.body["own_consideration"])),
    ]
    if outcome.get("pages"):
        listed = ", ".join(str(page + 1) for page in outcome["pages"])
        facts.append(("Sider, der er undtaget helt", listed))
    return facts


def _former(found: RequestDocument) -> list[str]:
    """What was decided before what stands now, the first first."""
    if found.decision_id is None:
        return []
    return [
        f"{OUTCOMES[str(one.before['label'])]}. Ændret den "
        f"{date_format(timezone.localdate(one.reversed_at))}: {kernel.CAUSES[one.cause]}."
        for one in kernel.reversals_of(found.decision_id)
    ]


def _to_next(request: HttpRequest, found: RequestDocument) -> HttpResponse:
    left = found.request.documents.filter(decision_id=None).exclude(id=found.id)
    following = next((one for one in left if selectors.may_see(signed_in(request), one)), None)
    if following is None:
        messages.success(request, "Dokumentet er afgjort. Der er ikke flere, du kan afgøre.")
        return redirect("accessrequests:request", request_id=found.request_id)
    messages.success(request, "Dokumentet er afgjort. Her er det næste.")
    return redirect("accessrequests:document", document_id=following.id)


def _file(found: RequestDocument, content: bytes, *, name: str) -> HttpResponse:
    """As a file to save: what others wrote is never shown as a page of this site."""
    kind = found.media_type.partition(";")[0].strip()
    suffix = {"application/pdf": "pdf", "text/plain": "txt"}.get(kind, "bin")
    return HttpResponse(
        content,
        content_type=kind if suffix != "bin" else "application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="dokument-{found.number}-{name}.{suffix}"'
        },
    )
