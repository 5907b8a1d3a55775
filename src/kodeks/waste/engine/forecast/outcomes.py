# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What became of each day: when the bin was full, or until when nobody can know."""

from __future__ import annotations

import numpy as np

from kodeks.waste.engine.forecast.history import Floats, Integers
from kodeks.waste.engine.forecast.slots import Slots

HORIZON, WEEK = 14, 7
"""Days ahead that are looked at, and that are answered."""


def outcomes(slots: Slots, horizon: int = HORIZON) -> tuple[Integers, Integers]:
    """(B, D) twice. First in how many days it was full, 0 when that was not seen. Then until when
    it was seen: not full on the days before that one. An emptying ends what is seen, as does the
    end of the readings; so does a day that is unknown for good. 1 is the next day.
    """
    bins, days = slots.level.shape
    filled, until = np.zeros((bins, days), np.int64), np.zeros((bins, days), np.int64)
    full, gone = ~np.isnan(slots.reached), slots.emptied
    told = ~np.isnan(slots.level)
    for day in range(days):
        going = np.ones(bins, bool)
        sure = np.ones(bins, np.int64)
        for ahead in range(1, horizon + 1):
            if day + ahead >= days:
                break
            then = day + ahead
            now = going & full[:, then]
            filled[now, day] = ahead
            going &= ~now & ~gone[:, then]
            # A day without a reading is known only once a later one shows that it was not full.
            seen = going & told[:, then]
            sure[seen] = ahead + 1
            if not going.any():
                break
        until[:, day] = np.where(filled[:, day] > 0, filled[:, day], sure)
    return filled, until


def exposure(
    slots: Slots, outcome: tuple[Integers, Integers], bins: Integers, days: Integers, step: int
) -> Floats:
    """(n,): how much of the day `step` days later was seen, of bins not full or emptied before it.

    1 where the day ended or the bin got full; where it was emptied first, the share until then: to
    leave these out would take visits for filling, as only those not emptied could be counted.
    """
    filled, until = outcome[0][bins, days], outcome[1][bins, days]
    whole = ((filled == 0) & (until > step)) | (filled >= step)
    then = np.minimum(days + step, slots.days - 1)
    cut = (filled == 0) & (until == step) & (days + step < slots.days)
    part = np.where(cut & slots.emptied[bins, then], slots.watched[bins, then], 0.0)
    return np.where(whole, 1.0, part)


def hours_into(slots: Slots) -> Floats:
    """(24,): how likely it is that a day's first full reading comes in each of its hours.

    A sensor that speaks once a day, just when forecasts are made, has all of it in the last.
    """
    hours = np.ceil(slots.reached[~np.isnan(slots.reached)]).astype(int) - 1
    counts = np.bincount(np.clip(hours, 0, 23), minlength=24).astype(np.float64)
    return counts / counts.sum() if counts.sum() else np.full(24, 1 / 24)
