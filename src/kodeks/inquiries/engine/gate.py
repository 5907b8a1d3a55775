# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The gate that keeps what is out of scope from being given a label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

OF_WORDS, OF_BOTH = 2, 5
ACCEPTED_OUTSIDE = 0.05
"""How much of what is out of scope may be let in."""
LEAST_OUTSIDE = 10
"""Examples out of scope without which nothing is learned of them."""


@dataclass(frozen=True)
class Gate:
    """Says whether a text is in scope: signs @ weights >= threshold.

    The signs are the best margin and the outside score of the words (see `TriageModel`), and, in a
    model that knows meanings, its three signs of familiarity (see `Meaning`). A weight is 0 where
    there was too little to learn it from.
    """

    weights: tuple[float, ...]
    threshold: float

    def values(self, signs: Floats) -> Floats:
        """(n,) for signs (n, 2 or 5); each row by itself, so that no other row rounds it."""
        return np.asarray((signs * np.array(self.weights)).sum(axis=-1))

    def lets_in(self, signs: Floats) -> NDArray[np.bool_]:
        """(n,): whether each text with these signs (n, 2 or 5) is in scope."""
        return self.values(signs) >= self.threshold
