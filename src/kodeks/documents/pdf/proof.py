# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The proof that characters are gone: a page is read before and after, and the two are compared.

Nothing may be there afterwards but what was there before without what was removed, and the words on
the bars. Both are counted: each character, and each string that was removed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf

from kodeks.documents.pdf import decoding
from kodeks.documents.pdf.errors import UnreadableError

_LEAST = 3
"""A shorter string says nothing by itself; its characters are counted all the same."""
_LEAST_ELSEWHERE = 4
# Line ends, hyphens and signs without a meaning depend on what stands beside them.
_UNSTEADY = re.compile(r"[\s\x00-\x1f\-\u00ad\u2010\ufffd\ufffe]+")


@dataclass(frozen=True, kw_only=True)
class Removal:
    """What was taken from a page: each stretch's text, and the words drawn on the bars."""

    removed: Sequence[str]
    labels: Sequence[str]


def plain(text: str) -> str:
    """A text as two readers can agree on it."""
    return _UNSTEADY.sub("", unicodedata.normalize("NFKC", text))


def lost(*, before: str, after: str, removal: Removal) -> int:
    """How many other characters of the page are no longer read.

    Raises UnreadableError when something is read that should be gone.
    """
    had, has = plain(before), plain(after)
    removed = [text for text in map(plain, removal.removed) if text]
    labels = [plain(label) for label in removal.labels]
    went, drawn = Counter("".join(removed)), Counter("".join(labels))
    if went - Counter(had):
        raise UnreadableError("Det, der skulle fjernes, kan ikke findes i filens indhold.")
    expected = Counter(had) - went + drawn
    if Counter(has) - expected:
        raise _LEFT
    for text, times in Counter(removed).items():
        allowed = had.count(text) - times + sum(label.count(text) for label in labels)
        if len(text) >= _LEAST and has.count(text) > max(0, allowed):
            raise _LEFT
    return (expected - Counter(has)).total()


def check_elsewhere(made: pikepdf.Pdf, removed: Sequence[str]) -> None:
    """Raises UnreadableError when a removed string stands in the file outside of what is drawn."""
    sought = {text for text in map(plain, removed) if len(text) >= _LEAST_ELSEWHERE}
    needles = [
        form
        for text in sought
        for form in (text.encode(), text.encode("utf-16-be"), text.encode("latin-1", "ignore"))
        if len(form) >= _LEAST_ELSEWHERE
    ]
    needles += [needle.hex().encode() for needle in needles]
    drawn = {stream for page in made.pages for stream in decoding.drawn(page.obj)}
    for found in made.objects:
        if any(needle in data for data in _bytes_of(found, drawn) for needle in needles):
            raise _LEFT


def _bytes_of(found: pikepdf.Object, drawn: set[tuple[int, int]]) -> list[bytes]:
    """What an object says, without the streams that the readers have looked through."""
    if not isinstance(found, pikepdf.Stream):
        return _strings(found)
    if found.get("/Subtype") == "/Form" and found.objgen not in drawn:
        raise UnreadableError("Filen har indhold, som ikke bliver vist.")
    is_read = found.objgen in drawn or found.get("/Subtype") == "/Image"
    return [*([] if is_read else [_decoded(found)]), *_strings(found.stream_dict)]


def _decoded(stream: pikepdf.Stream) -> bytes:
    try:
        return stream.read_bytes()
    except pikepdf.PdfError:
        return stream.read_raw_bytes()


def _strings(found: object) -> list[bytes]:
    """The strings in an object, not in those that it points to."""
    if isinstance(found, pikepdf.String):
        return [bytes(found)]
    if isinstance(found, pikepdf.Dictionary):
        return [one for value in found.values() for one in _direct(value)]
    if isinstance(found, pikepdf.Array):
        return [one for value in found for one in _direct(value)]
    return []


def _direct(value: object) -> list[bytes]:
    points = isinstance(value, pikepdf.Object) and value.is_indirect
    return [] if points else _strings(value)


_LEFT = UnreadableError("Noget af det, der skulle fjernes, kan stadig læses i filen.")
