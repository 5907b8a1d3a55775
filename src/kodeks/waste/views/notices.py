# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The notices: what waits for a decision, and one of them with its data, proposal and decision."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kodeks.kernel import api as kernel
from kodeks.waste import deciding, noticing, selectors
from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.notices.rules import FIRE, LABELS
from kodeks.waste.forms import NoticeForm
from kodeks.waste.models import Notice
from kodeks.waste.views import one_bin, standing
from kodeks.web import paging
from kodeks.web.pages import for_roles, signed_in
from kodeks.web.standing import BLIND, CLOSED

_CERTAINTY = ((0.8, "ret sikkert"), (0.6, "nogenlunde sikkert"), (0.0, "usikkert"))
_MOST_DECIDED = 50
_TEMPLATE = "waste/notice.html"


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def notices(request: HttpRequest) -> HttpResponse:
    waiting = paging.page(request, selectors.open_notices())
    decided = [
        (one, kernel.decision(one.decision_id))
        for one in selectors.decided_notices()[:_MOST_DECIDED]
        if one.decision_id is not None
    ]
    context = {
        "page": waiting,
        # That it is urgent is told also to who is to form an opinion first: nobody may wait.
        "waiting": [(one, one.is_urgent) for one in waiting],
        "decided": [
            (one, LABELS[str(made.outcome["label"])], made.user.full_name) for one, made in decided
        ],
        "obstacle": standing.obstacle(),
    }
    return render(request, "waste/notices.html", context)


@require_safe
@for_roles(kernel.Role.CASEWORKER)
@never_cache
def notice(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
    found = _found(notice_id)
    return render(request, _TEMPLATE, _context(request, found, None))


@require_POST
@for_roles(kernel.Role.CASEWORKER)
@never_cache
def decide(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
    found = _found(notice_id)
    user, form = signed_in(request), NoticeForm(request.POST)
    told = standing.notice(found, user) if found.decision_id is None else None
    if form.is_valid():
        given = {"notice_id": notice_id, "user": user, **form.cleaned_data}
        try:
            if told is not None and told.state == BLIND:
                deciding.state_own_view(**given)
                messages.success(request, "Din vurdering er gemt. Nu kan du se forslaget.")
                return redirect("waste:notice", notice_id=notice_id)
            deciding.decide(with_proposal=told is None, **given)
        except (WasteError, kernel.Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Det er besluttet for {found.bin.code}.")
            return redirect("waste:notices")
    context = _context(request, _found(notice_id), form)
    return render(request, _TEMPLATE, context, status=422)


def _found(notice_id: uuid.UUID) -> Notice:
    try:
        return Notice.objects.select_related("bin").get(id=notice_id)
    except Notice.DoesNotExist:
        raise Http404 from None


def _context(request: HttpRequest, found: Notice, form: NoticeForm | None) -> dict[str, Any]:
    user = signed_in(request)
    decision = None if found.decision_id is None else kernel.decision(found.decision_id)
    told = None if decision else standing.notice(found, user)
    proposal = _proposal(found, decision, is_hidden=told is not None)
    return {
        "found": found,
        "bin": found.bin,
        "is_urgent": found.ended_at is None and found.label == FIRE,
        "decided": _decided(decision),
        "notice": told,
        "is_blind": told is not None and told.state == BLIND,
        "is_closed": told is not None and told.state == CLOSED,
        "proposal": None if proposal is None else _proposed(proposal),
        "form": form or NoticeForm(initial=_begun(proposal, user)),
        "choices": [{"value": key, "label": title} for key, title in LABELS.items()],
        "guidance": kernel.system_state(noticing.SYSTEM).card["guidance"],
        **one_bin.context_of(found.bin, timezone.now()),
    }


def _proposal(
    found: Notice, decision: kernel.Decision | None, *, is_hidden: bool
) -> kernel.Recommendation | None:
    """The proposal, if it is to be seen; after the decision when it was in front of the person."""
    seen = not is_hidden if decision is None else decision.recommendation_id is not None
    return deciding.proposal_of(found) if seen else None


def _begun(proposal: kernel.Recommendation | None, user: kernel.User) -> dict[str, Any]:
    """The form begins with what is proposed, and with what the person wrote before they saw it."""
    if proposal is None:
        return {}
    view = kernel.presentation(proposal, user=user).first_view
    return {
        "label": proposal.suggestion["label"],
        "own_consideration": "" if view is None else view.own_consideration,
    }


def _proposed(proposal: kernel.Recommendation) -> dict[str, Any]:
    body = proposal.body
    confidence = float(body["confidence"])
    return {
        "title": LABELS[str(proposal.suggestion["label"])],
        "certainty": next(words for least, words in _CERTAINTY if confidence >= least),
        "for": [one for one in body["considerations"] if one["direction"] == "for"],
        "against": [one for one in body["considerations"] if one["direction"] == "against"],
        "changes": [one["text"] for one in body["counterfactuals"]],
        "version": body["release"]["version"],
    }


def _decided(decision: kernel.Decision | None) -> list[tuple[str, str]]:
    if decision is None:
        return []
    return [
        ("Beslutning", LABELS[str(decision.outcome["label"])]),
        ("Besluttet af", decision.user.full_name),
        ("Lagt vægt på", str(decision.body["own_consideration"])),
    ]
