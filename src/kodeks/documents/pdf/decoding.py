# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The second reader: what the strings in a page's streams mean, wherever they are drawn.

It knows no places and follows no rules of drawing, so that what the first reader does not show
(text outside the page, in white, under a picture) is found here.
"""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf

from kodeks.documents.pdf import fonts
from kodeks.documents.pdf.errors import UnreadableError
from kodeks.documents.pdf.fonts import Font

SHOWS = frozenset({"Tj", "TJ", "'", '"'})
MOST_NESTED = 12


def decoded(page: pikepdf.Object) -> str:
    """All strings shown by a page's streams, in the order of the streams.

    Raises UnreadableError for a font that is not understood or streams that do not parse.
    """
    return "".join(_pieces(page, page.get("/Resources"), MOST_NESTED))


def drawn(page: pikepdf.Object) -> set[tuple[int, int]]:
    """The streams whose strings `decoded` gives: the page's own, and the forms used in it."""
    contents = page.get("/Contents")
    own = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    found = {stream.objgen for stream in own if stream is not None}
    left = [(page, page.get("/Resources"))]
    while left:
        stream, resources = left.pop()
        for command in commands(stream):
            if str(command.operator) != "Do":
                continue
            form = resource(resources, "/XObject", command.operands[0])
            if form is not None and form.objgen not in found and form.get("/Subtype") == "/Form":
                found.add(form.objgen)
                left.append((form, form.get("/Resources", resources)))
    return found


def commands(stream: pikepdf.Object) -> list[pikepdf.ContentStreamInstruction]:
    """A page's or form's commands. Raises UnreadableError."""
    try:
        return list(pikepdf.parse_content_stream(stream))  # type: ignore[arg-type]
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError) as error:
        raise UnreadableError("En side i filen er beskadiget.") from error


def resource(resources: pikepdf.Object | None, kind: str, name: object) -> pikepdf.Object | None:
    """What a name means where it is used; None when it is nowhere."""
    listed = None if resources is None else resources.get(kind)
    return None if listed is None else listed.get(str(name))


def _pieces(stream: pikepdf.Object, resources: pikepdf.Object | None, nested: int) -> Iterator[str]:
    if nested == 0:
        raise UnreadableError("En side i filen er sat sammen af for mange lag.")
    font: Font | None = None
    known: dict[str, Font] = {}
    for command in commands(stream):
        name = str(command.operator)
        if name == "Tf":
            font = _font(resources, str(command.operands[0]), known)
        elif name in SHOWS:
            yield from _shown(font, command.operands[-1])
        elif name == "Do":
            form = resource(resources, "/XObject", command.operands[0])
            if form is not None and form.get("/Subtype") == "/Form":
                own = form.get("/Resources")
                yield from _pieces(form, resources if own is None else own, nested - 1)


def _font(resources: pikepdf.Object | None, name: str, known: dict[str, Font]) -> Font | None:
    if name not in known:
        found = resource(resources, "/Font", name)
        if found is None:
            return None
        known[name] = fonts.of(found)
    return known[name]


def _shown(font: Font | None, operand: object) -> Iterator[str]:
    if font is None:
        raise UnreadableError("En tekst i filen har ingen skrifttype.")
    parts = list(operand) if isinstance(operand, pikepdf.Array) else [operand]
    for part in parts:
        if isinstance(part, pikepdf.String):
            yield from (font.text(code) for code in font.codes(bytes(part)))
