# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The fonts of a PDF page: from bytes to codes, their widths and what they mean.

Source: ISO 32000-1, 9.6 (simple fonts), 9.7 (composite fonts), 9.10 (to Unicode).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pikepdf
import pypdfium2.raw as pdfium

from kodeks.documents.pdf.errors import UnreadableError

_NAMED = {
    "space": " ",
    "exclam": "!",
    "quotedbl": '"',
    "numbersign": "#",
    "percent": "%",
    "ampersand": "&",
    "quotesingle": "'",
    "quoteright": "\u2019",
    "quoteleft": "\u2018",
    "parenleft": "(",
    "parenright": ")",
    "asterisk": "*",
    "plus": "+",
    "comma": ",",
    "hyphen": "-",
    "endash": "\u2013",
    "emdash": "\u2014",
    "period": ".",
    "slash": "/",
    "colon": ":",
    "semicolon": ";",
    "equal": "=",
    "question": "?",
    "at": "@",
    "underscore": "_",
    "section": "\u00a7",
    "zero": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "aring": "å",
    "ae": "æ",
    "oslash": "ø",
    "Aring": "Å",
    "AE": "Æ",
    "Oslash": "Ø",
    "eacute": "é",
    "Eacute": "É",
    "udieresis": "ü",
    "odieresis": "ö",
    "adieresis": "ä",
    "fi": "fi",
    "fl": "fl",
}
"""Names of the Adobe Glyph List that Danish text needs; a glyph of another name has no meaning
here, and where it must be removed, the page is withheld."""
_BASES = {"/WinAnsiEncoding": "cp1252", "/MacRomanEncoding": "mac_roman"}
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
_CHARS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_RANGE = re.compile(
    rb"<([0-9A-Fa-f\s]*)>\s*<([0-9A-Fa-f\s]*)>\s*(<[0-9A-Fa-f\s]*>|\[[^\]]*\])", re.DOTALL
)
_MOST_CODES = 1 << 16


@dataclass(frozen=True, eq=False)
class Font:
    """One font of a page. Widths are in ems of the font; 1 is the font size."""

    size_of_code: int
    widths: Mapping[int, float]
    usual_width: float | None
    """Where a code has no width of its own; None is that of a standard font."""
    meanings: Mapping[int, str]
    name: str = ""
    is_drawn: bool = False
    """Type 3: its glyphs are streams of their own."""
    _asked: dict[int, float] = field(default_factory=dict, repr=False)

    def codes(self, data: bytes) -> list[int]:
        """The codes in a string that is shown. Raises UnreadableError for half a code."""
        if self.size_of_code == 1:
            return list(data)
        if len(data) % 2:
            raise UnreadableError("En tekst i filen er delt midt i et tegn.")
        return [data[at] << 8 | data[at + 1] for at in range(0, len(data), 2)]

    def text(self, code: int) -> str:
        """What the code means, "" where the file does not say."""
        return self.meanings.get(code, "")

    def width(self, code: int) -> float:
        """Raises UnreadableError when nothing says how wide the glyph is."""
        width = self.widths.get(code, self.usual_width)
        if width is not None:
            return width
        if code not in self._asked:
            self._asked[code] = _standard_width(self.name, self.text(code))
        return self._asked[code]


def of(found: pikepdf.Object) -> Font:
    """A font in a page's resources. Raises UnreadableError for what is not understood."""
    if found.get("/Subtype") == "/Type0":
        return _composite(found)
    return _simple(found)


def _composite(found: pikepdf.Object) -> Font:
    if found.get("/Encoding") != "/Identity-H":
        # Other ways of writing codes are old or vertical.
        raise UnreadableError("Filen bruger en skrifttype, som programmet ikke kan læse.")
    (inner,) = list(found.DescendantFonts)
    return Font(
        size_of_code=2,
        widths=_widths_of_cids(inner.get("/W", [])),
        usual_width=float(inner.get("/DW", 1000)) / 1000,
        meanings=_to_unicode(found),
    )


def _widths_of_cids(listed: Iterable[Any]) -> dict[int, float]:
    widths: dict[int, float] = {}
    left = list(listed)
    while left:
        first = int(left.pop(0))
        then = left.pop(0)
        if isinstance(then, pikepdf.Array):
            widths |= {first + at: float(width) / 1000 for at, width in enumerate(then)}
            continue
        width = float(left.pop(0)) / 1000
        widths |= dict.fromkeys(range(first, min(int(then), _MOST_CODES) + 1), width)
    return widths


def _simple(found: pikepdf.Object) -> Font:
    is_drawn = found.get("/Subtype") == "/Type3"
    scale = float(found.FontMatrix[0]) if is_drawn else 1 / 1000
    first = int(found.get("/FirstChar", 0))
    listed = list(found.get("/Widths", []))
    descriptor = found.get("/FontDescriptor")
    usual: float | None = None
    if listed or descriptor is not None:
        missing = 0 if descriptor is None else descriptor.get("/MissingWidth", 0)
        usual = float(missing) * scale
    return Font(
        size_of_code=1,
        widths={first + at: float(width) * scale for at, width in enumerate(listed)},
        usual_width=usual,
        meanings={**_encoded(found.get("/Encoding")), **_to_unicode(found)},
        name=str(found.get("/BaseFont", "")).lstrip("/"),
        is_drawn=is_drawn,
    )


def _encoded(encoding: pikepdf.Object | None) -> dict[int, str]:
    base, differences = encoding, None
    if isinstance(encoding, pikepdf.Dictionary):
        base, differences = encoding.get("/BaseEncoding"), encoding.get("/Differences")
    codec = _BASES.get(str(base), "ascii")
    meanings = {
        code: bytes([code]).decode(codec)
        for code in range(32, 256)
        if bytes([code]).decode(codec, "ignore")
    }
    code = 0
    for one in differences or ():
        if isinstance(one, pikepdf.Name):
            meanings[code] = _named(str(one).lstrip("/"))
            code += 1
        else:
            code = int(one)
    return meanings


def _named(name: str) -> str:
    if len(name) == 1:
        return name
    if re.fullmatch("uni[0-9A-F]{4}", name):
        return chr(int(name[3:], 16))
    return _NAMED.get(name, "")


def _to_unicode(found: pikepdf.Object) -> dict[int, str]:
    listed = found.get("/ToUnicode")
    if not isinstance(listed, pikepdf.Stream):
        return {}
    data = listed.read_bytes()
    meanings: dict[int, str] = {}
    for section in _CHARS.findall(data):
        pairs = _HEX.findall(section)
        meanings |= {
            _number(code): _utf16(text) for code, text in zip(pairs[::2], pairs[1::2], strict=False)
        }
    for section in _RANGES.findall(data):
        for first, last, target in _RANGE.findall(section):
            codes = range(_number(first), min(_number(last), _MOST_CODES) + 1)
            meanings |= dict(zip(codes, _targets(target, len(codes)), strict=False))
    return meanings


def _targets(target: bytes, count: int) -> list[str]:
    found = _HEX.findall(target)
    if target.startswith(b"["):
        return [_utf16(one) for one in found]
    start = _utf16(found[0])
    if not start:
        return []
    return [start[:-1] + chr(min(ord(start[-1]) + at, 0x10FFFF)) for at in range(count)]


def _number(digits: bytes) -> int:
    return int(b"".join(digits.split()) or b"0", 16)


def _utf16(digits: bytes) -> str:
    try:
        return bytes.fromhex("".join(digits.decode().split())).decode("utf-16-be", "replace")
    except ValueError as error:
        raise UnreadableError("En skrifttype i filen er beskadiget.") from error


def _standard_width(name: str, text: str) -> float:
    """Of the fourteen fonts that a file need not bring; PDFium has them."""
    document = pdfium.FPDF_CreateNewDocument()
    try:
        font = pdfium.FPDFText_LoadStandardFont(document, name.encode())
        if not font or len(text) != 1:
            raise UnreadableError("Filen bruger en skrifttype, som ikke følger med den.")
        width = pdfium.c_float()
        pdfium.FPDFFont_GetGlyphWidth(font, ord(text), 1000.0, width)
        pdfium.FPDFFont_Close(font)
        return float(width.value) / 1000
    finally:
        pdfium.FPDF_CloseDocument(document)
