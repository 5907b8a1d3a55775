# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The public register of AI systems, in Danish and English: made from the kernel at each request.

Nothing is kept here, so the register cannot say anything else than what the kernel enforces.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kodeks.kernel import selectors
from kodeks.kernel.models import System
from kodeks.kernel.selectors import SystemState
from kodeks.workbench import register_entries as entries
from kodeks.workbench import register_nl
from kodeks.workbench.register_entries import status as status

_SUFFIX = {"da": "", "en": "-en"}
_AS_TEXT = {"ensure_ascii": False, "indent": 2}


def _in_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer in the language of the address: dates, the layout's words and the page's own."""

    @wraps(view)
    def answer(request: HttpRequest, *, language: str = "da", **more: str) -> HttpResponse:
        with translation.override(language):
            return view(request, language=language, **more)

    return answer


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page with the way to itself in the other language; only the Danish site has a menu."""
    language = context["language"]
    name = "register-entry" if "slug" in context else "register"
    to = [context["slug"]] if "slug" in context else []
    other = "en" if language == "da" else "da"
    context |= {
        "other_url": reverse(f"workbench:{name}{_SUFFIX[other]}", args=to),
        "register_url": reverse(f"workbench:register{_SUFFIX[language]}"),
    }
    if to:
        for kind in ("json", "nl"):
            address = reverse(f"workbench:register-{kind}{_SUFFIX[language]}", args=to)
            context[f"{kind}_url"] = address
    if language != "da":
        context |= {"bare": True, "menu": [], "danish_only": True}
    return render(request, template, context)


@never_cache
@require_safe
@_in_language
def register(request: HttpRequest, language: str) -> HttpResponse:
    found = [
        {**one, "url": reverse(f"workbench:register-entry{_SUFFIX[language]}", args=[one["slug"]])}
        for one in (entries.entry_of(state, language) for state in selectors.systems())
    ]
    return _page(request, "workbench/register.html", {"language": language, "entries": found})


@never_cache
@require_safe
@_in_language
def register_entry(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    entry = entries.entry_of(state_or_404(slug), language)
    return _page(request, "workbench/register_entry.html", entry)


@never_cache
@require_safe
@_in_language
def register_json(request: HttpRequest, slug: str, language: str) -> JsonResponse:
    """The same for programs."""
    content = entries.as_data(state_or_404(slug), language)
    return JsonResponse(content, json_dumps_params=_AS_TEXT)


@never_cache
@require_safe
@_in_language
def register_nl_json(request: HttpRequest, slug: str, language: str) -> JsonResponse:
    """The record by the Dutch publication standard 1.0; 404 and why, when there can be none."""
    state = state_or_404(slug)
    site = request.build_absolute_uri("/").rstrip("/")
    try:
        content = register_nl.record(state, language=language, site=site)
    except register_nl.NotPublishable as lacking:
        gaps = {"error": str(lacking), "missing": lacking.gaps}
        return JsonResponse(gaps, status=404, json_dumps_params=_AS_TEXT)
    return JsonResponse(content, json_dumps_params=_AS_TEXT)


def state_or_404(slug: str) -> SystemState:
    """The state of a registered system, for a page. Raises Http404."""
    try:
        return selectors.system_state(slug)
    except System.DoesNotExist as error:
        raise Http404 from error
