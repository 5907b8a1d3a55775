# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Many letters of one type from a CSV file, one file each. Safe to stop and begin again.

The first line names the columns: `nøgle` (the file's name), `modtager`, `sagsnummer`, perhaps
`adresse` (lines with | between them), and the letter's facts. A letter is in the folder in full or
not at all, and one that is there is not made again. Rows are read one at a time.
"""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TextIO

from kodeks import files
from kodeks.casework import letter_versions, letters
from kodeks.casework.errors import CaseworkError
from kodeks.documents.errors import DocumentError
from kodeks.documents.letters import render
from kodeks.documents.templates import Kind
from kodeks.language import cpr

KEY, RECIPIENT, CASE, ADDRESS = "nøgle", "modtager", "sagsnummer", "adresse"
ERRORS = "fejl.csv"
MAX_ROWS = 200_000
"""In a file: the keys are remembered, so that none is used twice."""
_KEY = re.compile(r"[A-Za-z0-9ÆØÅæøå][A-Za-z0-9ÆØÅæøå._-]{0,79}")


class Status(Enum):
    MADE = "made"
    THERE = "there"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """What became of a row; `row` counts lines of data from 1, `sentence` is Danish."""

    row: int
    key: str
    status: Status
    sentence: str = ""


def run(
    *,
    name: str,
    data: TextIO,
    folder: Path,
    sender: letters.Sender,
    day: datetime.date,
) -> Iterator[Outcome]:
    """Make the letters, one for each step of the iterator, dated `day`.

    Rows that fail are written to ``fejl.csv`` in the folder, anew each time. Raises CaseworkError
    when the columns do not fit the letter, or the file cannot be read on.
    """
    version = letter_versions.in_use(letter_type=letters.letter_type(name=name))
    rows = _Rows(version, data)
    files.make_folder(folder)
    files.remove_temporary(folder)
    errors = folder / f"{files.TEMPORARY_PREFIX}{ERRORS}"
    failed = 0
    try:
        with errors.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(("række", KEY, "fejl"))
            for number, row in rows:
                outcome = _made(version, number, row, rows, folder, sender, day)
                if outcome.status is Status.FAILED:
                    failed += 1
                    writer.writerow((outcome.row, outcome.key, outcome.sentence))
                yield outcome
    finally:
        if failed:
            errors.replace(folder / ERRORS)
        else:
            errors.unlink()
            (folder / ERRORS).unlink(missing_ok=True)


class _Rows:
    """The rows of a file whose columns fit the letter, and the keys that were used."""

    def __init__(self, version: letter_versions.Version, data: TextIO) -> None:
        head = data.readline()
        delimiter = ";" if head.count(";") >= head.count(",") else ","
        self.columns = [one.strip() for one in next(csv.reader([head], delimiter=delimiter), [])]
        self._reader = csv.reader(data, delimiter=delimiter, strict=True)
        self.keys: set[str] = set()
        facts = {fact.name: fact for fact in version.letter_type.facts}
        wanted = [KEY, RECIPIENT, CASE, *(f.name for f in facts.values() if not f.optional)]
        title = version.letter_type.title
        if any(fact.kind is Kind.BLOCKS for fact in facts.values()):
            raise CaseworkError(f"Brevet »{title}« kan ikke laves fra en fil. Vælg et andet brev.")
        for column in wanted:
            if column not in self.columns:
                raise CaseworkError(f"Filen mangler kolonnen {column}. Tilføj den, og prøv igen.")
        for column in self.columns:
            if column not in (KEY, RECIPIENT, CASE, ADDRESS, *facts):
                raise CaseworkError(f"Brevet »{title}« bruger ikke kolonnen {column}. Fjern den.")
            if self.columns.count(column) > 1:
                raise CaseworkError(f"Kolonnen {column} er der to gange. Fjern den ene.")

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        number = 0
        while True:
            try:
                row = next(self._reader, None)
            except (csv.Error, UnicodeDecodeError) as error:
                raise CaseworkError(
                    f"Filen kan ikke læses efter række {number}. Gem den som CSV i UTF-8."
                ) from error
            if row is None:
                return
            if row:
                number += 1
                if number > MAX_ROWS:
                    raise CaseworkError(f"Filen har over {MAX_ROWS} rækker. Del den i flere filer.")
                yield number, row


def _made(
    version: letter_versions.Version,
    number: int,
    row: list[str],
    rows: _Rows,
    folder: Path,
    sender: letters.Sender,
    day: datetime.date,
) -> Outcome:
    if len(row) != len(rows.columns):
        sentence = (
            f"Rækken har {len(row)} felter, men der er {len(rows.columns)} kolonner. Ret den."
        )
        return Outcome(number, "", Status.FAILED, sentence)
    values = dict(zip(rows.columns, row, strict=True))
    key = values[KEY].strip()
    sentence = _wrong_key(key, rows.keys)
    if sentence:
        # What is no key may be anything, a number that nobody must see too.
        return Outcome(number, "", Status.FAILED, sentence)
    rows.keys.add(key)
    file = folder / f"{key}.pdf"
    if file.exists():
        return Outcome(number, key, Status.THERE)
    names = {fact.name for fact in version.letter_type.facts}
    try:
        letter = letters.written(
            version,
            matter=letters.Matter(
                case_number=values[CASE],
                facts={name: value for name, value in values.items() if name in names},
                attachment={"key": key},
            ),
            sender=sender,
            recipient=letters.Recipient(
                name=values[RECIPIENT],
                address=tuple(line.strip() for line in values.get(ADDRESS, "").split("|")),
            ),
            day=day,
        )
        files.write_atomic(path=file, content=render(letter))
    except DocumentError as error:
        return Outcome(number, key, Status.FAILED, str(error))
    return Outcome(number, key, Status.MADE)


def _wrong_key(key: str, used: set[str]) -> str:
    if not _KEY.fullmatch(key):
        return "Nøglen skal være 1-80 bogstaver, tal, punktum og bindestreg. Ret den."
    if cpr.find(key):
        return "Nøglen må ikke være et CPR-nummer, for den bliver filens navn. Ret den."
    return "Nøglen er brugt i en række før. Giv hver række sin egen." if key in used else ""
