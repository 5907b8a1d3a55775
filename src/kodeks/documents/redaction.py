# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Removing parts of a document for good, with proof; not covering them.

`read` gives a document's text, `redact` a new document without some stretches of it. In a text a
stretch is replaced by a gap that does not tell how long it was. In a PDF its characters are taken
out of the page and a black bar is drawn. Then two readers that know nothing of each other, PDFium
and the page's own streams, must agree that it is gone; if not, the whole page is withheld.

What the new PDF does not hide: how wide a removed stretch was (Bland, Iyer and Levchenko, "Story
Beyond the Eye: Glyph Positions Break PDF Text Redaction", PoPETs 2023), and which letters a font
that came with the file has glyphs for.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pikepdf

from kodeks.documents.pdf import bars, decoding, glyphs, proof, reading, sanitising
from kodeks.documents.pdf.errors import UnreadableError

TEXT = "text/plain"
PDF = "application/pdf"
UNKNOWN = "Programmet kan kun læse tekst og PDF. Se dokumentet igennem, og vælg selv."
WITHHELD = "Siden er undtaget i sin helhed."
_MOST_UNKNOWN = 0.05


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of a page's text: `page` from 0, `start` and `end` as in a slice."""

    page: int
    start: int
    end: int
    label: str = ""
    """Why, in few words, e.g. "§ 30, nr. 1"."""


@dataclass(frozen=True, kw_only=True)
class Read:
    """What a program can read of a document."""

    pages: tuple[str, ...]
    problem: str = ""
    """In Danish why the document as a whole cannot be redacted by the program; "" when it can."""
    unread: Mapping[int, str] = field(default_factory=dict)
    """Pages whose text is not there or not all there, and why."""
    dropped: tuple[str, ...] = ()
    """What a redacted copy will not have, in Danish."""


@dataclass(frozen=True, kw_only=True)
class Redacted:
    """The new document."""

    content: bytes
    removed: int
    """Stretches that were removed."""
    withheld: Mapping[int, str]
    """Pages that were withheld whole though nobody asked for it, and why."""
    lost: int
    """Other characters that are no longer read."""


def read(content: bytes, *, media_type: str) -> Read:
    """A document's text. What cannot be read is said, and raises nothing."""
    kind = _kind(media_type)
    if kind == TEXT:
        try:
            return Read(pages=(content.decode("utf-8"),))
        except UnicodeDecodeError:
            return Read(pages=(), problem=UNKNOWN)
    if kind != PDF:
        return Read(pages=(), problem=UNKNOWN)
    try:
        clean = sanitising.sanitise(content)
        found = reading.pages(clean.content)
    except UnreadableError as error:
        return Read(pages=(), problem=str(error))
    unread = {number: _doubt(reading.text(page)) for number, page in enumerate(found)}
    return Read(
        pages=tuple(reading.text(page) for page in found),
        unread={n: why for n, why in unread.items() if why} | dict(clean.refused),
        dropped=clean.dropped,
    )


def redact(content: bytes, *, media_type: str, spans: Sequence[Span]) -> Redacted:
    """The document without the stretches, which are places in what `read` gave.

    Raises UnreadableError when the program cannot handle the document at all.
    """
    kind = _kind(media_type)
    if kind == TEXT:
        return _redacted_text(content, merged(spans))
    if kind == PDF:
        return _redacted_pdf(content, merged(spans))
    raise UnreadableError(UNKNOWN)


def merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """In order and without overlap; stretches that overlap become one with the first one's label.

    Raises UnreadableError for a stretch that is none.
    """
    found: list[Span] = []
    for span in sorted(spans):
        if span.page < 0 or not 0 <= span.start < span.end:
            raise UnreadableError("En markering ligger uden for dokumentet.")
        last = found[-1] if found else None
        if last is not None and last.page == span.page and span.start < last.end:
            found[-1] = Span(last.page, last.start, max(last.end, span.end), last.label)
        else:
            found.append(span)
    return tuple(found)


def gap(label: str) -> str:
    """What stands instead of a stretch of a text."""
    return f"[Undtaget, {label}]" if label else "[Undtaget]"


def _kind(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _doubt(text: str) -> str:
    solid = "".join(text.split())
    if not solid:
        return "Siden har ingen tekst. Den er måske et billede."
    if solid.count("\ufffd") > _MOST_UNKNOWN * len(solid):
        return "Noget af sidens tekst kan ikke læses af programmet."
    return ""


def _redacted_text(content: bytes, spans: Sequence[Span]) -> Redacted:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError(UNKNOWN) from error
    parts, at = [], 0
    for span in spans:
        _check_inside(span, [text])
        parts += [text[at : span.start], gap(span.label)]
        at = span.end
    made = "".join([*parts, text[at:]])
    removal = proof.Removal(
        removed=[text[span.start : span.end] for span in spans],
        labels=[gap(span.label) for span in spans],
    )
    lost = proof.lost(before=text, after=made, removal=removal)
    return Redacted(content=made.encode(), removed=len(spans), withheld={}, lost=lost)


def _check_inside(span: Span, pages: Sequence[object]) -> None:
    if span.page >= len(pages) or span.end > len(pages[span.page]):  # type: ignore[arg-type]
        raise UnreadableError("En markering ligger uden for dokumentet.")


@dataclass(frozen=True, kw_only=True)
class _Work:
    """A sanitised file, what both readers find in it, and what is to go from each page."""

    clean: bytes
    pages: tuple[reading.Page, ...]
    spans: Mapping[int, Sequence[Span]]

    def removal(self, number: int) -> proof.Removal:
        page, spans = self.pages[number], self.spans[number]
        return proof.Removal(
            removed=[reading.text(page[span.start : span.end]) for span in spans],
            labels=[bar.text for bar in self.bars(number)],
        )

    def bars(self, number: int) -> list[bars.Bar]:
        return [
            bars.bar(area, span.label)
            for span in self.spans[number]
            for area in glyphs.areas(self.pages[number][span.start : span.end])
        ]


def _redacted_pdf(content: bytes, spans: Sequence[Span]) -> Redacted:
    clean = sanitising.sanitise(content)
    pages = reading.pages(clean.content)
    by_page: dict[int, list[Span]] = {}
    for span in spans:
        _check_inside(span, pages)
        by_page.setdefault(span.page, []).append(span)
    work = _Work(clean=clean.content, pages=pages, spans=by_page)
    withheld = dict(clean.refused)
    # Each round withholds a page more, so it ends; the last one at the latest has nothing to prove.
    while True:
        made, failed = _made(work, withheld)
        withheld |= failed
        if failed:
            continue
        lost, failed = _proved(work, made, withheld)
        withheld |= failed
        if not failed:
            return Redacted(content=made, removed=len(spans), withheld=withheld, lost=lost)


def _made(work: _Work, withheld: Mapping[int, str]) -> tuple[bytes, dict[int, str]]:
    """The file without the stretches, and the pages that could not be written."""
    failed: dict[int, str] = {}
    with pikepdf.open(io.BytesIO(work.clean)) as made:
        for number, page in enumerate(made.pages):
            if number in withheld:
                sanitising.blank(page, made)
                bars.write(made, page, WITHHELD)
            elif number in work.spans:
                try:
                    _take(work, made, number)
                except (UnreadableError, pikepdf.PdfError, ValueError, TypeError) as error:
                    told = isinstance(error, UnreadableError)
                    failed[number] = str(error) if told else "Siden er beskadiget."
        return sanitising.saved(made), failed


def _take(work: _Work, made: pikepdf.Pdf, number: int) -> None:
    page = made.pages[number]
    chars = [
        char for span in work.spans[number] for char in work.pages[number][span.start : span.end]
    ]
    glyphs.Rewriter(made, glyphs.targets(chars)).page(page)
    bars.draw(made, page, work.bars(number))


def _proved(work: _Work, content: bytes, withheld: Mapping[int, str]) -> tuple[int, dict[int, str]]:
    """How many other characters were lost, and the pages on which the proof failed."""
    lost, failed = 0, dict[int, str]()
    after = reading.pages(content)
    with (
        pikepdf.open(io.BytesIO(work.clean)) as source,
        pikepdf.open(io.BytesIO(content)) as made,
    ):
        for number in work.spans.keys() - withheld.keys():
            removal = work.removal(number)
            try:
                lost += proof.lost(
                    before=reading.text(work.pages[number]),
                    after=reading.text(after[number]),
                    removal=removal,
                )
                proof.lost(
                    before=decoding.decoded(source.pages[number].obj),
                    after=decoding.decoded(made.pages[number].obj),
                    removal=removal,
                )
            except UnreadableError as error:
                failed[number] = str(error)
        kept = [n for n in work.spans if n not in withheld]
        proof.check_elsewhere(made, [text for n in kept for text in work.removal(n).removed])
    return lost, failed
