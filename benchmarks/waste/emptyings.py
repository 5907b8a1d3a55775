# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""F1 of the emptyings on simulated bins, beside a plain fall of over 20 percent.

Seeds 1-20 are for tuning, 101-120 for the figures. Run: python benchmarks/waste/emptyings.py
"""

import argparse

import numpy as np

from kodeks.waste.engine.health.emptyings import emptyings
from kodeks.waste.engine.health.readings import Ints, Levels

BINS, DAYS = 20, 28
WEEKDAY = np.array([0.01, 0.56, 0.94, 1.56, 1.59, 1.15])  # the guide's hour profile, 4-h blocks


def simulated(rng: np.random.Generator) -> tuple[Levels, Ints]:
    """A bin's levels and its true emptyings (epoch s); one in eight is emptied in part."""
    every = int(rng.choice([900, 1800, 3600, 7200, 14400]))
    time = np.arange(0, DAYS * 86400, every, dtype=np.int64) + int(rng.integers(0, every))
    daily = 38.0 * np.exp(rng.normal(0, 0.6))
    rate = daily * WEEKDAY[(time % 86400) // 14400] / WEEKDAY.mean() * every / 86400
    grown = rate * rng.gamma(0.5, 2.0, time.size)
    level, now, true, target = np.zeros(time.size), 0.0, [], rng.uniform(50, 95)
    for at in range(time.size):
        if now > target and 6 <= time[at] % 86400 // 3600 < 14:
            now = now * 0.4 if rng.random() < 0.125 else rng.uniform(0, 6)
            target = rng.uniform(50, 95)
            true.append(int(time[at]))
        now = min(100.0, now + grown[at])
        level[at] = now
    level = np.clip(level + rng.normal(0, rng.uniform(1, 5), time.size), 0, 100)
    level[rng.random(time.size) < 0.03] = np.nan
    return Levels(time, level), np.array(true, dtype=np.int64)


def plain(series: Levels) -> list[tuple[int, int]]:
    """The baseline: any fall of over 20 percent between two known readings."""
    known = np.isfinite(series.level)
    time, level = series.time[known], series.level[known]
    return [(int(time[at]), int(time[at + 1])) for at in np.flatnonzero(np.diff(level) < -20)]


def matched(found: list[tuple[int, int]], true: Ints) -> int:
    """How many true emptyings lie in an interval found; each interval counts once."""
    return sum(bool(np.any((true > begin) & (true <= end))) for begin, end in found)


def main() -> None:
    """Print both detectors' figures over the seeds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, nargs=2, default=(101, 120))
    first, last = parser.parse_args().seeds
    sums = {"own": np.zeros(2, dtype=int), "plain": np.zeros(2, dtype=int)}
    total = 0
    for seed in range(first, last + 1):
        rng = np.random.default_rng(seed)
        for _ in range(BINS):
            series, true = simulated(rng)
            total += true.size
            own = [(one.last_full, one.first_empty) for one in emptyings(series)]
            for name, found in (("own", own), ("plain", plain(series))):
                sums[name] += (matched(found, true), len(found))
    for name, (hits, found) in sums.items():
        f1 = 2 * hits / (found + total)
        print(f"{name}: true {total}, found {found}, right {hits}, F1 {f1:.4f}")


if __name__ == "__main__":
    main()
