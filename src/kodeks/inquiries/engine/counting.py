# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Features of many texts at once: looked up in one table, counted by one sort, all in numpy.

An n-gram is a number: the code points of its characters, c1 x M^(n-1) + ... + cn modulo 2^64, so
that a longer one is made of the shorter with one multiplication for all places of a text. The
vocabulary is a hash table with open addressing (Knuth, The Art of Computer Programming 3, 6.4).
No two n-grams of a vocabulary have one number; one that it has not has another's by a chance of
1 in 10^14.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

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
"""Slots of the table for each n-gram, at least."""


class Grams:
    """The character n-grams of a vocabulary; the first has the number `first`."""

    def __init__(self, terms: Sequence[str], first: int) -> None:
        numbers = np.arange(first, first + len(terms))
        for multiplier in _MULTIPLIERS:
            self._multiplier = np.uint64(multiplier)
            keys = self._keys_of(terms)
            if len(np.unique(keys)) == len(keys):
                break
        bits = max(1, (_ROOM * len(terms)).bit_length())
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

    def of(self, pieces: Sequence[str]) -> list[Integers]:
        """The known n-grams of each piece, which is not empty and holds no blank, as "char_wb" has
        them (see `tokens.char_ngrams`): short ones first, and then from left to right."""
        if not pieces:
            return []
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
        found = self._look_up(np.concatenate(every_key))
        known = found >= 0
        owners = np.concatenate(every_piece)[known]
        order = np.argsort(owners, kind="stable")
        ends = np.searchsorted(owners[order], np.arange(len(pieces) + 1)).tolist()
        ids = found[known][order]
        return [ids[start:end] for start, end in itertools.pairwise(ends)]

    def _look_up(self, keys: Codes) -> Integers:
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

    def _keys_of(self, terms: Sequence[str]) -> Codes:
        keys = np.zeros(len(terms), dtype=np.uint64)
        sizes = np.fromiter(map(len, terms), dtype=np.int64, count=len(terms))
        for size in np.unique(sizes).tolist():
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
    size, count = max(1, len(idf)), len(texts)
    parts = [np.concatenate([*text, np.zeros(0, dtype=np.int64)]) for text in texts]
    firsts = np.arange(count) * size
    # A key is a text and a feature, so that one sort serves all the texts.
    keys = np.concatenate(parts) + np.repeat(firsts, [len(part) for part in parts])
    keys.sort()
    is_new = np.ones(len(keys), dtype=bool)
    np.not_equal(keys[1:], keys[:-1], out=is_new[1:])
    starts = np.flatnonzero(is_new)
    counts = np.diff(starts, append=len(keys))
    keys = keys[starts]
    ends = np.searchsorted(keys, np.append(firsts, count * size))
    indices = keys - np.repeat(firsts, np.diff(ends))
    values = (1 + np.log(counts)) * idf[indices]
    splits = np.searchsorted(keys, firsts + split).tolist()
    ends = ends.tolist()
    for (start, end), middle in zip(itertools.pairwise(ends), splits, strict=True):
        for block in (values[start:middle], values[middle:end]):
            norm = math.sqrt(block @ block)
            if norm > 0:
                block /= norm
        yield indices[start:end], counts[start:end], values[start:end]


def _codes(text: str) -> Codes:
    packed = text.encode("utf-32-le", "surrogatepass")
    return np.frombuffer(packed, dtype="<u4").astype(np.uint64)
