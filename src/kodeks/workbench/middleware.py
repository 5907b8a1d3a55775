# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What every request passes: nobody's eyes, no CPR number in an address, a lost database's page."""

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from kodeks.kernel import once, viewing
from kodeks.language import cpr
from kodeks.workbench import errors

log = structlog.get_logger(__name__)


class SeesNothingYet:
    """Begins each request with no viewer: a page sees cases once it has said who asks for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with viewing.nobody():
            return self.get_response(request)


class AsksOnce:
    """While a page is shown, what it asks of the house again and again is asked once.

    A form that is sent is judged by what is true at each step.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with once.page():
            return self.get_response(request)


class DatabaseUnavailable:
    """Turns a view's lost database connection into a page that gives back what was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not errors.is_unavailable(exception):
            return None
        log.error("database_unavailable", kind=type(exception).__name__)
        return errors.unavailable(request)


class NoCprInAddress:
    """Sends a GET whose query holds a CPR number on to the same address with the number masked.

    Somebody will type one in a search box. Addresses are kept by browsers, sent on by links to
    the next page and through sign-in, and written to the logs of servers in front of this one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        query = request.GET.copy()
        found = [
            name for name in query if any(map(cpr.looks_like_cpr, (name, *query.getlist(name))))
        ]
        if not found:
            return self.get_response(request)
        for name in found:
            values = [cpr.mask(value) for value in query.pop(name)]
            query.setlist(cpr.mask(name), values)
        # Not to "//elsewhere", which a browser takes for another host.
        path = "/" + request.path.lstrip("/")
        return HttpResponseRedirect(f"{path}?{query.urlencode()}")
