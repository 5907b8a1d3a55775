# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Writing an answer: a draft of approved pieces, edited freely, tried, saved, and sent.

It is to one citizen: where several have written in the case, each has a page of their own.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kodeks.casework import clock_reads
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import DeadlineKind, InboxItem
from kodeks.documents.errors import DocumentError
from kodeks.documents.letters import Letter
from kodeks.documents.letters import render as render_letter
from kodeks.documents.templates import MAX_SUBJECT
from kodeks.inquiries import answering, drafting, replying, urgent
from kodeks.inquiries.drafting import Draft, Known, Offered
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry
from kodeks.inquiries.replying import Saved
from kodeks.inquiries.similar import Similar, like
from kodeks.kernel import api as kernel
from kodeks.web import live
from kodeks.web.forms import Text
from kodeks.web.pages import for_roles, signed_in

UNIT, TO = "afdeling", "henvendelse"
_MARK = re.compile(r"svar-[a-z0-9-]{1,50}:[0-9]{1,9}")
_INSERT, _SIMILAR = "insert:", "similar"


class ReplyForm(forms.Form):
    """What stands in the fields. Gaps and the letter's form are asked about when it is tried."""

    subject = Text(
        label="Emne",
        max_length=MAX_SUBJECT,
        error_messages={
            "required": "Skriv, hvad svaret handler om.",
            "max_length": f"Skriv emnet på højst {MAX_SUBJECT} tegn.",
        },
    )
    body = Text(
        label="Svaret",
        max_length=replying.MOST_CHARACTERS,
        widget=forms.Textarea,
        error_messages={
            "required": "Der er ingen tekst. Skriv svaret.",
            "max_length": f"Svaret må højst fylde {replying.MOST_CHARACTERS} tegn.",
        },
        help_text="Ret teksten, så den passer. Lad der være en tom linje mellem to afsnit.",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    blocks = Text(widget=forms.HiddenInput, required=False, max_length=4000)

    def draft(self) -> Draft:
        typed = self.cleaned_data
        marks = tuple(one for one in typed.get("blocks", "").split(",") if _MARK.fullmatch(one))
        return Draft(subject=typed.get("subject", ""), body=typed.get("body", ""), blocks=marks)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the page is about: the department's item, who is written to, all who have written in the
    case, and what the answer can be made of."""

    item: InboxItem
    asker: answering.Asker
    askers: tuple[answering.Asker, ...]
    known: tuple[Known, ...]
    pieces: list[Offered]

    @property
    def to(self) -> Inquiry:
        return self.asker.inquiry

    @property
    def address(self) -> str:
        """Of this page, for this one."""
        query = urlencode({TO: str(self.to.id)})
        return f"{reverse('inquiries:reply', args=[self.item.id])}?{query}"

    @property
    def is_last(self) -> bool:
        """Whether all others have their answer."""
        return all(one.answered for one in self.askers if one.inquiry.id != self.to.id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(kernel.Role.CASEWORKER)
def reply(request: HttpRequest, item_id: uuid.UUID) -> HttpResponse:
    user = signed_in(request)
    try:
        item = replying.item_for(item_id, user=user)
    except InboxItem.DoesNotExist as unknown:
        raise Http404 from unknown
    desk = _desk(item, request.GET.get(TO, ""))
    if request.method == "POST":
        return _typed(request, desk)
    saved = replying.newest(item, to=desk.to)
    draft = drafting.first(desk.pieces) if saved is None else saved.draft
    seen = 0 if saved is None else saved.number
    return _page(request, desk, draft=draft, seen=seen, saved=saved)


def _desk(item: InboxItem, number: str) -> Desk:
    """For the sender of the inquiry with the number; else for the first who has no answer yet.
    Raises Http404 when there is none such in the case."""
    askers = tuple(answering.askers(item.case))
    if number:
        asker = next((one for one in askers if str(one.inquiry.id) == number), None)
    else:
        asker = min(askers, key=lambda one: one.answered, default=None)
    if asker is None:
        raise Http404
    known = drafting.facts(item, asker.inquiry)
    return Desk(
        item=item,
        asker=asker,
        askers=askers,
        known=known,
        pieces=drafting.offered(item, asker.inquiry, known),
    )


def _typed(request: HttpRequest, desk: Desk) -> HttpResponse:
    item, to = desk.item, desk.to
    user, form, do = signed_in(request), ReplyForm(request.POST), request.POST.get("do", "")
    valid = form.is_valid()
    draft, seen = form.draft(), form.cleaned_data.get("seen") or 0
    page: dict[str, Any] = {"draft": draft, "seen": seen}
    if do == _SIMILAR:
        # Asked for, as texts are read for it under a permit, which is written down.
        page |= _similar(to, user)
        if live.by_script(request):
            return render(request, "inquiries/similar.html", page)
        return _page(request, desk, **page)
    outcome = replying.tried(item, draft, to=to, user=user)
    if live.by_script(request):
        return render(request, "inquiries/reply_trial.html", {"trial": outcome})
    if not valid:
        return _page(request, desk, **page, form=form, status=422)
    try:
        done = _done(request, desk, draft, seen=seen, do=do, letter=outcome.letter)
    except replying.Newer as newer:
        other = replying.newest(item, to=to)
        page |= {"seen": 0 if other is None else other.number, "other": other}
        return _page(request, desk, **page, refused=str(newer), status=409)
    except (InquiryError, CaseworkError, DocumentError, kernel.Refused) as refused:
        return _page(request, desk, **page, refused=str(refused), status=422)
    return done or _page(request, desk, **page, status=422)


def _done(
    request: HttpRequest,
    desk: Desk,
    draft: Draft,
    *,
    seen: int,
    do: str,
    letter: Letter | None,
) -> HttpResponse | None:
    """What the button does; None for a letter to look at that there is none of yet."""
    user, item, to = signed_in(request), desk.item, desk.to
    if do == "pdf":
        return None if letter is None else _pdf(item, letter)
    if do == "send":
        replying.send(item, draft, to=to, seen=seen, user=user)
        sent = f"Svaret i sag {item.case.number} er skrevet under. Det bliver sendt nu."
        if not desk.is_last:
            messages.success(request, f"{sent} Der er flere i sagen, som venter på svar.")
            return redirect("inquiries:reply", item_id=item.id)
        messages.success(request, sent)
        query = urlencode({UNIT: item.unit.code})
        return redirect(f"{reverse('inquiries:department')}?{query}")
    wanted = do.removeprefix(_INSERT) if do.startswith(_INSERT) else ""
    piece = next((one for one in desk.pieces if one.name == wanted), None)
    if piece is not None:
        draft = drafting.put_in(draft, piece, desk.pieces)
    replying.save(item, draft, to=to, seen=seen, user=user)
    messages.success(request, "Kladden er gemt.")
    return redirect(desk.address)


def _page(
    request: HttpRequest,
    desk: Desk,
    *,
    draft: Draft,
    seen: int,
    saved: Saved | None = None,
    other: Saved | None = None,
    form: ReplyForm | None = None,
    refused: str = "",
    similar: list[Similar] | None = None,
    stopped: str = "",
    status: int = 200,
) -> HttpResponse:
    user, item, to = signed_in(request), desk.item, desk.to
    values = {"subject": draft.subject, "body": draft.body, "seen": seen}
    shown = form or ReplyForm(initial=values | {"blocks": ",".join(draft.blocks)})
    context = {
        "item": item,
        "inquiry": to,
        "desk": desk,
        "urgent": urgent.told([item]).get(item.id),
        "deadline": clock_reads.newest(item.case, kind=DeadlineKind.REPLY),
        "form": shown,
        "facts": desk.known,
        "pieces": desk.pieces,
        "used": {mark.partition(":")[0] for mark in draft.blocks},
        "saved": saved,
        "other": other,
        "refused": refused,
        "trial": replying.tried(item, draft, to=to, user=user),
        "similar": similar,
        "stopped": stopped,
        "answered": item.handled_at is not None or desk.asker.answered,
        "unit_parameter": UNIT,
    }
    return render(request, "inquiries/reply.html", context, status=status)


def _similar(inquiry: Inquiry, user: kernel.User) -> dict[str, Any]:
    """Similar answered inquiries; or why none are looked for."""
    try:
        return {"similar": like(inquiry, user=user), "stopped": ""}
    except (kernel.Refused, kernel.SystemStopped) as refused:
        return {"similar": [], "stopped": str(refused)}


def _pdf(item: InboxItem, letter: Letter) -> HttpResponse:
    note = "Dette er en kladde. Den er ikke sendt."
    data = render_letter(replace(letter, footnotes=(note,)))
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="kladde-{item.case.number}.pdf"'
    return answer
