# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The tabs between the pages of a system: those that the person may open."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from kodeks.kernel import access as kernel_access
from kodeks.workbench import access

OVERVIEW, MONITORING, OVERSIGHT, ANSWERING = "system", "monitoring", "oversight", "answering"
SERVICE, INCIDENTS = "service", "incidents"
_PAGES = (
    (OVERVIEW, "Overblik", access.STEERS),
    (MONITORING, "Overvågning", access.STEERS),
    (OVERSIGHT, "Opsyn", access.STEERS),
    (ANSWERING, "Ansvar", access.STEERS),
    (SERVICE, "Tider og timer", access.STEERS),
    (INCIDENTS, "Hændelser", access.REPORTS),
)


def of_system(request: HttpRequest, slug: str, *, current: str) -> list[dict[str, Any]]:
    """For the component `tabs`; none when there is only the page itself to go to."""
    roles = kernel_access.roles_of(request.user)
    found = [
        {
            "text": text,
            "href": reverse(f"workbench:{page}", args=[slug]),
            "current": page == current,
        }
        for page, text, allowed in _PAGES
        if roles & allowed
    ]
    return found if len(found) > 1 else []
