# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The menu entries of this solution."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from kodeks.kernel import api as kernel


def items(user: kernel.User | AnonymousUser) -> list[dict[str, Any]]:
    roles = kernel.roles_of(user)
    entries = []
    if kernel.Role.CASEWORKER in roles:
        entries += [
            _item("Indbakke", "inbox", "Henvendelser, der venter på en afgørelse."),
            _item("Ny henvendelse", "new", "Skriv en samtale eller et brev ind."),
            _item(
                "Afdeling", "department", "Det, der er sendt til din afdeling og venter på svar."
            ),
            _item("Journal", "journal", "Det, robotten har journaliseret og sendt videre."),
        ]
    return entries


def _item(title: str, page: str, description: str) -> dict[str, Any]:
    return {"title": title, "url": reverse(f"inquiries:{page}"), "description": description}
