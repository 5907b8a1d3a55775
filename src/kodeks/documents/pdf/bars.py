# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The black bars over what was removed, with words on them where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Dictionary, Name

from kodeks.documents.pdf.geometry import Rect

_FONT = "/KodeksBar"
_LARGEST = 8.0
_SMALLEST = 4.5
_EM = 0.56
"""Of a size: how wide a letter of Helvetica is at most, on average."""


@dataclass(frozen=True)
class Bar:
    area: Rect
    text: str
    """"" where there is no room."""
    size: float


def bar(area: Rect, label: str) -> Bar:
    """The bar of an area, with as much of the reason as there is room for."""
    size = min(_LARGEST, 0.7 * (area.top - area.bottom))
    for text in (f"Undtaget, {label}" if label else "Undtaget", label):
        if text and size >= _SMALLEST and len(text) * size * _EM < area.right - area.left:
            return Bar(area, text, size)
    return Bar(area, "", size)


def draw(made: pikepdf.Pdf, page: pikepdf.Page, found: Sequence[Bar]) -> None:
    """Draw them over what is left of the page."""
    lines = [b"Q 0 g"]
    for one in found:
        area = one.area
        width, height = area.right - area.left, area.top - area.bottom
        lines.append(b"%.2f %.2f %.2f %.2f re f" % (area.left, area.bottom, width, height))
    for one in found:
        if one.text:
            up = one.area.bottom + (one.area.top - one.area.bottom - 0.7 * one.size) / 2
            lines.append(_words(one.text, one.area.left + 1, up, one.size, white=True))
    _add(made, page, lines)


def write(made: pikepdf.Pdf, page: pikepdf.Page, text: str) -> None:
    """One line of words at the top of an empty page."""
    left, _, _, top = (float(edge) for edge in page.mediabox)
    _add(made, page, [b"Q", _words(text, left + 60, top - 80, 11, white=False)])


def _words(text: str, x: float, y: float, size: float, *, white: bool) -> bytes:
    shown = text.encode("cp1252", "replace").hex().encode()
    return b"BT %s g %s %.2f Tf %.2f %.2f Td <%s> Tj ET" % (
        b"1" if white else b"0",
        _FONT.encode(),
        size,
        x,
        y,
        shown,
    )


def _add(made: pikepdf.Pdf, page: pikepdf.Page, lines: Sequence[bytes]) -> None:
    resources = page.obj.get("/Resources", Dictionary())
    resources["/Font"] = Dictionary(dict(resources.get("/Font", Dictionary()).items()))
    resources["/Font"][_FONT] = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type1,
        BaseFont=Name.Helvetica,
        Encoding=Name.WinAnsiEncoding,
    )
    page.obj.Resources = resources
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(b"\n".join(lines))
    page.contents_coalesce()
