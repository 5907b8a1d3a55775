# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Drop-outs: silences long beside the device's own interval."""

from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.health.readings import Levels

INTERVALS = 8.0  # own intervals of silence before it is a drop-out: a few lost messages are none
LEAST = 6 * 3600  # seconds: a shorter silence costs no plan anything


@dataclass(frozen=True)
class Episode:
    """A fault of one kind from ``begin`` to ``end`` (epoch s; None while it lasts)."""

    kind: str
    begin: int
    end: int | None
    reason: str


def dropouts(series: Levels, *, now: int) -> tuple[Episode, ...]:
    """Silences and runs of failed measurements up to ``now``; a device never heard gives none.

    The interval is the median between the messages, failed measurements included.
    """
    gaps = np.diff(series.time)
    gaps = gaps[gaps > 0]
    time = series.time[np.isfinite(series.level)]
    if gaps.size == 0 or time.size == 0:
        return ()
    limit = max(float(LEAST), INTERVALS * float(np.median(gaps)))
    ends = np.append(time[1:], max(now, int(time[-1])))
    found: list[Episode] = []
    for at in np.flatnonzero(ends - time > limit):
        hours = int((ends[at] - time[at]) // 3600)
        reason = f"Der kom ingen brugbar måling i {hours} timer. Niveauet er ukendt."
        open_ = at == time.size - 1
        found.append(Episode("drop-out", int(time[at]), None if open_ else int(ends[at]), reason))
    return tuple(found)
