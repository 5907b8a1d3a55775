# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Moments of the world as seconds on the clock at home, which weekdays and hours go by, and back.

The engines count in these. In the hour that comes twice in October the later readings are moved
behind the earlier ones, as a series runs forwards.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import numpy as np

from kodeks.waste.cells import HOME
from kodeks.waste.engine.health.readings import Ints

_EPOCH = dt.datetime(1970, 1, 1)


def seconds(at: dt.datetime) -> int:
    """Of an aware moment."""
    return int((at.astimezone(HOME).replace(tzinfo=None) - _EPOCH).total_seconds())


def moment(at: int) -> dt.datetime:
    """The other way: aware; in the hour that comes twice the first of the two."""
    return (_EPOCH + dt.timedelta(seconds=at)).replace(tzinfo=HOME)


def many(epoch: Ints) -> Ints:
    """Of (n,) seconds since 1970 in UTC, sorted: on the clock at home, never running backwards."""
    if not epoch.size:
        return epoch
    hours, place = np.unique(epoch // 3_600, return_inverse=True)
    offsets = [_offset(hour) for hour in hours.tolist()]
    found: Ints = epoch + np.array(offsets, dtype=np.int64)[place]
    return np.maximum.accumulate(found)


@lru_cache(maxsize=100_000)
def _offset(hour: int) -> int:
    """Seconds that the clock at home is ahead in an hour since 1970; all bins share their hours."""
    ahead = dt.datetime.fromtimestamp(hour * 3_600, HOME).utcoffset() or dt.timedelta()
    return int(ahead.total_seconds())
