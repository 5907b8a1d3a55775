# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The journal folder read as a source of documents, for access requests.

What other programs journalised there is found too. The index knows no persons, so only a case can
be asked for; the documents of a person's cases are found through the cases (see `find`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from django.conf import settings

from kodeks.accessrequests.ports import FoundDocument, NoSuchDocument, SourceError, Wanted
from kodeks.casework.models import Case, Party
from kodeks.casework.ports import PortError
from kodeks.connectors import archive, lines
from kodeks.connectors.models import ArchiveEntry


class ArchiveSource:
    """Implements kodeks.accessrequests.ports.DocumentSource with the folder and its index."""

    name = "archive"
    title = "Journalens mappe"

    def find(self, *, wanted: Wanted) -> Iterator[FoundDocument]:
        numbers = [wanted.case_number]
        if wanted.person:
            parties = Party.objects.filter(blind_index=wanted.person, case__access_request=None)
            numbers = sorted(set(parties.values_list("case__number", flat=True)))
        for number in numbers:
            yield from self._of_case(number)

    def fetch(self, *, document_id: str) -> bytes:
        entry = ArchiveEntry.objects.filter(esdh_document_id=document_id).first()
        if entry is None:
            raise NoSuchDocument("Dokumentet findes ikke i journalens mappe.")
        try:
            return (self._folder() / entry.path).read_bytes()
        except FileNotFoundError as error:
            raise NoSuchDocument("Dokumentets fil mangler i journalens mappe.") from error
        except OSError as error:
            raise _unreadable(error) from None

    def people(self, *, case_number: str) -> Iterable[str]:
        """The folder has the primary party only, on each line."""
        named = (line.get("party") for line in self._lines(case_number))
        return sorted({str(party["name"]) for party in named if party})

    def _of_case(self, number: str) -> Iterator[FoundDocument]:
        written = {line["path"]: line for line in self._lines(number)}
        case = Case.objects.filter(number=number).select_related("unit", "kle").first()
        if case is not None and (case.erased_at is not None or hasattr(case, "access_request")):
            # The folder cannot be erased from, so what is erased in the case is not found here.
            return
        for entry in ArchiveEntry.objects.filter(case_number=number):
            line = written.get(entry.path)
            if line is None:
                raise SourceError(
                    "Journalens mappe og register passer ikke sammen. Kontrollér den."
                )
            yield FoundDocument(
                id=entry.esdh_document_id,
                case_number=number,
                title=str(line["document_title"]),
                date=date.fromisoformat(line["letter_date"]),
                direction=str(line["direction"]),
                media_type=str(line["media_type"]),
                sha256=entry.sha256,
                unit="" if case is None else case.unit.code,
                kle="" if case is None else case.kle.number,
            )

    def _lines(self, number: str) -> list[lines.Line]:
        folder = archive.folder_of(number)
        if folder is None:
            return []
        try:
            return lines.read(self._folder() / folder / archive.JOURNAL_NAME)
        except PortError as error:
            raise SourceError(str(error)) from None
        except OSError as error:
            raise _unreadable(error) from None

    @staticmethod
    def _folder() -> Path:
        return Path(settings.KODEKS_JOURNAL_FOLDER)


def _unreadable(error: OSError) -> SourceError:
    return SourceError(f"Journalens mappe kan ikke læses (fejl {error.errno}). Kontrollér disken.")
