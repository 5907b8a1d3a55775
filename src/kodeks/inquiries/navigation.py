# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The menu entries of this solution."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from kodeks.inquiries import uniformity
from kodeks.kernel import api as kernel

_STEERS = frozenset(
    {
        kernel.Role.SYSTEM_OWNER,
        kernel.Role.ADMINISTRATOR,
        kernel.Role.DATA_PROTECTION_OFFICER,
    }
)


def items(user: kernel.User | AnonymousUser) -> list[dict[str, Any]]:
    roles = kernel.roles_of(user)
    entries = []
    if kernel.Role.CASEWORKER in roles:
        entries += [
            _item("Indbakke", "inbox", "Henvendelser, der venter på en afgørelse."),
            _item("Kort", "map", "Steder, der står i henvendelser, som venter."),
            _item("Ny henvendelse", "new", "Skriv en samtale eller et brev ind."),
            _item(
                "Afdeling", "department", "Det, der er sendt til din afdeling og venter på svar."
            ),
            _item("Journal", "journal", "Det, robotten har journaliseret og sendt videre."),
            _item("Dine rettelser", "learning-mine", "Hvad dine valg er blevet brugt til."),
        ]
    if roles & _STEERS:
        entries.append(
            _item("Gentræning", "learning", "Nye modeller, der lærer af sagsbehandlernes valg.")
        )
    if not roles.isdisjoint(uniformity.STEERS):
        entries.append(_item("Ensartethed", "uniformity", "Bliver ens henvendelser behandlet ens?"))
    return entries


def _item(title: str, page: str, description: str) -> dict[str, Any]:
    return {"title": title, "url": reverse(f"inquiries:{page}"), "description": description}
