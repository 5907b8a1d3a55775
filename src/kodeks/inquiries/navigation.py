# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The menu entries of this solution."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from kodeks.kernel import access
from kodeks.kernel.models import Role, User


def items(user: User | AnonymousUser) -> list[dict[str, Any]]:
    if not access.has_role(user, Role.CASEWORKER):
        return []
    return [
        {
            "title": "Indbakke",
            "url": reverse("inquiries:inbox"),
            "description": "Henvendelser, der venter på en afgørelse.",
        },
        {
            "title": "Journal",
            "url": reverse("inquiries:journal"),
            "description": "Det, robotten har journaliseret og sendt videre.",
        },
    ]
