# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Tokens of text: words, and character n-grams inside word boundaries.

They equal scikit-learn's analyzers "word" (token pattern `\\b\\w\\w+\\b`) and "char_wb" after
lower-casing, so that a model trained elsewhere on the same recipe sees the same features.
"""

import itertools
import re
from collections.abc import Iterable, Mapping

LATIN_LETTERS = "".join(sign for sign in map(chr, range(256)) if sign.isalpha())
"""The letters of Latin-1. To ask whether a sign is one of them takes a pattern half the time of
asking which kind of sign it is, and nearly every text has no others (`is_latin`)."""
LATIN_NO_DIGITS = f"{LATIN_LETTERS}²³¹¼½¾"
"""The signs of Latin-1 that are `[^\\W\\d_]` in a pattern."""
_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"\b\w\w+\b")
_DIGIT = re.compile(r"\d")
# Of each byte of a text of Latin-1 the same where it is of `LATIN_NO_DIGITS`, else a blank.
_BYTES = bytes(ord(sign if sign in LATIN_NO_DIGITS else " ") for sign in map(chr, range(256)))


def is_latin(text: str) -> bool:
    """Whether every sign is one of Latin-1: it has no letters of other alphabets and, but for the
    soft hyphen, none that are not seen. Quicker than to look at each."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def has_digit(text: str) -> bool:
    """Whether a decimal digit of any script stands in it; quick, as most texts have none."""
    if is_latin(text):
        return any(map(text.__contains__, "0123456789"))
    return _DIGIT.search(text) is not None


def letters(text: str) -> list[str]:
    """Its runs of letters, and of signs such as ½ that are counted with them."""
    try:
        # To change bytes takes half the time of a pattern.
        return text.encode("latin-1").translate(_BYTES).decode("latin-1").split()
    except UnicodeEncodeError:
        return _LETTERS.findall(text)


def words(text: str) -> list[str]:
    """The words of at least two characters in lower-cased `text`."""
    # Most of what is asked about is one word, and to ask whether it is takes less than the pattern.
    if text.isalnum():
        return [text] if len(text) > 1 else []
    return _WORD.findall(text)


def replaced(text: str, by: Mapping[str, str]) -> str:
    """`text` with `by[word]` in place of each of those words that `by` has."""
    if text.isalnum():
        return by.get(text, text) if len(text) > 1 else text
    return _WORD.sub(lambda found: by.get(found.group(), found.group()), text)


def each_replaced(pieces: Iterable[str], by: Mapping[str, str]) -> list[str]:
    """Each of the pieces, as `replaced` has it."""
    # Most of them are one word, which is looked up here without a call.
    return [by.get(one, one) if one.isalpha() else replaced(one, by) for one in pieces]


def word_ngrams(found: list[str]) -> list[str]:
    """`found` followed by its pairs of neighbours, joined by a blank."""
    return found + [f"{left} {right}" for left, right in itertools.pairwise(found)]


def char_ngrams(token: str, lowest: int = 2, highest: int = 5) -> list[str]:
    """The n-grams of `token` (no blanks inside) padded by one blank on each side.

    As in "char_wb", a token shorter than n gives itself once, at the first such n.
    """
    padded = f" {token} "
    length = len(padded)
    grams: list[str] = []
    for size in range(lowest, highest + 1):
        if size >= length:
            grams.append(padded)
            break
        grams += [padded[i : i + size] for i in range(length - size + 1)]
    return grams
