# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Pages that ask for themselves (htmx) and change when something has happened.

The page tells what it shows in `seen`. As long as that is so it gets an empty answer; then it gets
the whole page, of which it takes the parts it wants. Without JavaScript nobody asks.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

_SEEN = "seen"


def by_script(request: HttpRequest) -> bool:
    """Whether htmx asks, and not a person who follows a link."""
    return request.headers.get("HX-Request") == "true"


def seen(request: HttpRequest) -> str | None:
    """What the asking page shows; None when no page asks for itself."""
    return request.GET.get(_SEEN) if by_script(request) else None


def nothing_new() -> HttpResponse:
    """Leaves the page as it is."""
    return HttpResponse(status=204)
