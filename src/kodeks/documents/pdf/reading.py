# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The first reader: PDFium's characters of each page, with where they stand."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as raw

from kodeks.documents.pdf.errors import UnreadableError
from kodeks.documents.pdf.geometry import Point, Rect

_NO_MEANING = "\ufffd"


@dataclass(frozen=True)
class Char:
    """One character; `box` reaches from its origin to the next one. Blanks that PDFium puts
    between words have no place of their own."""

    text: str
    origin: Point
    box: Rect
    is_generated: bool


Page = tuple[Char, ...]


def pages(content: bytes) -> tuple[Page, ...]:
    """The characters of each page, in PDFium's order. Raises UnreadableError."""
    try:
        with pypdfium2.PdfDocument(content) as document:
            return tuple(_chars(document, number) for number in range(len(document)))
    except pypdfium2.PdfiumError as error:
        raise UnreadableError("Filen kan ikke læses. Den er låst eller beskadiget.") from error


def text(page: Page) -> str:
    """One character for each entry, so that a place in the text is a place on the page."""
    return "".join(char.text for char in page)


def _chars(document: pypdfium2.PdfDocument, number: int) -> Page:
    page = document[number]
    found = page.get_textpage()
    try:
        return tuple(_char(found.raw, at) for at in range(found.count_chars()))
    finally:
        found.close()
        page.close()


def _char(page: object, at: int) -> Char:
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(page, at, x, y)
    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(page, at, box)
    code = raw.FPDFText_GetUnicode(page, at)
    has_meaning = code and not 0xD800 <= code <= 0xDFFF and code <= 0x10FFFF
    return Char(
        text=chr(code) if has_meaning else _NO_MEANING,
        origin=(x.value, y.value),
        box=Rect(box.left, min(box.bottom, box.top), box.right, max(box.bottom, box.top)),
        is_generated=raw.FPDFText_IsGenerated(page, at) == 1,
    )
