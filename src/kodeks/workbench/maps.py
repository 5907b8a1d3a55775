# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What lies behind the points of every map: the municipality's districts and streets."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kodeks.kernel.models import Role
from kodeks.web import maps
from kodeks.web.pages import for_roles
from kodeks.workbench import access


@require_safe
@for_roles(Role.CASEWORKER, *access.STEERS)
def background(request: HttpRequest) -> HttpResponse:
    """As GeoJSON; empty until a list of places has been loaded."""
    return HttpResponse(maps.background(), content_type="application/geo+json")
