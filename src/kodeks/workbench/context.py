# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What every page knows: the municipality, the menu and the user's roles."""

from django.conf import settings
from django.http import HttpRequest

from kodeks.kernel import access, once
from kodeks.kernel.models import Role
from kodeks.workbench import navigation


def role_titles(roles: frozenset[str]) -> str:
    """The roles' Danish titles in the order of `Role`, with commas."""
    return ", ".join(str(role.label) for role in Role if role in roles)


def site(request: HttpRequest) -> dict[str, object]:
    """Django context processor for `base.html`."""
    user = request.user
    with once.part():
        menu = navigation.items(user)
        roles = role_titles(access.roles_of(user)) if user.is_authenticated else ""
    return {
        "municipality": settings.KODEKS_MUNICIPALITY,
        "was_url": settings.KODEKS_WAS_URL,
        "demo": settings.KODEKS_DEMO,
        "menu": menu,
        "menu_active": navigation.active(menu, path=request.path),
        "user_roles": roles,
    }
