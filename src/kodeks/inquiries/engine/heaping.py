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
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from kodeks.language import recognising, small_words, tokens, tongues

_PROGRAMS = {"ai", "ki"}
_ENDS_TEXT, _END = ".!?;:\n()0123456789²³¹¼½¾", "."
"""What ends a sentence or is no word, and one sign for all of it."""
_SIGN = re.compile(r"[^\W\d_]+|[.\d]")
_ENDS = str.maketrans(dict.fromkeys(_ENDS_TEXT, _END))
# Of each byte of a text of Latin-1 the letter in lower case, the end of a sentence, or a blank.
_BYTES = bytes(
    ord(sign.lower() if sign in tokens.LATIN_LETTERS else _END if sign in _ENDS_TEXT else " ")
    for sign in map(chr, range(256))
)
_SHORTEST = 3
_SHORT = {
    "".join(letters)
    for length in range(1, _SHORTEST)
    for letters in itertools.product(set(tokens.LATIN_LETTERS.lower()), repeat=length)
}
_SMALL = (small_words.SMALL_WORDS | recognising.SMALL_WORDS | _SHORT | {_END}) - _PROGRAMS
_OTHER = bytes.maketrans(b"\x00\x01", b"\x01\x00")
_TIMES, _SHARE, _FEWEST_WORDS = 4, 0.3, 8
_LONGEST_LIST, _LONGEST_FOREIGN_LIST = 8, 16
"""Words in a row without one small word; of people's words each second or third is small."""
_LONG_ROW = bytes(_LONGEST_LIST)
BEGINNING = 4
"""Letters that words of one family begin with."""
_CLOSE, _CLOSE_SAME = ((4, 6), (5, 10)), 10
"""How many of a family among how many large words, and among how many a word that is the same."""


class Words(NamedTuple):
    """A text's words in lower case and in their order, with a full stop for each sign that ends a
    sentence; of each 1 where it is a small one or none, and 0 where not; the large ones, and what
    these begin with."""

    signs: list[str]
    small: bytes
    large: list[str]
    beginnings: list[str]

    @classmethod
    def of(cls, text: str) -> Words:
        """The words of a text."""
        if tokens.is_latin(text):
            # To change bytes takes a third of the time of a pattern.
            ended = text.encode("latin-1").translate(_BYTES).replace(b".", b" . ")
            signs = ended.decode("latin-1").split()
        else:
            found = _SIGN.findall(text.translate(_ENDS).lower())
            signs = [one if _is_long(one) else _END for one in found]
        small = bytes(map(_SMALL.__contains__, signs))
        large = list(itertools.compress(signs, small.translate(_OTHER)))
        return cls(signs, small, large, [word[:BEGINNING] for word in large])


def _is_long(word: str) -> bool:
    return word[0].isalpha() and (len(word) >= _SHORTEST or word in _PROGRAMS)


def heaped(text: str, words: Words) -> str:
    """The word that is repeated, or the words that no sentence has so; "" when none are."""
    signs, small, large, beginnings = words
    counted = Counter(beginnings)
    most = max(counted.values(), default=0)
    # In most texts no family stands often enough.
    if most >= _TIMES:
        if len(large) >= _FEWEST_WORDS and most / len(large) >= _SHARE:
            word, times = Counter(large).most_common(1)[0]
            if times >= _TIMES and times / len(large) >= _SHARE:
                return word
        families = [one for one, times in counted.items() if times >= _TIMES]
        close = next(filter(None, (_close(words, family) for family in families)), "")
        if close:
            return close
    # It is quick to see, too, that no row is long.
    return _row(signs, text) if _LONG_ROW in small else ""


def _close(words: Words, family: str) -> str:
    """The large words from the first to the last of a family that stand too close together."""
    places = [at for at, beginning in enumerate(words.beginnings) if beginning == family]
    for least, among in _CLOSE:
        for first, last in zip(places, places[least - 1 :], strict=False):
            if last - first < among:
                return " ".join(words.large[first : last + 1])
    for word in {words.large[at] for at in places}:
        same = [at for at in places if words.large[at] == word]
        for first, last in zip(same, same[_TIMES - 1 :], strict=False):
            if last - first < _CLOSE_SAME:
                return " ".join(words.large[first : last + 1])
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
