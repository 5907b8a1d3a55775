# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""One spelling of a word: æ, ø and å however they were typed, and a slip of the finger mended.

A word that a list does not know is read as the one that it does know with one letter more, less,
other or exchanged with its neighbour (Damerau 1964), where there is one. Candidates are found by
what is left when a letter is taken out (W. Garbe, SymSpell, 2012), so the time does not grow with
the list. A word of two letters is left as it is.

By fingers, only what fingers do is a slip: a key beside the right one, a letter twice, left out or
exchanged with its neighbour. Then fewer words are taken for others, and those of two letters are
read too.
"""

from __future__ import annotations

from collections.abc import Sequence

SHORTEST, LONGEST = 3, 30
_SHORTEST_BY_FINGERS = 2
_ALPHABET = "abcdefghijklmnopqrstuvwxyzæøå"
_BESIDE = "qs vn xv sf wr dg fh gj uo hk jl kæ nk mb ip oå aw et ad ry yi cb qe zc tu xa øl æå pø"
KEYS = dict(zip(_ALPHABET, _BESIDE.split(), strict=True))
"""The keys beside each, on a Danish keyboard."""
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
    between several that are as near; then the first in the alphabet. `by_fingers` says that only
    slips of fingers are mended.
    """

    def __init__(
        self, words: Sequence[str], commonness: Sequence[float], *, by_fingers: bool = False
    ) -> None:
        self._shortest = _SHORTEST_BY_FINGERS if by_fingers else SHORTEST
        self._is_slip = _is_slip_of_fingers if by_fingers else _is_any_slip
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
        shortest = self._shortest
        if word in self._rank or not shortest <= len(word) <= LONGEST or not word.isalpha():
            return word
        find, is_slip = self._without.get, self._is_slip
        # One letter was left out of these.
        found = {*find(word, ())}
        for i in range(len(word)):
            # Most of what is left of a word is left of no other.
            if near := find(word[:i] + word[i + 1 :]):
                found.update(one for one in near if is_slip(word, one, i))
        return min(self._rank[one] for one in found)[1] if found else word


def _deletions(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def _is_any_slip(word: str, meant: str, at: int) -> bool:
    """Whether `meant`, of which `word` without its letter `at` is left, is it with a letter less,
    or differs in a letter, or in two neighbours exchanged."""
    return len(meant) < len(word) or (len(meant) == len(word) and _is_one_slip(word, meant))


def _is_slip_of_fingers(word: str, meant: str, at: int) -> bool:
    """The same, where the letter more is the one before it again, and the other one's key lies
    beside the right one's."""
    if len(meant) < len(word):
        return word[at] == word[at - 1] and at > 0
    if len(meant) > len(word) or not _is_one_slip(word, meant):
        return False
    first = next(i for i, (a, b) in enumerate(zip(word, meant, strict=True)) if a != b)
    if word[first + 1 :] != meant[first + 1 :]:
        return True
    return word[first] in KEYS.get(meant[first], "") or meant[first] in KEYS.get(word[first], "")


def _is_one_slip(one: str, other: str) -> bool:
    """Whether words of one length differ in a letter, or in two neighbours exchanged."""
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b), -1)
    if at < 0:
        return False
    after = at + 2
    return one[at + 1 :] == other[at + 1 :] or (
        one[after:] == other[after:] and one[at:after] == other[at:after][::-1]
    )
