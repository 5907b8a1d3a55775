# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Moments from which a level means something else: a new calibration, or another sensor.

Levels on the two sides of such a moment are not held against each other: what was a step, a floor
or the usual place before it is none after it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from kodeks.waste.engine.health.episodes import Episode
from kodeks.waste.engine.health.readings import Ints, Series


def parts(time: Ints, calibrated: Sequence[int]) -> Iterator[slice]:
    """Readings at `time` (n,) of one meaning each, in order; one part at least."""
    found = np.searchsorted(time, np.array(sorted(calibrated), dtype=np.int64)).tolist()
    inner = (place for place in dict.fromkeys(found) if 0 < place < time.size)
    for first, after in itertools.pairwise((0, *inner, time.size)):
        yield slice(first, after)


def part_of(series: Series, part: slice) -> Series:
    """Its readings of the part."""
    columns = {name: value for name, value in vars(series).items() if value is not None}
    return replace(series, **{name: value[part] for name, value in columns.items()})


def ended(faults: Sequence[Episode], time: Ints, part: slice) -> list[Episode]:
    """The part's faults; those that lasted at its end, which is not the series', end there."""
    if part.stop >= time.size:
        return list(faults)
    at = int(time[part.stop])
    return [replace(one, end=at) if one.end is None else one for one in faults]
