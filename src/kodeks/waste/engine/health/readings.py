# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The readings of one bin as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kodeks.waste.engine.errors import WasteError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class Series:
    """A bin's readings (n,) at ``time`` (epoch s), in time order; equal times may occur.

    level: percent, NaN where the measurement failed. The others are None where the sensor does not
    tell them: temperature (deg C), tilt (degrees from upright, or 1 for tilted and 0 for not),
    battery (percent), session and counter of the message. Raises WasteError where lengths differ
    or the times are not sorted.
    """

    time: Ints
    level: Floats
    temperature: Floats | None = None
    tilt: Floats | None = None
    battery: Floats | None = None
    session: Ints | None = None
    counter: Ints | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be read as a series."""
        others = (self.temperature, self.tilt, self.battery, self.session, self.counter)
        parts = (self.level, *(one for one in others if one is not None))
        if self.time.ndim != 1 or any(one.shape != self.time.shape for one in parts):
            raise WasteError("Tider og målinger skal have samme længde.")
        if np.any(self.time[1:] < self.time[:-1]):
            raise WasteError("Målingerne skal stå i tidsorden.")
