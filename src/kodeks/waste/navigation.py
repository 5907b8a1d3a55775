# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The menu entries of this solution."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from kodeks.kernel import api as kernel


def items(user: kernel.User | AnonymousUser) -> list[dict[str, Any]]:
    if kernel.Role.CASEWORKER not in kernel.roles_of(user):
        return []
    return [
        {
            "title": "Skraldespande",
            "url": reverse("waste:bins"),
            "description": "Hvor fulde de er, hvad der ventes, og hvad der skal besluttes.",
        }
    ]
