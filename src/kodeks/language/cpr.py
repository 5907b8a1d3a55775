# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Find and mask CPR numbers in free text.

A match is a *candidate*: ten digits whose first six are a date. It is used to keep personal
numbers out of models, queues and logs, never as proof of identity. The modulus 11 check is not
used, because numbers without it have been issued since 1 October 2007.

Source: CPR-kontoret, "Personnummeret i CPR" (date, century from the seventh digit); test
numbers add 60 to the day.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kodeks.language import tokens

MASK = "[CPR]"

_SPACE = r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
_DASH = r"[-\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d.]"
_CANDIDATE = re.compile(
    rf"(?<![0-9])([0-9]{{2}})(|/|{_SPACE}|{_DASH})([0-9]{{2}})\2([0-9]{{2}})"
    # Mail programs break lines after a dash. A bare line break separates a date and a postal code.
    rf"(?:{_SPACE}{{0,2}}{_DASH}?{_SPACE}{{0,2}}|{_DASH}\r?\n{_SPACE}{{0,2}})([0-9]{{4}})(?![0-9])"
)
# A case number begins with its year: 2019-0102031234.
_CASE_YEAR = re.compile(r"(?<![\w-])(?:19|20)[0-9]{2}[-/]\Z")
# Random digits inside an id or a digest are no civil registration number.
_IDENTIFIER = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,128})(?![0-9A-Za-z])",
    re.IGNORECASE | re.ASCII,
)
_REPLACED = ("Cf", "Nd")
"""Categories of Unicode: signs that are not seen, and digits."""
_DIGIT = re.compile(r"\d")
_TEST_DAY_OFFSET = 60
_DIGITS = 10


@dataclass(frozen=True)
class CprMatch:
    """One candidate: `text[start:end]`, and its ten digits without separators."""

    start: int
    end: int
    digits: str


def find(text: str) -> tuple[CprMatch, ...]:
    """All CPR candidates in `text`, from left to right and without overlap.

    Skipped are digits inside a longer number, telephone numbers with a country code
    (`+31...`) and case numbers that begin with their year (`2019-...`).
    """
    if not tokens.has_digit(text) or len(_DIGIT.findall(text)) < _DIGITS:
        return ()
    plain, places = _plain(text)
    matches: list[CprMatch] = []
    position = after = 0
    while (candidate := _CANDIDATE.search(plain, position)) is not None:
        digits = candidate[1] + candidate[3] + candidate[4] + candidate[5]
        before = plain[after : candidate.start()]
        if _is_birth_date(digits) and not _is_other_number(before[-6:], digits):
            start, last = candidate.start(), candidate.end() - 1
            matches.append(CprMatch(places[start], places[last] + 1, digits))
            position = after = candidate.end()
        else:
            position = candidate.start() + 1
    return tuple(matches)


def digits_of(text: str) -> str | None:
    """The ten digits of a field that holds one CPR candidate and nothing else; else None."""
    found = find(text)
    if len(found) != 1 or (found[0].start, found[0].end) != (0, len(text)):
        return None
    return found[0].digits


def looks_like_cpr(text: str) -> bool:
    """Whether a text that may hold ids has a candidate outside of its UUIDs and digests."""
    return bool(find(_IDENTIFIER.sub(" ", text)))


def mask(text: str) -> str:
    """`text` with every CPR candidate replaced by `[CPR]`; masking twice changes nothing."""
    parts: list[str] = []
    position = 0
    for match in find(text):
        parts += (text[position : match.start], MASK)
        position = match.end
    return "".join(parts) + text[position:]


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """`text` with digits of any script as 0-9 and without signs that are not seen.

    Full-width digits and zero-width signs come with text copied from web pages and PDF files.
    The second value is the place in `text` of each of the first one's characters.
    """
    # Most texts have letters outside ASCII and nothing to replace: each kind is looked at once.
    if not any(unicodedata.category(sign) in _REPLACED for sign in set(text) if not sign.isascii()):
        return text, range(len(text))
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        category = "" if sign.isascii() else unicodedata.category(sign)
        if category != "Cf":
            signs.append(str(unicodedata.decimal(sign)) if category == "Nd" else sign)
            places.append(place)
    return "".join(signs), places


def _is_other_number(before: str, digits: str) -> bool:
    # No country code begins with 0, so "+0..." may still be a personal number.
    is_telephone = before.endswith("+") and digits[0] != "0"
    return is_telephone or _CASE_YEAR.search(before) is not None


def _is_birth_date(digits: str) -> bool:
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    if day > _TEST_DAY_OFFSET:
        day -= _TEST_DAY_OFFSET
    try:
        date(_century(int(digits[6]), year) + year, month, day)
    except ValueError:
        return False
    return True


def _century(seventh: int, year: int) -> int:
    if seventh <= 3:
        return 1900
    if seventh in (4, 9):
        return 2000 if year <= 36 else 1900
    return 2000 if year <= 57 else 1800
