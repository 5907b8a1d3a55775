# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The readings of one bin as arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kodeks.waste.engine.errors import WasteError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Levels:
    """Levels of a bin in percent 0-100 (n,), NaN where unknown, at ``time`` (n,) in epoch s.

    Raises WasteError where the lengths differ or the times are not sorted.
    """

    time: Ints
    level: Floats

    def __post_init__(self) -> None:
        """Refuse what cannot be read as a series."""
        if self.time.ndim != 1 or self.time.shape != self.level.shape:
            raise WasteError("Tider og niveauer skal have samme længde.")
        if np.any(self.time[1:] < self.time[:-1]):
            raise WasteError("Målingerne skal stå i tidsorden.")
