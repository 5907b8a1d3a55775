# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The text of an HTML mail: what its reader sees, and nothing that is hidden from them."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from kodeks.language import guard

_BLOCK_NAMES = (
    "address article aside blockquote br dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6"
    " header hr li main nav ol p pre section table tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_APART = frozenset(("td", "th"))
_UNSHOWN = frozenset(("head", "title", "script", "style", "template", "noscript", "object"))
_SPACE = re.compile(r"[ \t\f\v\r\u00a0]+")
_EMPTY_LINES = re.compile(r"\n{3,}")


def text_of(html: str) -> str:
    """What a reader of the page sees, a line for each block; links as their text alone."""
    reader, seen = _Reader(), guard.visible(html)
    # Behind the last ">" no tag is whole. The parser would look for its end from each "<" anew, and
    # be days at a mail that was made for it.
    whole = seen.rfind(">") + 1
    reader.feed(seen[:whole])
    reader.close()
    reader.handle_data(unescape(seen[whole:]))
    lines = [_SPACE.sub(" ", line).strip() for line in "".join(reader.parts).split("\n")]
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unshown = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSHOWN:
            self._unshown += 1
        elif tag == "body":
            # A head that is not closed ends where the body begins.
            self._unshown = 0
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in _APART:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSHOWN:
            self._unshown = max(0, self._unshown - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unshown:
            # A line break in the source is a space on the page.
            self.parts.append(data.replace("\n", " "))
