# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Texts and files about a subject that other rooms keep: sealed with the subject's own key.

Texts hold no CPR number, so that opening one is not logged as `unmask` is; whoever shows it asks
first who may see the subject. When the subject is erased its key goes, and with it every copy.
"""

from __future__ import annotations

from kodeks.kernel import sealing, subjects
from kodeks.kernel.errors import Refused
from kodeks.kernel.subjects import Subject
from kodeks.language import cpr


def seal_note(*, subject: Subject, place: str, row: str, text: str) -> bytes:
    """Seal a text for one place (table and column) and row.

    Raises Refused when it may hold a CPR number, for which `seal` is, or the subject is erased.
    """
    if cpr.looks_like_cpr(text):
        raise Refused(code="clear_cpr", message="Teksten har et CPR-nummer. Skriv den uden nummer.")
    key = subjects.key_to_seal(subject)
    return sealing.seal(key, place=place, row=row, content=text.encode())


def seal_file(*, subject: Subject, place: str, row: str, content: bytes) -> bytes:
    """Seal a file as it came, for one place and row.

    What is in it cannot be looked through for CPR numbers, so it is never shown among texts;
    whoever opens it asks first who may see the subject. Raises Refused when the subject is erased.
    """
    return sealing.seal(subjects.key_to_seal(subject), place=place, row=row, content=content)


def open_file(*, subject: Subject, place: str, row: str, sealed: bytes) -> bytes | None:
    """The file; None when the subject is erased. Raises SealingError when it was changed."""
    key = subjects.key_to_open(subject)
    if key is None:
        return None
    return sealing.open_sealed(key, place=place, row=row, sealed=sealed)


def open_note(*, subject: Subject, place: str, row: str, sealed: bytes) -> str | None:
    """The text; None when the subject is erased. Raises SealingError when it was changed."""
    key = subjects.key_to_open(subject)
    if key is None:
        return None
    return sealing.open_sealed(key, place=place, row=row, sealed=sealed).decode()
