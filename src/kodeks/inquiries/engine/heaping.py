# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Words of a subject that are heaped up, as no sentence has them.

A word that is a large part of the text, words of one family close together (the same word, or
compounds that begin alike: "rotte rottehul rottegift"), and words in a row without a small one.
Source: Samadi et al. 2021 (keyword stuffing).
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict, deque
from collections.abc import Sequence

from kodeks.language import recognising, small_words, tokens, tongues

# Of each sign the word, where it may be a large one, and "" else.
_SIGN = re.compile(r"([^\W\d_]{3,})|[^\W\d_]+|[.!?;:\n()\d]+")
_LATIN_SIGN = re.compile(
    rf"([{tokens.LATIN_LETTERS}][{tokens.LATIN_NO_DIGITS}]{{2,}})"
    rf"|[{tokens.LATIN_NO_DIGITS}]+|[.!?;:\n()0-9]+"
)
_SMALL = small_words.SMALL_WORDS | recognising.SMALL_WORDS | {""}
_TIMES, _SHARE, _FEWEST_WORDS = 4, 0.3, 8
_LONGEST_LIST, _LONGEST_FOREIGN_LIST = 8, 16
"""Words in a row without one small word; of people's words each second or third is small."""
_LONG_ROW = bytes(_LONGEST_LIST)
_BEGINNING = 4
"""Letters that words of one family begin with."""
_CLOSE = ((_BEGINNING, 4, 6), (_BEGINNING, 5, 10), (None, 4, 10))
"""Of how many letters, how often and among how many large words; None: the same word."""


def heaped(text: str) -> str:
    """The word that is repeated, or the words that no sentence has so; "" when none are."""
    signs = _signs(text.lower())
    words = list(itertools.filterfalse(_SMALL.__contains__, signs))
    # No family stands here more often than this, and in most texts that is seldom enough.
    beginnings = [word[:_BEGINNING] for word in words]
    most = len(words) - len(set(beginnings)) + 1
    if most >= _TIMES:
        if len(words) >= _FEWEST_WORDS and most / len(words) >= _SHARE:
            word, times = Counter(words).most_common(1)[0]
            if times >= _TIMES and times / len(words) >= _SHARE:
                return word
        for letters, least, among in _CLOSE:
            close = _close(words, words if letters is None else beginnings, least, among)
            if close:
                return close
    # It is quick to see, too, that no row is long.
    return _row(signs, text) if _LONG_ROW in bytes(map(_SMALL.__contains__, signs)) else ""


def _signs(text: str) -> list[str]:
    """The words of a lower-case text, and "" for each that is short or no word, as for what ends a
    sentence."""
    if tokens.is_latin(text):
        return _LATIN_SIGN.findall(text)
    return [sign if sign[:1].isalpha() else "" for sign in _SIGN.findall(text)]


def _close(words: Sequence[str], families: Sequence[str], least: int, among: int) -> str:
    """The words from the first to the last of `least` of a family that stand among so many."""
    places: defaultdict[str, deque[int]] = defaultdict(lambda: deque(maxlen=least))
    for at, family in enumerate(families):
        known = places[family]
        known.append(at)
        if len(known) == least and at - known[0] < among:
            return " ".join(words[known[0] : at + 1])
    return ""


def _row(signs: Sequence[str], text: str) -> str:
    """The longest words in a row, where they are too many for a sentence."""
    row: list[str] = []
    longest = [""]
    for sign in signs:
        if sign in _SMALL:
            row = []
            continue
        row.append(sign)
        longest = row if len(row) >= len(longest) else longest
    enough = len(longest) >= _LONGEST_FOREIGN_LIST or len(longest) >= _longest_list(text)
    return " ".join(longest) if enough else ""


def _longest_list(text: str) -> int:
    """Of languages whose small words we know few of, a row is longer."""
    language = recognising.language(text)
    return _LONGEST_LIST if language in ("", tongues.DANISH) else _LONGEST_FOREIGN_LIST
