# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The source that is always there: the cases of this installation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from kodeks.accessrequests.ports import FoundDocument, NoSuchDocument, Wanted
from kodeks.casework.models import Case, Document, Party


class CaseworkSource:
    """Documents of casework's cases. Cases of access requests themselves are left out."""

    name = "casework"
    title = "Sagerne i kodeks"

    def find(self, *, wanted: Wanted) -> Iterator[FoundDocument]:
        found = Document.objects.filter(case__erased_at=None, case__access_request=None)
        if wanted.person:
            cases = Party.objects.present().filter(blind_index=wanted.person).values("case")
            found = found.filter(case__in=cases)
        else:
            found = found.filter(case__number=wanted.case_number)
        for document in found.select_related("case__unit", "case__kle").defer("content"):
            yield FoundDocument(
                id=str(document.id),
                case_number=document.case.number,
                title=document.title,
                date=document.letter_date,
                direction=document.direction,
                media_type=document.media_type,
                sha256=document.sha256,
                unit=document.case.unit.code,
                kle=document.case.kle.number,
            )

    def fetch(self, *, document_id: str) -> bytes:
        document = Document.objects.filter(id=UUID(document_id), case__erased_at=None).first()
        if document is None:
            raise NoSuchDocument("Dokumentet findes ikke mere i sagen.")
        return bytes(document.content)

    def people(self, *, case_number: str) -> Iterable[str]:
        case = Case.objects.filter(number=case_number).first()
        return [] if case is None else list(case.parties.values_list("name", flat=True))
