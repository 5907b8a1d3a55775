# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Yes and no of a reading in one number, as it is stored. A bit never changes its meaning."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from kodeks.waste.engine.health.readings import Floats, Ints
from kodeks.waste.engine.payloads.quantities import ALARMS
from kodeks.waste.engine.payloads.results import Reading

FAILED = 1 << 0
"""It tried to measure and could not, or what it said was refused: the level is unknown."""
AT_LEAST = 1 << 1
BEFORE_EMPTYING = 1 << 2
TILT_KNOWN = 1 << 3
TILT = 1 << 4
UNREAD = 1 << 5
"""Nothing in it could be read; it only says that it came."""
APART = 1 << 6
"""Its temperature is far from its neighbours' (see `neighbours`). A fire is, too."""
LATE = 1 << 7
"""It came after one with a higher counter."""
_ALARM_BITS = {
    "alert": 1 << 16,
    "burning": 1 << 17,
    "distance_alarm": 1 << 18,
    "moved": 1 << 19,
    "temperature_alarm": 1 << 20,
    "vandalized": 1 << 21,
    "lid": 1 << 22,
}
if set(_ALARM_BITS) != set(ALARMS):
    raise AssertionError("each alarm has its bit")


def of(reading: Reading) -> int:
    """The flags of one reading, without those that only its surroundings tell."""
    found = 0
    if reading.failed:
        found |= FAILED
    if reading.at_least:
        found |= AT_LEAST
    if reading.before_emptying:
        found |= BEFORE_EMPTYING
    if reading.tilt is not None:
        found |= TILT_KNOWN | (TILT if reading.tilt else 0)
    for name in reading.alarms:
        found |= _ALARM_BITS[name]
    return found


def tilts(flags: Ints) -> Floats:
    """(n,) of flags (n,): 1 where it says that it is tilted, 0 that it is not, NaN nothing."""
    return np.where(flags & TILT_KNOWN, np.where(flags & TILT, 1.0, 0.0), np.nan)


def alarms(flags: int) -> tuple[str, ...]:
    """The alarms, by the names that readings have them under."""
    return tuple(name for name in ALARMS if flags & _ALARM_BITS[name])


def bits_of(names: Iterable[str]) -> int:
    """The bits of alarms, together."""
    return sum(_ALARM_BITS[name] for name in set(names))
