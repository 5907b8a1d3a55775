# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How much two texts are alike, letter by letter, and short signatures by which alike ones are
found among very many.

A text is the set of its pieces of `SIZE` letters in a row, after everything but letters and digits
has been taken out. The likeness of two texts is the share of pieces that they have in common
(Jaccard). A signature has the least of many hashes of the pieces, so that two texts agree in one
with their likeness as its chance (Broder 1997), joined in bands so that what is not alike rarely
shares one (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, chapter 3).
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from kodeks.language import cpr, guard, identifiers

SIZE = 5
BANDS, ROWS = 24, 3
LONGEST = 20_000
"""Characters that are looked at."""
_APART = re.compile(r"[\W_]+")
_WIDTH = np.uint64(1_000_003)
_draw = np.random.default_rng(20201127)
_FACTORS = _draw.integers(1, 1 << 62, BANDS * ROWS, dtype=np.uint64) | np.uint64(1)
_TERMS = _draw.integers(0, 1 << 62, BANDS * ROWS, dtype=np.uint64)
_HIGH = np.uint64(31)

Pieces = NDArray[np.uint64]


def pieces(text: str) -> Pieces:
    """The text's distinct pieces as numbers, sorted; of a shorter text the whole is one.

    Numbers that point at a person, and what is hidden from a reader, are left out first.
    """
    seen = guard.visible(text[:LONGEST])
    plain = identifiers.remove(cpr.mask(seen).replace(cpr.MASK, " ")).lower()
    letters = _APART.sub("", plain)
    if not letters:
        return np.zeros(0, dtype=np.uint64)
    codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    width = min(SIZE, len(codes))
    found = np.zeros(len(codes) - width + 1, dtype=np.uint64)
    for at in range(width):
        found = found * _WIDTH + codes[at : at + len(found)].astype(np.uint64)
    return np.unique(found)


def likeness(one: Pieces, other: Pieces) -> float:
    """The share of their pieces that both have, 0 to 1; 0 when one of them is empty."""
    if not len(one) or not len(other):
        return 0.0
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / (len(one) + len(other) - common)


def signature(found: Pieces) -> tuple[int, ...]:
    """A number (64 bits, signed) for each band; none for no pieces. Alike texts share some."""
    if not len(found):
        return ()
    hashes = (found[:, None] * _FACTORS + _TERMS) >> _HIGH
    least = hashes.min(axis=0).reshape(BANDS, ROWS)
    joined = np.arange(1, BANDS + 1, dtype=np.uint64)
    for row in range(ROWS):
        joined = joined * _FACTORS[row] + least[:, row]
        joined ^= joined >> _HIGH
    return tuple(joined.astype(np.int64).tolist())
