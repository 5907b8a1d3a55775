# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Texts of people in a case: sealed with the case's own key, and gone when the case is erased."""

from __future__ import annotations

from uuid import UUID

from kodeks.casework.errors import CaseworkError
from kodeks.kernel import api as kernel

SUBJECT = "case"
"""What the kernel calls a case."""
MOST_CHARACTERS = 4000


def subject_of(case_id: UUID) -> kernel.Subject:
    """What the kernel calls this case."""
    return kernel.Subject(type=SUBJECT, id=str(case_id))


def seal(text: str, *, case_id: UUID, place: str, row: UUID) -> bytes:
    """Seal a text of at most 4,000 characters for one place (table and column) and row.

    Raises CaseworkError for no text or too long a one, kernel Refused when it may hold a CPR number
    or the case is erased.
    """
    text = text.replace("\r\n", "\n").strip()
    if not text or "\x00" in text:
        raise CaseworkError("Der er ingen tekst. Skriv den, og prøv igen.")
    if len(text) > MOST_CHARACTERS:
        raise CaseworkError("Teksten er for lang. Den må højst fylde 4.000 tegn.")
    return kernel.seal_note(subject=subject_of(case_id), place=place, row=str(row), text=text)


def opened(sealed: bytes | None, *, case_id: UUID, place: str, row: UUID) -> str:
    """The text; "" once the case is erased."""
    if sealed is None:
        return ""
    found = kernel.open_note(
        subject=subject_of(case_id), place=place, row=str(row), sealed=bytes(sealed)
    )
    return found or ""
