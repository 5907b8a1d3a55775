# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The list of inquiries that wait for a caseworker.

A line shows neither topic nor confidence: the text is to be read before the suggestion is seen. Who
is shown suggestions may sort by them.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kodeks.inquiries import selectors
from kodeks.inquiries.beginnings import beginning
from kodeks.inquiries.forms import InboxFilter
from kodeks.inquiries.inbox import Inbox, Wanted
from kodeks.inquiries.models import Inquiry
from kodeks.inquiries.views import keys, standing
from kodeks.kernel import api as kernel
from kodeks.language import recognising
from kodeks.web import paging
from kodeks.web.pages import for_roles, signed_in


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def inbox(request: HttpRequest) -> HttpResponse:
    found = Inbox(signed_in(request))
    wanted = Wanted.of(request.GET)
    form = _form(request, found)
    if form.is_valid():
        wanted = Wanted(**form.cleaned_data)
        rows = found.found(wanted).select_related("sorting").prefetch_related("places")
    else:
        rows = found.waiting().none()
    form.listed(found.counts(wanted if form.is_valid() else Wanted()))
    page = paging.page(request, rows)
    waiting = found.waiting()
    context = {
        "form": form,
        "page": page,
        "lines": [_line(one, told=found.sees_suggestions) for one in page],
        "query": wanted.query,
        "used": _used(form, wanted) if form.is_valid() else [],
        "notice": standing.obstacle_notice(),
        "waiting": paging.count(waiting),
        "urgent": paging.count(waiting.exclude(urgency="")),
        "mine": paging.count(waiting.filter(is_mine=True)) if found.sees_suggestions else None,
        "filtered": wanted.narrowed or bool(form.errors),
        "more_in_use": any(getattr(wanted, name) for name in _MORE),
        "more": [form[name] for name in _MORE if name in form.fields],
        "keys": keys.INBOX,
    }
    return render(request, "inquiries/inbox.html", context)


_MORE = ("channel", "district", "legal", "state", "department", "topic", "way")
"""Filters that lie behind »Flere filtre«."""


def _form(request: HttpRequest, found: Inbox) -> InboxFilter:
    return InboxFilter(
        request.GET,
        sees_suggestions=found.sees_suggestions,
        districts=[name] if (name := request.GET.get("district", "")) else [],
        topics=selectors.topic_titles(),
        units=selectors.units(),
    )


def _used(form: InboxFilter, wanted: Wanted) -> list[dict[str, str]]:
    """The filters in use, each with the address of the list without it."""
    return [
        {
            "text": f"{label}: {words}",
            "without": f"{reverse('inquiries:inbox')}?{wanted.without(name).query}",
        }
        for name, label, words in form.in_use()
    ]


def _line(one: Inquiry, *, told: bool) -> dict[str, Any]:
    """`told` is whether the person may know of suggestions."""
    foreign = recognising.foreign(one.text)
    named = next((place.title for place in one.places.all()), "")
    days = (timezone.localdate() - timezone.localdate(one.received_at)).days
    return {
        "inquiry": one,
        "beginning": beginning(one.text),
        "waited": "I dag" if days <= 0 else "1 dag" if days == 1 else f"{days} dage",
        "foreign": f"På {foreign}" if foreign else "",
        "mine": told and one.is_mine,  # type: ignore[attr-defined]
        "place": ", ".join(dict.fromkeys(filter(None, (named, one.district)))),
    }
