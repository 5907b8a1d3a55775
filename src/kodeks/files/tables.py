# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Tables in CSV: UTF-8 (a byte order mark is fine) with comma, semicolon or tabulator.

A file that does not fit is refused with the row and the remedy; nothing is guessed.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kodeks.files import write_atomic

LONGEST_FIELD = 100_000
_LARGEST_FILE = 500_000_000
_BINARY_SIGNS = (b"\x00", b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_DELIMITERS = (",", ";", "\t")
_LINE_END = re.compile(r"[\r\n]")


class TableError(ValueError):
    """A file that cannot be used; the text is a Danish sentence that says what to do."""


def read_rows(path: Path, *, required: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row of a CSV that is not blank, by column name, with its number (the header is row 1).

    Raises TableError for a file that is no such CSV or lacks a required column.
    """
    return rows(decoded(read(path)), required=required)


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV in UTF-8; the file appears whole or not at all. Raises TableError."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    try:
        if path.is_dir():
            raise IsADirectoryError(path)
        write_atomic(path=path, content=buffer.getvalue().encode())
    except OSError as error:
        raise TableError(
            f"Resultatet kan ikke gemmes i {path}. Vælg en mappe, du må skrive i."
        ) from error


def no_formula(text: str) -> str:
    """A text that a spreadsheet would take for a formula, as text."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def read(path: Path) -> bytes:
    """The content of a file. Raises TableError."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise TableError("Filen er større end 500 MB. Del den i flere filer.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise TableError(f"Filen {path} findes ikke. Ret stien, og prøv igen.") from error
    except OSError as error:
        raise TableError(
            f"Filen {path} kan ikke læses. Vælg en CSV-fil, du har adgang til."
        ) from error


def decoded(raw: bytes) -> str:
    """The text of a file in UTF-8. Raises TableError."""
    if not raw.strip():
        raise TableError(
            "Filen er tom. Første linje skal være kolonnenavne, og derefter kommer rækkerne."
        )
    if raw.startswith(_BINARY_SIGNS[1:]) or _BINARY_SIGNS[0] in raw:
        raise TableError(
            "Filen er ikke en tekstfil. Åbn den i regnearket, og gem den som CSV (UTF-8)."
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise TableError(
            f"Filen er ikke gemt som UTF-8 (se linje {line}). Åbn den i regnearket, "
            'vælg "Gem som" og filtypen "CSV UTF-8", og prøv igen.'
        ) from error


def rows(content: str, *, required: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row that is not blank, with its number (the header is row 1). Raises TableError."""
    records = records_of(content)
    try:
        header = [name.strip().lower() for name in next(records)]
    except StopIteration:
        header = []
    _check_header(header, required)
    for number, record in enumerate(records, start=2):
        if not any(field.strip() for field in record):
            continue
        if len(record) != len(header):
            raise TableError(
                f"Række {number} har {len(record)} felter, men der er {len(header)} kolonner. "
                "Sæt anførselstegn om tekst med komma, semikolon eller linjeskift."
            )
        _check_length(record, number)
        yield number, dict(zip(header, record, strict=True))


def _check_header(header: Sequence[str], required: Sequence[str]) -> None:
    missing = [name for name in required if name not in header]
    if missing:
        found = ", ".join(name for name in header if name)[:200] or "ingen"
        raise TableError(
            f"Filen mangler kolonnen {' og '.join(missing)}. Fundet: {found}. "
            "Ret kolonnenavnene i første linje."
        )
    doubled = sorted({name for name in header if name and header.count(name) > 1})
    if doubled:
        raise TableError(
            f"Kolonnen {doubled[0]} findes flere gange. Hver kolonne skal have sit eget navn."
        )


def _check_length(record: Sequence[str], number: int) -> None:
    if any(len(field) > LONGEST_FIELD for field in record):
        raise TableError(_too_long(number))


def _too_long(number: int) -> str:
    return (
        f"Række {number} har et felt på over {LONGEST_FIELD} tegn. Forkort teksten, eller "
        "se efter et anførselstegn, der ikke er lukket."
    )


def records_of(content: str) -> Iterator[list[str]]:
    """Each row's fields as they stand, the header first, blank rows too once it has been.

    Lines may end in LF, CRLF or a bare CR. Raises TableError.
    """
    first = _LINE_END.split(content.lstrip("\r\n"), maxsplit=1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableError(_csv_problem(error, number + 1)) from error
        if not record and number == 0:
            continue
        number += 1
        yield record


def _csv_problem(error: csv.Error, number: int) -> str:
    if "field larger" in str(error):
        return _too_long(number)
    return (
        f"Række {number} kan ikke læses: et anførselstegn er ikke lukket rigtigt. "
        "Skriv anførselstegn inde i en tekst to gange."
    )
