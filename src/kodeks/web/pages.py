# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who may use a page, and what is given back to a person whose text could not be saved.

The site supplies the template `signed_out.html`, as it supplies Django's `403.html`. It gets
`texts`, a list of TypedText.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from kodeks.kernel import api as kernel
from kodeks.web import live

View = Callable[..., HttpResponse]

# Never shown again, however the field is spelt.
_SECRET_FIELDS = ("password", "adgangskode", "kodeord", "token")
_UNREADABLE = (
    UnreadablePostError,
    RequestDataTooBig,
    TooManyFieldsSent,
    MultiPartParserError,
)


@dataclass(frozen=True)
class TypedText:
    """One text that a person sent: its place in the form (from 1) and the text itself."""

    number: int
    text: str

    @property
    def label(self) -> str:
        return f"Tekst {self.number}"

    @property
    def name(self) -> str:
        return f"text{self.number}"

    @property
    def rows(self) -> int:
        """Lines to show: the text's own, at 60 characters, between 2 and 12."""
        lines = sum(1 + len(line) // 60 for line in self.text.splitlines())
        return min(12, max(2, lines))


def typed_texts(request: HttpRequest) -> list[TypedText]:
    """The texts a person typed in the form that failed, without passwords and tokens."""
    if request.method != "POST":
        return []
    try:
        fields = request.POST.lists()
    except _UNREADABLE:
        return []
    texts = [
        value
        for name, values in fields
        if not any(secret in name.lower() for secret in _SECRET_FIELDS)
        for value in values
        # A single word is a choice, a number or a code, which nobody needs to copy.
        if len(value.split()) > 1
    ]
    return [TypedText(number, text) for number, text in enumerate(texts, start=1)]


def for_roles(*roles: str) -> Callable[[View], View]:
    """Let people with one of the roles in; others get the 403 page, the unknown the sign-in.

    What the view reads is read for the person: the database shows them the cases that are theirs.
    The answer is kept out of shared caches: it may show what citizens have written.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _signed_out(request)
            if kernel.roles_of(request.user).isdisjoint(roles):
                raise PermissionDenied
            with kernel.viewer(signed_in(request)):
                response = view(request, *args, **kwargs)
            if not response.has_header("Cache-Control"):
                # Not no-store: the browser could then not give typed text back on "back".
                patch_cache_control(response, private=True, no_cache=True)
            return response

        return guarded

    return decorate


def signed_in(request: HttpRequest) -> kernel.User:
    """The person behind the request, in a view that `for_roles` guards."""
    if not isinstance(request.user, kernel.User):
        raise PermissionDenied
    return request.user


def _signed_out(request: HttpRequest) -> HttpResponse:
    """The sign-in page; what was typed before the session ended is given back first."""
    if live.seen(request) is not None:
        # A page that asks for itself keeps what is typed in it.
        return live.nothing_new()
    if live.by_script(request):
        return HttpResponse(headers={"HX-Redirect": redirect_to_login(request.get_full_path()).url})
    texts = typed_texts(request)
    if not texts:
        return redirect_to_login(request.get_full_path())
    return render(request, "signed_out.html", {"texts": texts}, status=403)
