# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Notes in a case: what people of it write to each other. They are history.

A note is no document: it is not journalised, and it goes when the case is erased. What must count
in the matter is written as a document (offentlighedsloven § 13: notatpligt).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from kodeks.casework import sealed
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Note

if TYPE_CHECKING:
    from kodeks.casework.models import Case
    from kodeks.kernel import api as kernel

_PLACE = "casework_note/sealed_text"


@dataclass(frozen=True, kw_only=True)
class Written:
    """A note as it is read; the text is "" once the case is erased."""

    id: UUID
    author: str
    written_at: dt.datetime
    text: str


def write_note(*, key: UUID, case: Case, author: kernel.User, text: str) -> Written:
    """Add a note to the case; the same key gives the one that is there.

    The caller has asked who may see the case. Raises CaseworkError when the text is empty or too
    long or the key is another case's, kernel Refused when it may hold a CPR number or the case is
    erased.
    """
    row, _ = Note.objects.get_or_create(
        id=key,
        defaults={
            "case": case,
            "author": author,
            "written_at": timezone.now(),
            "sealed_text": lambda: sealed.seal(text, case_id=case.id, place=_PLACE, row=key),
        },
    )
    if row.case_id != case.id:
        raise CaseworkError("Formularen er brugt i en anden sag. Åbn den igen, og send den.")
    return _written(row)


def of_case(case: Case) -> tuple[Written, ...]:
    """The case's notes, the newest first."""
    rows = Note.objects.filter(case=case).select_related("author").order_by("-written_at", "-id")
    return tuple(_written(row) for row in rows)


def erase_of(case: Case) -> None:
    """Empty the notes of a case that the kernel has erased (see `retention`)."""
    Note.objects.filter(case=case, erased_at=None).update(
        sealed_text=None, erased_at=timezone.now()
    )


def _written(row: Note) -> Written:
    return Written(
        id=row.id,
        author=row.author.full_name,
        written_at=row.written_at,
        text=sealed.opened(row.sealed_text, case_id=row.case_id, place=_PLACE, row=row.id),
    )
