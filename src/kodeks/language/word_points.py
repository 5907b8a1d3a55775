# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Single words as points, read from the table that multilingual-e5-small begins with.

A word's pieces each have a row in the table; its point is the sum of the rows (each of length 1)
times how rare a piece is, by the model's own count (-ln of its likelihood). No network is run, so
it takes a thousandth of the time of `embeddings`, and a text is the plain sum of its words: what
each word gives to any likeness is known exactly. It knows less than the network does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kodeks.language import e5

Floats = NDArray[np.float64]


class Words(Protocol):
    """What gives a word a point; `name` changes whenever the points do."""

    @property
    def name(self) -> str: ...
    def of(self, word: str) -> Floats: ...


class WordPoints:
    """The table of the network's first layer, with its own pieces of words."""

    def __init__(self, weights: e5.Weights, *, name: str) -> None:
        self._tokens = e5.Tokens(weights)
        self._rarity = -np.array(weights.scores, dtype=np.float64)
        self._rows = weights.packed("emb.word", weights.shape.width)
        self._name = name

    @property
    def name(self) -> str:
        """How it is computed, and the weights' digest."""
        return self._name

    def of(self, word: str) -> Floats:
        """(384,) for a lower-case word; of no length when it has no piece."""
        pieces = self._tokens.of(word)
        rows = e5.unpacked(self._rows[pieces]).astype(np.float64)
        lengths = np.maximum(np.sqrt((rows**2).sum(axis=1)), np.finfo(float).tiny)
        return np.asarray((rows * (self._rarity[pieces] / lengths)[:, None]).sum(axis=0))


def summed(words: Words, texts: Iterable[Iterable[str]]) -> Floats:
    """(texts, dimensions): each text's words added up, and the sum of length 1; 0 for a text of no
    words."""
    known: dict[str, Floats] = {}
    found = []
    for text in texts:
        total = np.zeros(1)
        for word in text:
            if word not in known:
                known[word] = words.of(word)
            total = total + known[word]
        found.append(total / max(float(np.sqrt((total**2).sum())), np.finfo(float).tiny))
    width = max((len(one) for one in found), default=1)
    return np.array([np.broadcast_to(one, width) for one in found]).reshape(len(found), width)
