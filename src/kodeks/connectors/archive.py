# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A journal of files and an index table: the ESDH of small installations and of the demo.

Folder ``KODEKS_JOURNAL_FOLDER``: one folder per case with ``journal.jsonl`` (one line of JSON per
document, with the case's number) and the documents. The folder is named after the case's key, which
is the same at each try: a case that is rolled back gets another number when it is opened again. (A
folder from before that has the number as its name, and its case keeps it.) The index row is written
in the caller's transaction; files cannot be, so they are written first and belong to nobody until
the row is committed:

- the path follows from the key, so a repeat after a rollback or a killed process meets its own
  files again and takes them over, with the same number;
- an advisory lock per case, held until the caller's transaction ends, lets a second worker with
  the same key wait and then find the first one's row.
"""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kodeks.casework.ports import (
    CaseRecord,
    JournalReceipt,
    JournalRecord,
    PortError,
    PortRejected,
    Reclassification,
)
from kodeks.connectors import lines as lines_file
from kodeks.connectors import locks
from kodeks.connectors.models import ArchiveEntry
from kodeks.files import remove_temporary, write_atomic

JOURNAL_NAME = "journal.jsonl"
CASE_NAME = "sag.json"
"""What the case is about since it was put under another subject; the lines say what it was."""
_OWN = (JOURNAL_NAME, CASE_NAME)
_CASE_NUMBER = re.compile(r"[0-9]{4}-[0-9]{7,}")
_SUFFIXES = {"application/pdf": ".pdf", "text/plain": ".txt", "application/json": ".json"}


@dataclass(frozen=True)
class Verification:
    """What ``verify`` found. Paths are relative to the journal folder and hold no personal data."""

    checked: int
    missing: tuple[str, ...]
    changed: tuple[str, ...]
    orphans: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every document is there, unchanged, and nothing else is."""
        return not (self.missing or self.changed or self.orphans)


class ArchiveJournal:
    """Implements kodeks.casework.ports.JournalSystem with files and ``connectors_archiveentry``."""

    description = (
        "Journalen føres i filer på denne server. Kommunens eget ESDH-system er ikke koblet på."
    )

    def __init__(self, *, folder: Path | None = None) -> None:
        """Use ``folder``, or the setting KODEKS_JOURNAL_FOLDER."""
        self._folder = Path(folder if folder is not None else settings.KODEKS_JOURNAL_FOLDER)

    def find(self, *, record: JournalRecord) -> JournalReceipt | None:
        """Return the receipt of the document that is indexed under the key."""
        entry = ArchiveEntry.objects.filter(key=record.key, sha256=record.sha256).first()
        return None if entry is None else _receipt(entry)

    def check(self) -> None:
        """Look whether the folder can be written in. Raises PortError."""
        folder = next(path for path in (self._folder, *self._folder.parents) if path.is_dir())
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PortError("Journalens mappe kan ikke skrives. Ret dens rettigheder.")

    def journalise(self, *, record: JournalRecord) -> JournalReceipt:
        """Store the document and its line, then the index row in the caller's transaction.

        Raises PortRejected for a record that can never be stored (its content does not fit its
        checksum, or the key has another document) and PortError when the disk fails.
        """
        _check(record)
        with transaction.atomic():
            locks.lock_case(record.case_key)
            entry = ArchiveEntry.objects.filter(key=record.key).first()
            if entry is None:
                entry = self._store(record)
            elif (entry.case_number, entry.sha256) != (record.case_number, record.sha256):
                raise PortRejected(
                    "Journalen har allerede et andet dokument under samme nøgle. "
                    "En medarbejder skal se på sagen."
                )
        return _receipt(entry)

    def reclassify(self, *, record: CaseRecord) -> Reclassification:
        """Write the case's subject beside its lines, which are not changed. Raises PortError."""
        with transaction.atomic():
            locks.lock_case(record.case_key)
            folder = folder_of(record.case_number)
            if folder is None:
                return Reclassification(esdh_case_id="", done=False)
            about = {
                "case_number": record.case_number,
                "case_title": record.case_title,
                "kle_number": record.kle_number,
                "facet": record.facet,
            }
            content = json.dumps(about, ensure_ascii=False, indent=1).encode()
            try:
                write_atomic(path=self._folder / folder / CASE_NAME, content=content)
            except OSError as error:
                raise _unwritable(error) from None
        return Reclassification(esdh_case_id=record.esdh_case_id, done=True)

    def verify(self) -> Verification:
        """Compare folder and index. Documents being stored at this moment may show as orphans.

        Raises PortError when a journal file cannot be read.
        """
        present = set(self._files())
        expected = dict(ArchiveEntry.objects.values_list("path", "sha256"))
        found = expected.keys() & present
        changed = {path for path in found if self._sha256(path) != expected[path]}
        lines = {path: line for path, line in self._listed()}
        changed |= {path for path in found if lines.get(path, {}).get("sha256") != expected[path]}
        return Verification(
            checked=len(expected),
            missing=tuple(sorted(expected.keys() - present)),
            changed=tuple(sorted(changed)),
            orphans=tuple(sorted((present | lines.keys()) - expected.keys())),
        )

    def _store(self, record: JournalRecord) -> ArchiveEntry:
        folder = folder_of(record.case_number) or folder_name(record.case_key)
        path = f"{folder}/{_file_name(record)}"
        journal = self._folder / folder / JOURNAL_NAME
        try:
            remove_temporary(journal.parent)
            lines = lines_file.read(journal)
            # A line without a row is from a try that was rolled back or killed: it is ours.
            own = next((line for line in lines if line["key"] == record.key), None)
            number = own["number"] if own else self._next_number(record.case_number, lines)
            now = timezone.now()
            line = lines_file.line(record, number=number, path=path, journalised_at=now)
            others = [each for each in lines if each["key"] != record.key]
            write_atomic(path=self._folder / path, content=record.content)
            write_atomic(path=journal, content=lines_file.to_bytes([*others, line]))
            if own is not None and own["path"] != path:
                (self._folder / own["path"]).unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(error) from None
        return ArchiveEntry.objects.create(
            key=record.key,
            case_number=record.case_number,
            esdh_case_id=f"ARKIV-{record.case_number}",
            esdh_document_id=f"{record.case_number}-{number}",
            sha256=record.sha256,
            path=path,
            journalised_at=now,
        )

    def _next_number(self, case_number: str, lines: list[lines_file.Line]) -> int:
        """Number documents in a case 1, 2, 3 ...; look at both sides in case one was damaged."""
        ids = ArchiveEntry.objects.filter(case_number=case_number)
        used = [
            int(each.rpartition("-")[2]) for each in ids.values_list("esdh_document_id", flat=True)
        ]
        return max([0, *used, *(line["number"] for line in lines)]) + 1

    def _files(self) -> list[str]:
        if not self._folder.is_dir():
            return []
        files = (path for path in self._folder.rglob("*") if path.is_file())
        return [
            path.relative_to(self._folder).as_posix() for path in files if path.name not in _OWN
        ]

    def _listed(self) -> list[tuple[str, lines_file.Line]]:
        journals = self._folder.glob(f"*/{JOURNAL_NAME}")
        return [(line["path"], line) for journal in journals for line in lines_file.read(journal)]

    def _sha256(self, path: str) -> str:
        with (self._folder / path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def _unwritable(error: OSError) -> PortError:
    # The operating system's text may name a path; the number of the error is enough.
    return PortError(f"Journalens mappe kan ikke skrives (fejl {error.errno}). Kontrollér disken.")


def _check(record: JournalRecord) -> None:
    if not _CASE_NUMBER.fullmatch(record.case_number):
        raise PortRejected("Sagsnummeret har en forkert form. Det skal ligne 2026-0000123.")
    if not record.key or len(record.key) > 200 or not record.case_key:
        raise PortRejected("Nøglen til journalen skal have mellem 1 og 200 tegn.")
    if hashlib.sha256(record.content).hexdigest() != record.sha256:
        raise PortRejected("Dokumentets indhold passer ikke til dets kontrolsum. Hent det igen.")


def folder_name(case_key: str) -> str:
    """The folder of a case that has none yet, by the case's key."""
    return hashlib.sha256(f"case|{case_key}".encode()).hexdigest()[:32]


def folder_of(case_number: str) -> str | None:
    """The folder that has documents of the case; None when none is indexed."""
    entry = ArchiveEntry.objects.filter(case_number=case_number).first()
    return None if entry is None else entry.path.partition("/")[0]


def _file_name(record: JournalRecord) -> str:
    name = hashlib.sha256(record.key.encode()).hexdigest()[:32]
    suffix = _SUFFIXES.get(record.media_type.partition(";")[0].strip(), ".bin")
    return f"{name}{suffix}"


def _receipt(entry: ArchiveEntry) -> JournalReceipt:
    return JournalReceipt(
        esdh_case_id=entry.esdh_case_id,
        esdh_document_id=entry.esdh_document_id,
        journalised_at=entry.journalised_at,
    )
