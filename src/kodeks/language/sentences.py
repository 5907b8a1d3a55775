# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A Danish text as its sentences, with the greeting and the signature apart.

Written for what citizens send: line breaks end a sentence, capitals may be missing, and a text
without any sentence end is cut where it can be. The work grows with the length of the text only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Kind = Literal["text", "greeting", "signature"]
LONGEST = 400
"""Characters of a sentence; a longer one is cut at its last comma, or blank, before that."""

_END = re.compile(r"[.!?…]+[\"»”')\]]*(?=\s)|\n\s*")
_ABBREVIATIONS = frozenset(
    (
        *("adr", "afd", "alm", "att", "bl", "bla", "ca", "div", "dvs", "eks", "ekskl", "evt"),
        *("feks", "ff", "fl", "fx", "hhv", "hr", "ift", "iht", "inkl", "jf", "jfr", "jr", "kl"),
        *("km", "kr", "kvm", "lign", "maks", "max", "mdr", "min", "mio", "mm", "mrd", "mv", "nr"),
        *("omkr", "osv", "pct", "pga", "pkt", "prof", "sdr", "skt", "st", "stk", "str", "tel"),
        *("tlf", "vedr", "vha", "årg"),
    )
)
"""Words whose full stop ends no sentence, without it."""
_BEFORE = re.compile(r"(\w+)\Z")
_GREETING = re.compile(
    r"(?:hej|heisa|hejsa|halløj|kære|goddag|god dag|godmorgen|godaften|hallo|til|att"
    r"|dear|hi|hello)\b",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"(?:(?:med )?(?:de |den )?"
    r"(?:venlig|venligste|kærlig|bedste|mange|hjertelig|glædelig|kind|best)"
    r" (?:hilsen|hilsner|hilsener|regards)|hilsen|hilsner|mvh|m\.v\.h|vh|v\.h|kh|regards)\b",
    re.IGNORECASE,
)
_LONGEST_GREETING, _LONGEST_LINE, _MOST_WORDS = 8, 80, 5
_LETTER = re.compile(r"\w")


@dataclass(frozen=True)
class Sentence:
    """`text[start:end]` without blanks around it; `kind` is what it does in a letter."""

    start: int
    end: int
    kind: Kind = "text"


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of `text` in their order; what has no letter or digit belongs to none."""
    spans = [span for span in _spans(text) if _LETTER.search(text, *span)]
    found = [Sentence(start, end) for start, end in spans]
    first = 0
    if found and _is_greeting(text[found[0].start : found[0].end]):
        found[0] = Sentence(*spans[0], "greeting")
        first = 1
    for place in range(first, len(found)):
        start, end = spans[place]
        if _SIGN_OFF.match(text, start, end) and _is_in_signature(text[start:end]):
            last = place + 1
            while last < len(found) and _is_in_signature(text[slice(*spans[last])]):
                last += 1
            found[place:last] = [Sentence(*span, "signature") for span in spans[place:last]]
            if last == len(found):
                break
    return tuple(found)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    ends = [match for match in _END.finditer(text) if not _goes_on(text, match)]
    borders = [0, *(one.start() if one[0].isspace() else one.end() for one in ends), len(text)]
    for start, end in pairwise(borders):
        yield from _cut(text, start, end)


def _goes_on(text: str, match: re.Match[str]) -> bool:
    """A full stop after an abbreviation, a single letter or the number of a day."""
    if match[0] != ".":
        return False
    before = _BEFORE.search(text, max(0, match.start() - 20), match.start())
    if before is None:
        return False
    word = before[1].lower()
    following = text[match.end() : match.end() + 3].strip()[:1]
    if "\n" in text[match.end() : match.end() + 1]:
        return False
    if word.isdigit():
        return following.islower()
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha())


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span without blanks around it, in pieces of at most LONGEST characters."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST:
        window = text[start : start + LONGEST]
        at = max(window.rfind(", "), window.rfind("; ")) + 1 or window.rfind(" ") + 1 or LONGEST
        yield from _cut(text, start, start + at)
        start += at
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


def _is_greeting(sentence: str) -> bool:
    few = len(sentence.split()) <= _LONGEST_GREETING
    return few and bool(_GREETING.match(sentence)) and not sentence.endswith(("?", "!?"))


def _is_in_signature(sentence: str) -> bool:
    """A name, an address, a number: a short line that is no sentence."""
    words = sentence.split()
    ends = sentence.endswith((".", "!", "?"))
    return len(sentence) <= _LONGEST_LINE and (len(words) <= _MOST_WORDS or not ends)
