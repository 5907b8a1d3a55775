# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Rows of a CSV from elsewhere: in UTF-8, with semicolons, commas or tabs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from kodeks.waste.engine.payloads.results import Unusable

MOST_BYTES = 200_000_000
_DELIMITERS = (";", ",", "\t")


def rows(content: bytes) -> Iterator[list[str]]:
    """Each row that is not blank, the header first. Lines may end in LF, CRLF or a bare CR.

    Raises Unusable, also for what begins well and goes wrong later.
    """
    text = _text(content)
    first = text.lstrip("\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Unusable(
                "csv",
                f"Linje {reader.line_num} kan ikke læses: et anførselstegn er ikke lukket rigtigt, "
                "eller et felt er for langt.",
            ) from None
        if any(field.strip() for field in row):
            yield row


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise Unusable("too-large", "Filen er større end 200 MB. Del den i flere filer.")
    if b"\x00" in content:
        raise Unusable("csv", "Filen er ikke en tekstfil. Gem den som CSV (UTF-8).")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unusable(
            "csv", f"Filen er ikke gemt som UTF-8 (se linje {line}). Gem den som CSV UTF-8."
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def named(row: list[str], header: list[str], number: int) -> Mapping[str, str]:
    """The row by its columns' names. Raises Unusable."""
    if len(row) != len(header):
        raise Unusable(
            "columns", f"Række {number} har {len(row)} felter, men der er {len(header)} kolonner."
        )
    return dict(zip(header, row, strict=True))


def decimal(text: str) -> float | str | None:
    """A number as Danes or ISO write it (43,5 or 43.5, perhaps with %), None for nothing.

    Anything else, also what could be thousands (1.234,5), comes back as it is.
    """
    stripped = text.strip().removesuffix("%").strip()
    if not stripped:
        return None
    plain = stripped.replace(",", ".", 1) if "." not in stripped else stripped
    digits = plain.removeprefix("-").replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
        return text
    return float(plain)
