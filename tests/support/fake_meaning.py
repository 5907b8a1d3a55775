# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An embedding of a few themes: words about one thing lie close, whatever letters they have."""

from collections.abc import Sequence

import numpy as np

THEMES = (
    "skraldespand affald tømning genbrug container storskrald pose renovation dagrenovation",
    "hul asfalt fortov vejen kantsten belægning skilt kørebane brosten",
    "bog lån bibliotek reservation bøde aflevering læsesal roman tidsskrift",
    "pizza vejrudsigt fodbold opskrift horoskop film biograf dragefrugt",
)
_SPREAD = 4


class FakeMeaning:
    """Counts a text's words by theme; the rest of the dimensions are a little noise of its own."""

    name = "fake-1"

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self._point(text) for text in texts])

    def has_word(self, word: str) -> bool:
        return any(word in theme.split() for theme in THEMES)

    def _point(self, text: str) -> np.ndarray:
        words = [word.strip(".,?!") for word in text.lower().split()]
        counts = [sum(word in theme.split() for word in words) for theme in THEMES]
        noise = np.random.default_rng(sum(map(ord, text))).normal(0, 0.2, _SPREAD)
        point = np.array([*counts, *noise, 0.5])
        return point / np.linalg.norm(point)
