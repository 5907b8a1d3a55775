# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The first sheet of an xlsx: text of its cells, read with limits and no entities.

ECMA-376 part 1: xl/workbook.xml names the sheets, xl/worksheets/sheet1.xml has rows of cells, and
texts that are shared lie in xl/sharedStrings.xml. Formulas are not computed; what the program that
saved the file computed is read. An xlsx is a zip, so what it unpacks to is limited as it is read.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from kodeks.waste.engine.payloads.results import Unusable

MOST_BYTES = 50_000_000
MOST_UNPACKED = 200_000_000
MOST_PARTS = 1_000
MOST_ROWS = 500_000
MOST_COLUMNS = 200
_PLACE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of texts, "" for an empty cell; `from_1904` says which year dates are counted from."""

    rows: list[list[str]]
    from_1904: bool


def is_one(content: bytes) -> bool:
    return content.startswith(b"PK\x03\x04")


def read(content: bytes) -> Sheet:
    """The first sheet. Raises Unusable for a file that is no xlsx or unpacks to too much."""
    if len(content) > MOST_BYTES:
        raise Unusable("too-large", "Regnearket er større end 50 MB. Del det i flere.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return _sheet(parts)
    except (
        zipfile.BadZipFile, zlib.error, KeyError, etree.XMLSyntaxError, ValueError, OSError,
        EOFError, NotImplementedError, RuntimeError, OverflowError,
    ) as error:  # fmt: skip
        if isinstance(error, Unusable):
            raise
        raise Unusable(
            "xlsx", "Filen er ikke et regneark (xlsx), eller den er beskadiget."
        ) from None


def _sheet(parts: zipfile.ZipFile) -> Sheet:
    if len(parts.infolist()) > MOST_PARTS:
        raise Unusable("xlsx", "Regnearket har for mange dele.")
    names = set(parts.namelist())
    left = MOST_UNPACKED
    book = _unpacked(parts, "xl/workbook.xml", left)
    left -= len(book)
    strings: list[str] = []
    if "xl/sharedStrings.xml" in names:
        shared = _unpacked(parts, "xl/sharedStrings.xml", left)
        left -= len(shared)
        strings = [_text(one) for one in _elements(shared, f"{_NS}si")]
    sheets = sorted(name for name in names if re.fullmatch(r"xl/worksheets/sheet[0-9]+\.xml", name))
    if not sheets:
        raise Unusable("xlsx", "Regnearket har ingen ark.")
    first = min(sheets, key=lambda name: int(re.sub(r"[^0-9]", "", name)))
    rows: list[list[str]] = []
    for row in _elements(_unpacked(parts, first, left), f"{_NS}row"):
        if len(rows) >= MOST_ROWS:
            raise Unusable("too-large", f"Regnearket har over {MOST_ROWS} rækker. Del det i flere.")
        rows.append(_row(row, strings))
    return Sheet(rows, _from_1904(book))


def _unpacked(parts: zipfile.ZipFile, name: str, most: int) -> bytes:
    with parts.open(name) as part:
        data = part.read(most + 1)
    if len(data) > most:
        raise Unusable("too-large", "Regnearket fylder over 200 MB, når det er pakket ud.")
    return data


def _elements(data: bytes, tag: str) -> Iterator[etree._Element]:
    """Each element of the name, forgotten once it is read. A document type is refused."""
    if (
        b"<!DOCTYPE" in data
        or "<!DOCTYPE".encode("utf-16-le") in data
        or ("<!DOCTYPE".encode("utf-16-be") in data)
    ):
        raise Unusable("xlsx", "Regnearket har en dokumenttype. Gem det igen som xlsx.")
    source = etree.iterparse(
        io.BytesIO(data), events=("end",), tag=tag, resolve_entities=False, no_network=True,
        load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    for _, element in source:
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _row(row: etree._Element, strings: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in row.iterchildren(f"{_NS}c"):
        column = _column(cell.get("r"), len(cells))
        if column >= MOST_COLUMNS:
            break
        cells += [""] * (column + 1 - len(cells))
        cells[column] = _cell(cell, strings)
    return cells


def _column(place: str | None, following: int) -> int:
    """A cell's column from its place (B7 is 1); a cell without one follows the last."""
    told = _PLACE.fullmatch(place or "")
    if told is None:
        return following
    column = 0
    for letter in told.group(1):
        column = column * 26 + ord(letter) - 64
    return column - 1


def _cell(cell: etree._Element, strings: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    value = cell.findtext(f"{_NS}v") or ""
    if kind == "s":
        at = int(value)
        return strings[at] if 0 <= at < len(strings) else ""
    return "" if kind == "e" else value


def _text(element: etree._Element) -> str:
    # Phonetic hints (rPh) are no part of the text.
    told = element.iterdescendants(f"{_NS}t")
    return "".join(t.text or "" for t in told if t.getparent().tag != f"{_NS}rPh")


def _from_1904(book: bytes) -> bool:
    return any(one.get("date1904") in ("1", "true") for one in _elements(book, f"{_NS}workbookPr"))
