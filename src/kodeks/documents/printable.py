# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Foreign text made fit for print with the fonts that come inside typst.

PDF/UA-1 and PDF/A-3a forbid a glyph that the fonts lack, so such a character is shown as
``MARK`` and the letter says so in a note; the attached JSON keeps the text as it was.
"""

import re
import unicodedata

MARK = "\N{REPLACEMENT CHARACTER}"

# Code points (first, last) that Libertinus Serif or its embedded companions draw and that PDF/A-3a
# allows; measured by bisecting compilations, kept true by tests/documents/test_printable.py.
_RANGES = (
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x24F),
    (0x300, 0x36F),
    (0x384, 0x38A),
    (0x38C, 0x38C),
    (0x38E, 0x3A1),
    (0x3A3, 0x3FF),
    (0x400, 0x482),
    (0x48A, 0x4FF),
    (0x5BE, 0x5BE),
    (0x5D0, 0x5EA),
    (0x60C, 0x60C),
    (0x61B, 0x61B),
    (0x61F, 0x61F),
    (0x621, 0x63A),
    (0x640, 0x64A),
    (0x660, 0x66D),
    (0x67E, 0x67E),
    (0x686, 0x686),
    (0x698, 0x698),
    (0x6A9, 0x6A9),
    (0x6AF, 0x6AF),
    (0x6CC, 0x6CC),
    (0x6F0, 0x6F9),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2015),
    (0x2018, 0x201E),
    (0x2020, 0x2022),
    (0x2026, 0x2026),
    (0x202F, 0x203A),
    (0x2044, 0x2044),
    (0x2070, 0x2071),
    (0x2074, 0x208E),
    (0x20A0, 0x20BF),
    (0x2103, 0x2103),
    (0x2116, 0x2117),
    (0x2122, 0x2122),
    (0x2126, 0x2126),
    (0x2190, 0x2199),
    (0x2200, 0x22FF),
    (0xFB00, 0xFB06),
)
_ALLOWED = "".join(f"{re.escape(chr(a))}-{re.escape(chr(b))}" for a, b in _RANGES)
# Direction overrides can make a text read differently from what it says; the other format
# characters have no shape of their own. Variation selectors only choose between shapes.
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_UNPRINTABLE = re.compile(f"[^\n{_ALLOWED}]+")
_SPACES = re.compile(r"[^\S\n\u00a0\u202f]+")
_LONG_WORD = re.compile(r"[^\s\-/\u2010\u2013\u2014]{41,}")
_PIECE = 30


def printable(text: str) -> tuple[str, bool]:
    """Return ``text`` ready for print and whether any character had to be replaced by ``MARK``.

    Line ends become ``\\n``, runs of blanks one space, invisible format characters vanish, words
    of more than 40 characters get places to break, and the result is in normal form C.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = text.replace("\u2029", "\n\n").replace("\x85", "\n")
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text, replaced = _UNPRINTABLE.subn(MARK, _SPACES.sub(" ", text))
    return _LONG_WORD.sub(lambda word: _breakable(word.group()), text), replaced > 0


def _breakable(word: str) -> str:
    """Insert zero-width spaces, never between a letter and its combining marks."""
    pieces: list[str] = []
    for character in word:
        if pieces and (len(pieces[-1]) < _PIECE or unicodedata.combining(character)):
            pieces[-1] += character
        else:
            pieces.append(character)
    return "\u200b".join(pieces)
