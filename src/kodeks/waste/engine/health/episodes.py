# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Faults as intervals with a kind and a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kodeks.waste.engine.health.readings import Booleans, Ints

STUCK, DRIFT, TILT, BLOCKED, BRIDGE = "stuck", "drift", "tilt", "blocked", "bridge"
LIQUID, DROPOUT, REJOIN, THERMAL = "liquid", "drop-out", "re-join", "thermal"
KINDS = (STUCK, DRIFT, TILT, BLOCKED, BRIDGE, LIQUID, DROPOUT, REJOIN, THERMAL)


@dataclass(frozen=True)
class Episode:
    """A fault of one of KINDS from the first reading it touches until the first after it (epoch s;
    None while it lasts). The level is unknown in it, and never empty for its sake."""

    kind: str
    begin: int
    end: int | None
    reason: str

    def covers(self, time: Ints) -> Booleans:
        """Which of the times (n,) lie in it."""
        inside: Booleans = time >= self.begin
        return inside if self.end is None else inside & (time < self.end)


def between(kind: str, time: Ints, first: int, after: int, reason: str) -> Episode:
    """From reading `first` until reading `after`, which may be one past the last."""
    end = int(time[after]) if after < time.size else None
    return Episode(kind, int(time[first]), end, reason)


def runs(held: Booleans) -> list[tuple[int, int]]:
    """The stretches of True in (n,): first place, and the place after the last."""
    edges = np.flatnonzero(np.diff(held.astype(np.int8), prepend=0, append=0))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def joined(episodes: Sequence[Episode], *, within: float) -> list[Episode]:
    """Episodes of one kind that are at most so many seconds apart are one."""
    found: list[Episode] = []
    for one in sorted(episodes, key=lambda each: (each.kind, each.begin)):
        last = found[-1] if found else None
        if last is None or last.kind != one.kind:
            found.append(one)
        elif last.end is None or one.begin - last.end <= within:
            open_ = last.end is None or one.end is None
            end = None if open_ else max(last.end or 0, one.end or 0)
            found[-1] = replace(last, end=end)
        else:
            found.append(one)
    return sorted(found, key=lambda each: each.begin)


def hours(seconds: float) -> str:
    """Danish: »3 timer« or »2 døgn«."""
    count = round(seconds / 3600)
    if count >= 48:
        return f"{round(count / 24)} døgn"
    return "1 time" if count == 1 else f"{count} timer"
