# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What each kind of sensor did in operation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.health.judging import Health
from kodeks.waste.engine.health.loss import loss
from kodeks.waste.engine.health.readings import Series


@dataclass(frozen=True)
class Lesson:
    """Of one kind of sensor: bins; days heard, all bins together; messages kept and lost in gaps of
    the counters; faults by kind; emptyings seen; share of the time with an unknown level; battery
    in percent, the median bin's last, and what it loses in a year. None where no bin tells it."""

    sensor: str
    bins: int
    days: float
    kept: int
    lost: int
    faults: Mapping[str, int]
    emptyings: int
    unknown: float
    battery: float | None
    yearly: float | None

    @property
    def share_lost(self) -> float | None:
        """Of the messages sent; None where no counter was told."""
        return self.lost / (self.kept + self.lost) if self.kept + self.lost else None

    @property
    def faults_a_year(self) -> float:
        """For one bin."""
        return sum(self.faults.values()) / self.days * 365.0 if self.days else 0.0


def lessons(told: Iterable[tuple[str, Series, Health]]) -> tuple[Lesson, ...]:
    """Of (kind of sensor, series, what was judged of it), each bin once; by kind."""
    by_kind: dict[str, list[tuple[Series, Health]]] = {}
    for sensor, series, health in told:
        by_kind.setdefault(sensor, []).append((series, health))
    return tuple(_lesson(sensor, by_kind[sensor]) for sensor in sorted(by_kind))


def _lesson(sensor: str, those: list[tuple[Series, Health]]) -> Lesson:
    seconds = unknown = 0.0
    kept = lost = 0
    last, yearly = [], []
    for series, health in those:
        if series.time.size:
            seconds += float(series.time[-1] - series.time[0])
            unknown += _unknown(series, health)
        if series.session is not None and series.counter is not None:
            found = loss(session=series.session, counter=series.counter)
            kept, lost = kept + found.kept, lost + found.lost
        if series.battery is not None and np.isfinite(series.battery).any():
            told = np.isfinite(series.battery)
            last.append(float(series.battery[told][-1]))
            yearly.append(_yearly(series.time[told], series.battery[told]))
    return Lesson(
        sensor=sensor,
        bins=len(those),
        days=seconds / 86_400,
        kept=kept,
        lost=lost,
        faults=dict(Counter(one.kind for _, health in those for one in health.faults)),
        emptyings=sum(len(health.emptyings) for _, health in those),
        unknown=unknown / seconds if seconds else 0.0,
        battery=float(np.median(last)) if last else None,
        yearly=float(np.median(yearly)) if yearly else None,
    )


def _unknown(series: Series, health: Health) -> float:
    """Seconds inside faults, each once, from the first reading to the last."""
    begin, end = int(series.time[0]), int(series.time[-1])
    edges = sorted(
        (max(one.begin, begin), min(end if one.end is None else one.end, end))
        for one in health.unknown
    )
    total, until = 0, begin
    for first, last in edges:
        total += max(last - max(first, until), 0)
        until = max(until, last)
    return float(total)


def _yearly(time: np.ndarray, battery: np.ndarray) -> float:
    """Percent lost in a year, by the medians of the first and the last third of the readings."""
    third = max(time.size // 3, 1)
    apart = float(np.median(time[-third:]) - np.median(time[:third]))
    fell = float(np.median(battery[:third]) - np.median(battery[-third:]))
    return fell / apart * 365.0 * 86_400 if apart > 0 else 0.0
