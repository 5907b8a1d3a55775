# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How alike a text and the phrases of a list are in what their words mean.

A phrase is the sum of its words' points (see `kodeks.language.word_points`), of length 1. What all
phrases of the list have in common is taken away, and the directions in which they differ most are
made more equal (each divided by the fourth root of its variance), of which the first 128 are kept.
A text's point is a plain sum over its words, so what each word gives to a likeness is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kodeks.casework.engine.features import words_asked, words_listed
from kodeks.casework.engine.phrases import Floats, Integers
from kodeks.language.word_points import Words, summed

Singles = NDArray[np.float32]
DIRECTIONS = 128
_LEAST = 1e-4
"""Of the greatest variance: added to each."""
_NONE = 1e-9
"""Of the greatest variance: below it a direction is none."""
_FEWEST = 3
"""Phrases that say anything of how phrases differ."""


@dataclass(frozen=True)
class Asked:
    """A text's words and what each gives to the text's point: (words, directions). `likeness` is
    the text's to each phrase, 0 to 1."""

    words: list[str]
    parts: Floats
    likeness: Floats


@dataclass(frozen=True, eq=False)
class Sense:
    """`mean` (dimensions,) and `axes` (dimensions, directions) make a point of a sum of words;
    `points` (phrases, directions) are the list's, each of length 1 or 0."""

    words: Words
    mean: Floats
    axes: Floats
    points: Singles

    @classmethod
    def learn(cls, words: Words, phrases: Sequence[str]) -> Sense | None:
        """Of a list's phrases; None where they do not differ enough to tell directions by."""
        found = summed(words, map(words_listed, phrases))
        if len(phrases) < _FEWEST or not found.any():
            return None
        mean = found.mean(axis=0)
        centred = found - mean
        variances, axes = np.linalg.eigh(centred.T @ centred / len(phrases))
        variances, axes = variances[::-1], axes[:, ::-1]
        kept = min(DIRECTIONS, int((variances > _NONE * variances[0]).sum()))
        if variances[0] <= _NONE or kept == 0:
            return None
        scaled = axes[:, :kept] / (variances[:kept] + _LEAST * variances[0]) ** 0.25
        points = centred @ scaled
        # A phrase of no words has no point.
        points[~found.any(axis=1)] = 0
        lengths = np.maximum(np.sqrt((points**2).sum(axis=1, keepdims=True)), _NONE)
        return cls(words, mean, scaled, (points / lengths).astype(np.float32))

    def read(self, text: str) -> Asked | None:
        """A text that is asked about; None where it has no word with a point."""
        words = words_asked(text)
        if not words:
            return None
        known = {word: self.words.of(word) for word in dict.fromkeys(words)}
        given = np.array([known[word] for word in words])
        length = float(np.sqrt((given.sum(axis=0) ** 2).sum()))
        if length == 0:
            return None
        parts = (given / length - self.mean / len(words)) @ self.axes
        length = float(np.sqrt((parts.sum(axis=0) ** 2).sum()))
        if length < _NONE:
            return None
        parts /= length
        found = self.points @ parts.sum(axis=0).astype(np.float32)
        return Asked(words, parts, np.clip(found.astype(np.float64), 0, 1))

    def alike(self, chosen: Integers) -> Floats:
        """(n, n): the chosen phrases' likenesses to each other."""
        points = self.points[chosen].astype(np.float64)
        return np.clip(points @ points.T, 0, 1)

    def by_word(self, asked: Asked, gives: Floats) -> Floats:
        """What each of the text's words gives of `gives`, a sum for each phrase that is parted by
        the words' parts of its likeness; the words' sum is that of `gives`."""
        at = np.flatnonzero((gives != 0) & (asked.likeness > 0))
        weights = gives[at] / asked.likeness[at]
        return np.asarray(asked.parts @ (weights @ self.points[at].astype(np.float64)))
