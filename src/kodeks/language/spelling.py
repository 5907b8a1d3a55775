# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""One spelling of a word: æ, ø and å however they were typed, and a slip of the finger mended.

A word that a list does not know is read as the one that it does know with one letter more, less,
other or exchanged with its neighbour (Damerau 1964), where there is one. Candidates are found by
what is left when a letter is taken out (W. Garbe, SymSpell, 2012), so the time does not grow with
the list. A word of two letters is left as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

SHORTEST, LONGEST = 3, 30
_LETTERS = (("ae", "æ"), ("oe", "ø"), ("aa", "å"), ("ö", "ø"), ("ä", "æ"))


def folded(word: str) -> str:
    """The lower-case word with æ, ø and å for the letters that stand in for them."""
    for typed, letter in _LETTERS:
        if typed in word:
            word = word.replace(typed, letter)
    return word


class Speller:
    """Reads words as those of a list.

    `words` are folded and lower case, `commonness` (higher for what is more common) decides
    between several that are as near; then the first in the alphabet.
    """

    def __init__(self, words: Sequence[str], commonness: Sequence[float]) -> None:
        self._rank: dict[str, tuple[float, str]] = {}
        self._without: dict[str, list[str]] = {}
        """Words by what is left of them, all of it or without a letter."""
        for word, common in zip(words, commonness, strict=True):
            if SHORTEST - 1 <= len(word) <= LONGEST and word.isalpha():
                self._rank[word] = (-common, word)
                for left in (word, *_deletions(word)):
                    self._without.setdefault(left, []).append(word)

    def read(self, word: str) -> str:
        """The word of the list that it is one slip away from; itself when there is none, and when
        it is on the list, short, or no word."""
        if word in self._rank or not SHORTEST <= len(word) <= LONGEST or not word.isalpha():
            return word
        find = self._without.get
        found = {*find(word, ())}
        for i in range(len(word)):
            # Most of what is left of a word is left of no other.
            if near := find(word[:i] + word[i + 1 :]):
                found.update(one for one in near if len(one) < len(word) or _is_one_slip(word, one))
        return min(self._rank[one] for one in found)[1] if found else word


def _deletions(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def _is_one_slip(one: str, other: str) -> bool:
    """Whether words of one length differ in a letter, or in two neighbours exchanged."""
    if len(one) != len(other):
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b), -1)
    if at < 0:
        return False
    after = at + 2
    return one[at + 1 :] == other[at + 1 :] or (
        one[after:] == other[after:] and one[at:after] == other[at:after][::-1]
    )
