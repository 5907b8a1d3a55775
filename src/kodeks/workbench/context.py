# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What every page knows: the municipality, the menu and the user's roles."""

from django.conf import settings
from django.http import HttpRequest

from kodeks.kernel import access
from kodeks.workbench import navigation

ROLE_TITLES = {
    "caseworker": "Sagsbehandler",
    "system_owner": "Systemejer",
    "data_protection_officer": "Databeskyttelsesrådgiver",
    "administrator": "Administrator",
    "citizen": "Borger",
}


def role_titles(roles: frozenset[str]) -> str:
    """The roles' Danish titles in the order above, with commas; unknown roles by their name."""
    known = [title for role, title in ROLE_TITLES.items() if role in roles]
    return ", ".join([*known, *sorted(roles - ROLE_TITLES.keys())])


def site(request: HttpRequest) -> dict[str, object]:
    """Django context processor for `base.html`."""
    user = request.user
    menu = navigation.items(user)
    return {
        "municipality": settings.KODEKS_MUNICIPALITY,
        "was_url": settings.KODEKS_WAS_URL,
        "demo": settings.KODEKS_DEMO,
        "menu": menu,
        "menu_active": navigation.active(menu, path=request.path),
        "user_roles": role_titles(access.roles_of(user)) if user.is_authenticated else "",
    }
