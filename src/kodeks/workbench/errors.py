# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Error pages in Danish. The pages for 400, 500 and 503 touch neither database nor session."""

import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from kodeks.database.errors import DatabaseError
from kodeks.web.pages import typed_texts


def is_unavailable(exception: BaseException | None) -> bool:
    """True when the database did not answer, False for an error in what we asked it."""
    return isinstance(exception, OperationalError | InterfaceError | DatabaseError)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The 400 page; the refused request may lack a valid host, a session and a user."""
    return HttpResponse(render_to_string("400.html", _site()), status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The 500 page; the 503 page when a middleware's database call failed."""
    if is_unavailable(sys.exc_info()[1]):
        return unavailable(request)
    return HttpResponse(
        render_to_string("500.html", _site() | {"texts": typed_texts(request)}), status=500
    )


def unavailable(request: HttpRequest) -> HttpResponse:
    """The 503 page, with what was typed so that it can be copied."""
    page = render_to_string("503.html", _site() | {"texts": typed_texts(request)})
    return HttpResponse(page, status=503, headers={"Retry-After": "60"})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form without a valid token, most often because the session ended."""
    context = _site() | {"texts": typed_texts(request)}
    return HttpResponse(render_to_string("403_csrf.html", context), status=403)


def _site() -> dict[str, object]:
    return {
        "municipality": settings.KODEKS_MUNICIPALITY,
        "was_url": settings.KODEKS_WAS_URL,
        "demo": settings.KODEKS_DEMO,
        "bare": True,
    }
