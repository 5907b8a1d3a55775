# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Which texts are about the same matter, by the words that tell: pairs, nearest first.

A text is the stems of its words without small words, people, places and frames (`cleaning`),
weighed by how rare they are. Likeness is the cosine of two such texts. Candidates are found by
sketches of 256 numbers (Charikar et al. 2002, "Finding frequent items in data streams"; Weinberger
et al. 2009, feature hashing), block by block, so that 100,000 texts take minutes and 200 MB; each
candidate is then computed exactly. No text is kept.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kodeks.inquiries.engine.cleaning import NEWEST, Reading
from kodeks.language import small_words, tokens
from kodeks.language.stems import stem

SIZE, BLOCK = 256, 1_000
LEAST, MOST_EACH = 0.5, 5
_SLACK = 0.15
"""How much a sketch may be off before a pair is lost; four of its standard deviations at 0.5."""
_FEWEST_STEMS = 3
Weights = dict[str, float]


@dataclass(frozen=True)
class Pair:
    """Two texts, by their places in the sequence (first < second), and their likeness (0 to 1)."""

    first: int
    second: int
    likeness: float


def pairs(
    texts: Sequence[str],
    *,
    reading: Reading = NEWEST,
    least: float = LEAST,
    most_each: int = MOST_EACH,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Pair]:
    """Pairs whose likeness is at least `least`, the most alike first; each text with at most
    `most_each` others that come before or after it. `progress` is told how many are compared.

    Texts of fewer than three telling words are in no pair: they say too little to be compared.
    """
    weights = _weighed([_stems(text, reading) for text in texts])
    sketches = np.zeros((len(texts), SIZE), dtype=np.float32)
    for place, one in enumerate(weights):
        sketches[place] = _sketch(one)
    found: list[Pair] = []
    for start in range(0, len(texts), BLOCK):
        block = sketches[start : start + BLOCK]
        near = block @ sketches[start:].T
        for row in range(len(block)):
            found += _nearest(start + row, near[row, row + 1 :], weights, least, most_each)
        progress(min(start + BLOCK, len(texts)))
    return sorted(found, key=lambda pair: (-pair.likeness, pair.first, pair.second))


def _stems(text: str, reading: Reading) -> Counter[str]:
    words = tokens.words(reading.clean(text))
    return Counter(
        stem(reading.spelled(word))
        for word in words
        if not small_words.is_small(word) and not word.isdigit()
    )


def _weighed(counted: Sequence[Counter[str]]) -> list[Weights]:
    """Each text's stems with weights of Euclidean norm 1; empty where it says too little."""
    texts_with = Counter(one for found in counted for one in found)
    idf = {one: math.log((1 + len(counted)) / (1 + df)) + 1 for one, df in texts_with.items()}
    return [_normed(found, idf) if len(found) >= _FEWEST_STEMS else {} for found in counted]


def _normed(found: Counter[str], idf: Weights) -> Weights:
    raw = {one: (1 + math.log(times)) * idf[one] for one, times in found.items()}
    norm = math.sqrt(sum(value * value for value in raw.values()))
    return {one: value / norm for one, value in raw.items()}


def _sketch(weights: Weights) -> NDArray[np.float64]:
    found = np.zeros(SIZE)
    for one, weight in weights.items():
        digest = hashlib.blake2b(one.encode("utf-8", "surrogatepass"), digest_size=4).digest()
        number = int.from_bytes(digest)
        found[number % SIZE] += weight if number & 0x80000000 else -weight
    return found


def _nearest(
    first: int, near: NDArray[np.float32], weights: Sequence[Weights], least: float, most: int
) -> list[Pair]:
    candidates = np.flatnonzero(near >= least - _SLACK)
    if not len(candidates):
        return []
    candidates = candidates[np.argsort(-near[candidates], kind="stable")][: 4 * most]
    exact = [
        Pair(first, second, _cosine(weights[first], weights[second]))
        for second in (first + 1 + int(place) for place in candidates)
    ]
    kept = [pair for pair in exact if pair.likeness >= least]
    return sorted(kept, key=lambda pair: (-pair.likeness, pair.second))[:most]


def _cosine(one: Weights, other: Weights) -> float:
    if len(other) < len(one):
        one, other = other, one
    return min(1.0, sum(weight * other.get(word, 0.0) for word, weight in one.items()))
