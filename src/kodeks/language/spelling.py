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

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint64]
Integers = NDArray[np.int64]

SHORTEST, LONGEST = 3, 30
_SHORTEST_BY_FINGERS = _TWO = 2
_MOST_OF_TWO = 2000
_ALPHABET = "abcdefghijklmnopqrstuvwxyzæøå"
_BESIDE = "qs vn xv sf wr dg fh gj uo hk jl kæ nk mb ip oå aw et ad ry yi cb qe zc tu xa øl æå pø"
KEYS = dict(zip(_ALPHABET, _BESIDE.split(), strict=True))
"""The keys beside each, on a Danish keyboard."""
_MULTIPLIER = 0x9E3779B97F4A7C15
_ONCE_LESS = np.uint64(pow(_MULTIPLIER, -1, 2**64))
_POWERS = np.array([pow(_MULTIPLIER, i + 1, 2**64) for i in range(LONGEST)], dtype=np.uint64)
_BITS = 20
_SHIFT = np.uint64(64 - _BITS)
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
        self._is_slip = _is_slip_of_fingers if by_fingers else _is_one_slip
        self._rank = {
            word: (-common, word)
            for word, common in zip(words, commonness, strict=True)
            if SHORTEST - 1 <= len(word) <= LONGEST and word.isalpha()
        }
        self._of_two: dict[str, str] = {}
        """How words of two letters were read: they are few, and alike to very many."""
        self._words = list(self._rank)
        left, owners = _left_of(self._words)
        order = np.argsort(left)
        self._left, self._owners = left[order], owners[order]
        self._may_be = np.zeros(2**_BITS, dtype=bool)
        """By the first bits of a number whether `_left` may have it; it has few of those asked."""
        self._may_be[left >> _SHIFT] = True

    def read(self, word: str) -> str:
        """The word of the list that it is one slip away from; itself when there is none, and when
        it is on the list, short, or no word."""
        return self.read_all([word])[word]

    def read_all(self, words: Iterable[str]) -> dict[str, str]:
        """Each of the words as `read` reads it; quicker for many than one by one."""
        found = {word: self._of_two.get(word, word) for word in words}
        asked = [
            word
            for word in found
            if self._shortest <= len(word) <= LONGEST and word.isalpha()
            if word not in self._rank and word not in self._of_two
        ]
        left, owners = _left_of(asked)
        some = np.flatnonzero(self._may_be[left >> _SHIFT])
        begins, ends = (np.searchsorted(self._left, left[some], side) for side in ("left", "right"))
        alike = begins < ends
        pairs = {
            (owner, near)
            for owner, begin, end in zip(
                owners[some[alike]].tolist(),
                begins[alike].tolist(),
                ends[alike].tolist(),
                strict=True,
            )
            for near in self._owners[begin:end].tolist()
        }
        for owner, near in pairs:
            word, other = asked[owner], self._words[near]
            if self._is_slip(word, other):
                best = self._rank.get(found[word])
                if best is None or self._rank[other] < best:
                    found[word] = other
        if len(self._of_two) < _MOST_OF_TWO:
            self._of_two.update((word, found[word]) for word in asked if len(word) == _TWO)
        return found


def _left_of(words: Sequence[str]) -> tuple[Codes, Integers]:
    """What is left of each word, all of it or without a letter, as numbers, and the places of those
    words. Words that are not alike have the same number by a chance of 1 in 10^19 each.

    A word is c1 x M + c2 x M^2 + ... modulo 2^64, of the code points of its letters: without one of
    them it is the sum of what stood before and, once less often times M, of what stood after.
    """
    sizes = np.array(list(map(len, words)), dtype=np.int64)
    owners = np.repeat(np.arange(len(words)), sizes)
    begins = np.cumsum(sizes) - sizes
    codes = np.frombuffer("".join(words).encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    parts = codes * _POWERS[np.arange(len(codes)) - begins[owners]]
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(parts)])
    whole = sums[begins + sizes] - sums[begins]
    before = sums[:-1] - sums[begins][owners]
    after = whole[owners] - before - parts
    left = np.concatenate([whole, before + after * _ONCE_LESS])
    return left, np.concatenate([np.arange(len(words)), owners])


def _is_slip_of_fingers(word: str, meant: str) -> bool:
    """The same, where a letter more is the one before it again, and another one's key lies beside
    the right one's."""
    if not _is_one_slip(word, meant):
        return False
    if len(word) < len(meant):
        return True
    at = next((i for i, (a, b) in enumerate(zip(word, meant, strict=False)) if a != b), len(meant))
    if len(word) > len(meant):
        return at > 0 and word[at] == word[at - 1]
    if word[at + 1 :] != meant[at + 1 :]:
        return True
    return word[at] in KEYS.get(meant[at], "") or meant[at] in KEYS.get(word[at], "")


def _is_one_slip(one: str, other: str) -> bool:
    """Whether words, of which one may be a letter longer, differ in a letter, or in two neighbours
    exchanged."""
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if at is None:
        at = min(len(one), len(other))
    if len(one) != len(other):
        return one[at + (len(one) > len(other)) :] == other[at + (len(one) < len(other)) :]
    after = at + 2
    return one[at + 1 :] == other[at + 1 :] or (
        one[after:] == other[after:] and one[at:after] == other[at:after][::-1]
    )
