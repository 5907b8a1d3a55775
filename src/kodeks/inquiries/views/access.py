# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who may see a page of this solution."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from kodeks.inquiries.views import live
from kodeks.kernel import access
from kodeks.kernel.models import User

View = Callable[..., HttpResponse]

_UNSHOWN = frozenset({"csrfmiddlewaretoken"})


def only_for(*roles: str) -> Callable[[View], View]:
    """Let people with one of the roles in; others get the 403 page, the unknown the sign-in.

    The answer is kept out of shared caches: it shows what citizens have written.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _signed_out(request)
            if not access.roles_of(request.user) & set(roles):
                raise PermissionDenied
            response = view(request, *args, **kwargs)
            if not response.has_header("Cache-Control"):
                # Not no-store: the browser could then not give typed text back on "back".
                patch_cache_control(response, private=True, no_cache=True)
            return response

        return guarded

    return decorate


def signed_in(request: HttpRequest) -> User:
    """The person behind the request, in a view that `only_for` guards."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _signed_out(request: HttpRequest) -> HttpResponse:
    """The sign-in page; what was typed before the session ended is given back first."""
    if live.seen(request) is not None:
        # A page that asks for itself keeps what is typed in it.
        return live.nothing_new()
    if live.by_script(request):
        return HttpResponse(headers={"HX-Redirect": redirect_to_login(request.get_full_path()).url})
    typed = [
        {"label": f"Tekst {number}", "name": f"text{number}", "text": text, "rows": 6}
        for number, text in enumerate(_texts(request), start=1)
    ]
    if not typed:
        return redirect_to_login(request.get_full_path())
    return render(request, "inquiries/signed_out.html", {"texts": typed}, status=403)


def _texts(request: HttpRequest) -> list[str]:
    fields = request.POST.items() if request.method == "POST" else ()
    return [str(text) for name, text in fields if name not in _UNSHOWN and " " in str(text).strip()]
