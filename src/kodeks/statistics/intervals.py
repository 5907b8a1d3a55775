# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Intervals that are computed, not drawn."""

from __future__ import annotations

import math
from statistics import NormalDist

from kodeks.statistics.inputs import MeasureError, a_share


def wilson(*, hits: int, count: int, level: float = 0.95) -> tuple[float, float]:
    """Interval of the share `hits` / `count` (Wilson 1927), which holds at 0 and 1 too.

    Raises MeasureError for counts that give no share.
    """
    if not 0 <= hits <= count or count == 0:
        raise MeasureError("En andel skal være af mindst én sag, og højst af dem alle.")
    z = NormalDist().inv_cdf(0.5 + a_share(level, what="Sikkerheden") / 2)
    share = hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    reach = (
        z
        / (1 + z * z / count)
        * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    )
    # Rounding must not leave the share outside its own interval.
    return max(0.0, min(share, middle - reach)), min(1.0, max(share, middle + reach))
