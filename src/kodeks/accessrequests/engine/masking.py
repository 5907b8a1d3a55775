# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""CPR numbers are hidden before the engine or a record sees a text, and each place stays its own.

A digit becomes a bullet, so that a place in the hidden text is the same place in the document. The
number of the one who asks gets another sign: it is theirs to have.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kodeks.language import cpr

OTHERS = "•"
OWN = "◦"
PAGE = "\f"
"""Between the pages of a text."""
_HIDDEN = re.compile(
    rf"{OTHERS}{{2}}[^\n]{{0,2}}?{OTHERS}{{2}}[^\n]{{0,2}}?{OTHERS}{{2}}\D{{0,5}}?{OTHERS}{{4}}"
)


def joined(pages: tuple[str, ...], *, is_own: Callable[[str], bool]) -> str:
    """The pages as one text, with CPR numbers hidden. `is_own` gets ten digits."""
    # Signs that stand for something here, or cannot be stored, are not the document's own.
    clean = [_clean(page) for page in pages]
    return PAGE.join(_hidden(page, is_own) for page in clean)


def numbers(text: str) -> list[tuple[int, int]]:
    """Where others' CPR numbers were, as slices."""
    return [found.span() for found in _HIDDEN.finditer(text)]


def place(text: str, at: int) -> tuple[int, int]:
    """The page (from 0) and the place on it."""
    before = text[:at]
    return before.count(PAGE), at - (before.rfind(PAGE) + 1)


def _clean(page: str) -> str:
    return page.translate({ord(PAGE): " ", ord(OTHERS): "*", ord(OWN): "*", 0: " "})


def _hidden(page: str, is_own: Callable[[str], bool]) -> str:
    signs = list(page)
    for match in cpr.find(page):
        mark = OWN if is_own(match.digits) else OTHERS
        for at in range(match.start, match.end):
            if signs[at].isdigit():
                signs[at] = mark
    return "".join(signs)
