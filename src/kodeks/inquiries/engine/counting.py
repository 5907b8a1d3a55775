# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Features of many texts at once: looked up in one table and counted together, all in numpy.

An n-gram is a number: the code points of its characters, c1 x M^(n-1) + ... + cn modulo 2^64, so
that a longer one is made of the shorter with one multiplication for all places of a text. The
vocabulary is a hash table with open addressing (Knuth, The Art of Computer Programming 3, 6.4).
No two n-grams of a vocabulary have one number; one that it has not has another's by a chance of
1 in 10^14. A pair of words is the number of one times the number of words, plus the other's.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Codes = NDArray[np.uint64]

LOWEST, HIGHEST = 2, 5
"""Characters of an n-gram."""
_BLANK = ord(" ")
_MULTIPLIERS = (0x9E3779B97F4A7C15, 0xD1B54A32D192ED03, 0xAEF17502108EF2D9)
_SPREAD = np.uint64(0xBF58476D1CE4E5B9)
_ROOM = 4
"""Slots of the table for each key, at least."""
_TWO_BYTES = 2**16


class Table:
    """Numbers, none of them negative, by keys of which no two are the same."""

    def __init__(self, keys: Codes, numbers: Integers) -> None:
        bits = max(1, (_ROOM * len(keys)).bit_length())
        self._shift, self._last = np.uint64(64 - bits), 2**bits - 1
        self._keys = np.zeros(2**bits, dtype=np.uint64)
        self._numbers = np.full(2**bits, -1, dtype=np.int64)
        slots = self._slots(keys)
        while len(slots):
            # Of those that want one free slot the last gets it, the others try the next.
            free = self._numbers[slots] < 0
            self._numbers[slots[free]] = numbers[free]
            placed = self._numbers[slots] == numbers
            self._keys[slots[placed]] = keys[placed]
            slots = (slots[~placed] + 1) & self._last
            numbers, keys = numbers[~placed], keys[~placed]

    def look_up(self, keys: Codes) -> Integers:
        """Each key's number; -1 for one that is not in the table."""
        slots = self._slots(keys)
        found = self._numbers[slots]
        left = np.flatnonzero((found >= 0) & (self._keys[slots] != keys))
        slots = slots[left]
        while len(left):
            slots = (slots + 1) & self._last
            found[left] = self._numbers[slots]
            other = (found[left] >= 0) & (self._keys[slots] != keys[left])
            left, slots = left[other], slots[other]
        return found

    def _slots(self, keys: Codes) -> Integers:
        return ((keys * _SPREAD) >> self._shift).astype(np.int64)


class Pairs:
    """The pairs of words that are terms of a vocabulary. Those whose words are no terms themselves
    are none: every text that has a pair has its words, so no vocabulary that was learned has any.
    """

    def __init__(self, terms: Sequence[str], ids: Mapping[str, int]) -> None:
        numbers, keys = [], []
        self._size = len(terms)
        for number, term in enumerate(terms):
            left, blank, right = term.partition(" ")
            if blank and left in ids and right in ids:
                numbers.append(number)
                keys.append(ids[left] * self._size + ids[right])
        self._table = Table(np.array(keys, dtype=np.uint64), np.array(numbers, dtype=np.int64))

    def of(self, words: Integers) -> Integers:
        """The pair of each word and the next; -1 where it, or one of the two, is not known."""
        left, right = words[:-1], words[1:]
        # A word that is not known is -1, and gives the key of another pair.
        found = self._table.look_up((left * self._size + right).astype(np.uint64))
        found[(left < 0) | (right < 0)] = -1
        return found


class Grams:
    """The character n-grams of a vocabulary; the first has the number `first`."""

    def __init__(self, terms: Sequence[str], first: int) -> None:
        for multiplier in _MULTIPLIERS:
            self._multiplier = np.uint64(multiplier)
            keys = self._keys_of(terms)
            ordered = np.sort(keys)
            if (ordered[1:] != ordered[:-1]).all():
                break
        self._table = Table(keys, np.arange(first, first + len(terms)))

    def of(self, pieces: Sequence[str]) -> tuple[Integers, Integers]:
        """The known n-grams of the pieces end to end, and how many each has.

        A piece is not empty and holds no blank; its n-grams are those of "char_wb" (see
        `tokens.char_ngrams`): short ones first, and then from left to right.
        """
        codes = _codes(f" {' '.join(pieces)} ")
        blank = codes == _BLANK
        piece = np.cumsum(blank) - 1
        keys, valid = codes, np.ones(len(codes), dtype=bool)
        every_key, every_piece = [], []
        for size in range(LOWEST, HIGHEST + 1):
            keys = keys[:-1] * self._multiplier + codes[size - 1 :]
            # A blank may stand first and last in an n-gram, not between.
            valid = valid[:-1] & ~blank[size - 2 : -1] if size > LOWEST else valid[:-1]
            every_key.append(keys[valid])
            every_piece.append(piece[: len(valid)][valid])
        found = self._table.look_up(np.concatenate(every_key))
        known = found >= 0
        owners = np.concatenate(every_piece)[known]
        order = np.argsort(owners, kind="stable")
        return found[known][order], np.bincount(owners, minlength=len(pieces))

    def _keys_of(self, terms: Sequence[str]) -> Codes:
        keys = np.zeros(len(terms), dtype=np.uint64)
        sizes = np.fromiter(map(len, terms), dtype=np.int64, count=len(terms))
        for size in np.flatnonzero(np.bincount(sizes)).tolist():
            rows = np.flatnonzero(sizes == size)
            codes = _codes("".join([terms[row] for row in rows.tolist()])).reshape(-1, size)
            key = codes[:, 0]
            for place in range(1, size):
                key = key * self._multiplier + codes[:, place]
            keys[rows] = key
        return keys


def counted(
    texts: Sequence[Sequence[Integers]], idf: Floats, split: int
) -> Iterator[tuple[Integers, Integers, Floats]]:
    """Of each text, given as arrays of features: the features in rising order, how often each
    occurs, and their weights (1 + ln count) x idf; those below `split` and the others each with
    Euclidean norm 1."""
    lengths = [sum(map(len, text)) for text in texts]
    ends = np.cumsum([0, *lengths])
    known, places = _places(
        np.concatenate([np.zeros(0, dtype=np.int64), *itertools.chain.from_iterable(texts)]),
        len(idf),
    )
    for start, end in itertools.pairwise(ends.tolist()):
        # Numbers of two bytes are sorted by their bytes, in a time that grows with the text only.
        places[start:end].sort(kind="stable")
    is_new = np.ones(len(places), dtype=bool)
    np.not_equal(places[1:], places[:-1], out=is_new[1:])
    is_new[ends[:-1][np.array(lengths, dtype=bool)]] = True
    starts = np.flatnonzero(is_new)
    counts = np.diff(starts, append=len(places))
    indices = known[places[starts]]
    values = _logarithms(counts) * idf[indices]
    ends = np.searchsorted(starts, ends)
    below = np.concatenate([[0], np.cumsum(indices < split)])
    middles = (ends[:-1] + np.diff(below[ends])).tolist()
    for (start, end), middle in zip(itertools.pairwise(ends.tolist()), middles, strict=True):
        for block in (values[start:middle], values[middle:end]):
            norm = math.sqrt(block @ block)
            if norm > 0:
                block /= norm
        yield indices[start:end], counts[start:end], values[start:end]


def _places(features: Integers, size: int) -> tuple[Integers, NDArray[Any]]:
    """The features that occur, of `size` that there are, in rising order; and each one's place
    among them, in two bytes where they suffice."""
    occurs = np.zeros(size, dtype=bool)
    occurs[features] = True
    known = np.flatnonzero(occurs)
    small = len(known) <= _TWO_BYTES
    place = np.empty(size, dtype=np.uint16 if small else np.int64)
    place[known] = np.arange(len(known))
    return known, place[features]


def _logarithms(counts: Integers) -> Floats:
    """1 + ln of each count."""
    one_each = np.arange(1, 1 + counts.max(initial=1))
    return np.asarray((1 + np.log(one_each))[counts - 1])


def _codes(text: str) -> Codes:
    packed = text.encode("utf-32-le", "surrogatepass")
    return np.frombuffer(packed, dtype="<u4").astype(np.uint64)
