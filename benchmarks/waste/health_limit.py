# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How much there is to find: a learned reference that knows the town our bins are invented by.

    PYTHONPATH=. python benchmarks/waste/health_limit.py [--train 2001 2014] [--test 501 512]
        [--clean 400]

Gradient boosting (scikit-learn) learns from other bins of tests/support/sensor_town.py, of which it
is told everything, which stretches lie in a fault: stretches between two steps, windows of half a
day and of two days, and windows of nine days for what creeps. It sees levels, steps, hours, floors,
temperature, tilt, lost messages and what the bin does otherwise. Its limit is set on `clean` more
working bins, so that at most .004 of them have a stretch above it; the count of finds is that of
health.py. A re-join is told by its session and not counted.

No rule of ours is made of it. What it finds is there to be found; what it misses may be there all
the same, as it has to learn from some forty faults of a kind what the rules are told.
"""

from __future__ import annotations

import argparse
from bisect import bisect_right
from collections import Counter

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from tests.support.sensor_town import DAY, KINDS, START, Bin, Town, bins, clean

from kodeks.waste.engine.health.emptyings import falls
from kodeks.waste.engine.health.ground import ground

Floats = NDArray[np.float64]
AROUND, WANTED, HOUR = 6 * 3600, 0.004, 3600
TYPES = ("stretch", "half a day", "two days", "nine days")
LENGTHS, FLOORS = (DAY // 2, 2 * DAY, 9 * DAY), 9


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=int, nargs=2, default=(2001, 2014))
    parser.add_argument("--test", type=int, nargs=2, default=(501, 512))
    parser.add_argument("--clean", type=int, default=400)
    options = parser.parse_args()
    learned = _learned([_rows(bin) for bin in _bins(options.train)])
    rng = np.random.default_rng(9)
    working = [clean(rng) for _ in range(options.clean)]
    highest = np.sort([float(_scores(learned, _rows(bin))[2].max()) for bin in working])
    limit = float(highest[highest.size - 1 - int(WANTED * highest.size)])
    counted, found, alarmed, sensors = Counter[str](), Counter[str](), 0, 0
    missed: list[str] = []
    for bin in _bins(options.test):
        if bin.kind == "re-join":
            continue
        begins, ends, scores = _scores(learned, _rows(bin))
        told = scores > limit
        if not bin.kind:
            sensors += 1
            alarmed += bool(told.any())
        elif bin.matters:
            margin = max(2 * float(np.median(np.diff(bin.series.time))), AROUND)
            over = told & (begins < bin.end + margin) & (ends > bin.begin - margin)
            counted[bin.kind] += 1
            found[bin.kind] += bool(over.any())
            missed += [] if over.any() else [f"{bin.kind}, {bin.form}"]
    print("| fault | counted | found |\n|---|---|---|")
    for kind in KINDS:
        if counted[kind]:
            print(f"| {kind} | {counted[kind]} | {found[kind] / counted[kind]:.3f} |")
    total = sum(counted.values())
    print(f"| all of these | {total} | {sum(found.values()) / total:.4f} |")
    share = alarmed / sensors
    print(f"\nFalse alarms: {alarmed} of {sensors} sensors, {share:.4f}; limit {limit:.3f}.")
    print("Missed: " + ", ".join(f"{n} {name}" for name, n in Counter(missed).most_common()))


def _bins(seeds: tuple[int, int]) -> list[Bin]:
    return [bin for seed in range(seeds[0], seeds[1] + 1) for bin in bins(seed, 60, Town())]


def _learned(
    made: list[tuple[Floats, Floats]],
) -> list[HistGradientBoostingClassifier]:
    every = np.concatenate([rows for rows, _ in made])
    labels = np.concatenate([label for _, label in made])
    models = []
    for place in range(len(TYPES)):
        mine = (every[:, 0] == place) & np.isfinite(labels)
        seen = slice(3, None if place == len(TYPES) - 1 else -FLOORS)
        model = HistGradientBoostingClassifier(
            max_iter=250, learning_rate=0.07, min_samples_leaf=15, l2_regularization=1.0
        )
        models.append(model.fit(every[mine, seen], labels[mine]))
    return models


def _scores(
    models: list[HistGradientBoostingClassifier], made: tuple[Floats, Floats]
) -> tuple[Floats, Floats, Floats]:
    """Begins, ends and log odds of a bin's rows."""
    rows = made[0]
    odds = np.full(len(rows), -20.0)
    for place, model in enumerate(models):
        mine = rows[:, 0] == place
        if mine.any():
            seen = slice(3, None if place == len(TYPES) - 1 else -FLOORS)
            odds[mine] = model.decision_function(rows[mine, seen])
    return rows[:, 1], rows[:, 2], odds


def _rows(bin: Bin) -> tuple[Floats, Floats]:
    """(r, 3 + f) type, begin, end and signs of a bin's stretches; (r,) whether a fault holds in
    them, NaN where it holds in a part."""
    look = _Look(bin)
    spans = [(0, one, two) for one, two in look.stretches()]
    for place, length in enumerate(LENGTHS, 1):
        begins = np.arange(START, START + 28 * DAY - length // 2, length // 2)
        spans += [(place, int(at), int(at) + length) for at in begins]
    rows = np.array([[*span, *look.signs(*span)] for span in spans], dtype=np.float64)
    begin, end = rows[:, 1], rows[:, 2]
    over = np.clip(np.minimum(end, bin.end) - np.maximum(begin, bin.begin), 0, None)
    share = over / np.maximum(end - begin, 1)
    label = np.where(share >= 0.6, 1.0, np.where(share <= 0.0, 0.0, np.nan))
    # A window that holds the whole of a short fault counts as well.
    label[(rows[:, 0] > 0) & (share >= 0.3)] = 1.0
    if bin.kind == "re-join" or not bin.kind:
        label[:] = 0.0
    return rows, label


def _middle(values: Floats) -> float:
    return float(np.partition(values, values.size // 2)[values.size // 2])


class _Look:
    """A bin's series with what is usual for it."""

    def __init__(self, bin: Bin) -> None:
        series = bin.series
        known = np.isfinite(series.level)
        self.all_time, self.failed = series.time, ~known
        self.tilt = series.tilt
        self.time, self.level = series.time[known], series.level[known]
        self.warm = series.temperature[known]
        self.ground = ground(self.time, self.level)
        self.grown = self.ground.grown(self.time)
        self.down = falls(self.time, self.level, self.grown, self.ground)
        self.hours = np.array([self.time[one.at] % DAY for one in self.down], dtype=float)
        self.after = np.array([one.after for one in self.down])
        self.places = np.array([one.at for one in self.down], dtype=int)
        level = self.level
        low, high = level.copy(), level.copy()
        low[:-1] = np.minimum(level[:-1], level[1:])
        high[1:] = np.maximum(level[1:], level[:-1])
        for one in self.down:
            high[one.at] = level[one.at]
        self.rise = np.append(0.0, low[1:] - high[:-1])
        self.rest = np.append(0.0, np.diff(level) - np.diff(self.grown))
        day = (self.time - START) // DAY
        self.daily_warm = np.array(
            [np.ptp(self.warm[day == one]) if (day == one).any() else np.nan for one in range(29)]
        )
        self.daily_most = np.array(
            [self.rise[day == one].max() if (day == one).any() else np.nan for one in range(29)]
        )
        self.usual = self._plain(slice(0, level.size))
        self.usually_warm = float(np.nanmedian(self.daily_warm))
        rounds = np.diff(self.time[self.places]) if self.places.size > 1 else np.array([np.nan])
        self.round, self.uneven = float(np.median(rounds)), float(np.std(rounds))
        self.partial = float((self.after > 15.0).mean()) if self.after.size else np.nan
        self.edges: dict[int, list[float]] = {}

    def stretches(self) -> list[tuple[int, int]]:
        """From each step to each of the next two."""
        steep = np.flatnonzero(self.rise > max(8.0, 2.0 * self.ground.noise)).tolist()
        edges = sorted({0, *steep, *self.places.tolist()})
        times = [int(self.time[at]) for at in edges] + [int(self.time[-1]) + 60]
        found = [(times[at], times[at + 1]) for at in range(len(edges))]
        found += [(times[at], times[at + 2]) for at in range(len(edges) - 1)]
        return [(one, two) for one, two in found if two - one > 2 * self.ground.interval]

    def signs(self, place: int, begin: int, end: int) -> list[float]:
        """What there is to see."""
        first, after = np.searchsorted(self.time, (begin, end)).tolist()
        some = slice(first, after)
        base = self.ground
        found = self._plain(some)
        found += [
            base.noise,
            base.daily,
            base.interval,
            (end - begin) / HOUR,
            self._silence(begin, end),
        ]
        found += [begin % DAY / HOUR, end % DAY / HOUR, float((begin // DAY + 3) % 7)]
        inside = (self.all_time >= begin) & (self.all_time < end)
        found += [float(self.failed[inside].mean()) if inside.any() else 1.0]
        found += [float(self.tilt[inside].mean()) if inside.any() else 0.0]
        found += [one - two for one, two in zip(found[:12], self.usual[:12], strict=True)]
        days = slice((begin - START) // DAY, (end - START) // DAY + 1)
        warm = self.daily_warm[days]
        found += [float(np.nanmax(warm)) if np.isfinite(warm).any() else np.nan]
        found += [found[-1] - self.usually_warm]
        found += self._steps(first, after)
        found += self._floors(begin, end) if place == 3 else [np.nan] * FLOORS
        return found

    def _silence(self, begin: int, end: int) -> float:
        inside = self.time[(self.time >= begin - DAY) & (self.time <= end)]
        edges = np.concatenate([inside, [end]])
        return float(np.diff(edges).max()) / self.ground.interval if inside.size else 999.0

    def _plain(self, some: slice) -> list[float]:
        level, grown, rest = self.level[some], self.grown[some], self.rest[some]
        count = level.size
        if count < 3:
            return [np.nan] * 22
        noise = self.ground.noise
        apart = np.abs(np.diff(level))
        size = np.abs(rest)
        turns = np.minimum(size[1:], size[:-1])
        turns[rest[1:] * rest[:-1] >= 0] = 0.0
        warm = self.warm[some]
        order = np.sort(warm)
        hot = warm > order[int(0.7 * count)]
        warm = warm - warm.sum() / count
        free = level - grown
        third = max(count // 3, 1)
        ranks = np.sort(level)
        hotter = int(hot.sum())
        return [
            float(apart.sum()) / noise / count,
            _middle(apart) / noise,
            int((apart == 0).sum()) / count,
            int((apart <= 0.4).sum()) / count,
            int((turns > 2.5 * noise).sum()) / count,
            float(np.sqrt(turns @ turns / count)) / noise,
            int((np.diff(level) < -3.0 * noise).sum()) / count,
            float(np.sqrt(warm @ warm / count)),
            float(warm @ free / max(warm @ warm, 1e-9)),
            float(order[-1] - order[0]),
            float(size @ hot) / max(hotter, 1) / noise,
            float(size @ ~hot) / max(count - hotter, 1) / noise,
            float(ranks[count // 2]),
            float(ranks[count // 10]),
            float(ranks[-1 - count // 10]),
            float(ranks[-1]),
            int((level >= 100).sum()) / count,
            int((level <= 0.5).sum()) / count,
            float(grown[-1] - grown[0]),
            _middle(level[-third:]) - _middle(level[:third]),
            float(self.rise[some].max()),
            float(count),
        ]

    def _edge(self, at: int) -> list[float]:
        """What happens there, beside what happens in the bin on other days and at other times."""
        if at in self.edges:
            return self.edges[at]
        level = self.level
        if not 0 < at < level.size:
            return [np.nan] * 7
        came = float(self.grown[at] - self.grown[at - 1])
        step = float(level[at : at + 2].mean() - level[max(at - 2, 0) : at].mean())
        rise = float(self.rise[at])
        others = np.delete(self.daily_most, int((self.time[at] - START) // DAY))
        far = np.abs(self.hours - float(self.time[at] % DAY))[self.places != at]
        far = np.sort(np.minimum(far, DAY - far))
        found = [step, rise, rise / (came + 0.5), rise - float(np.nanmax(others))]
        found += [rise / (float(np.nanmedian(others)) + 1.0)]
        found += [float((far < HOUR).mean()) if far.size else np.nan]
        found += [float(far[: max(far.size // 5, 1)].mean()) / HOUR if far.size else np.nan]
        self.edges[at] = found
        return found

    def _steps(self, first: int, after: int) -> list[float]:
        """How it begins and ends, beside what else happens in the bin."""
        level, size = self.level, self.level.size
        before = _middle(level[max(first - 3, 0) : first]) if first else np.nan
        behind = _middle(level[after : after + 3]) if after < size else np.nan
        came = float(self.grown[min(after, size - 1)] - self.grown[max(first - 1, 0)])
        at = bisect_right(self.places, first) - 1
        since = float(self.time[min(after, size - 1)] - self.time[self.places[max(at, 0)]])
        return [
            *self._edge(first),
            *self._edge(after),
            before, behind, behind - before, behind - before - came,
            self.round / DAY, self.uneven / DAY, since / max(self.round, 1.0),
            self.partial,
        ]  # fmt: skip

    def _floors(self, begin: int, end: int) -> list[float]:
        when = self.time[self.places] if self.places.size else np.array([])
        inside = (when >= begin) & (when < end)
        floors = self.after[inside]
        if floors.size < 2:
            return [float(floors.size)] + [np.nan] * 8
        at = (when[inside] - begin) / DAY
        slope, level = np.polyfit(at, floors, 1)
        left = np.abs(floors - slope * at - level)
        other = self.after[~inside]
        lengths = np.diff(np.append(self.places, self.level.size))
        zero = np.array(
            [
                (self.level[one : one + many] <= 0.5).argmin() if many else 0
                for one, many in zip(self.places.tolist(), lengths.tolist(), strict=True)
            ]
        )
        return [
            float(floors.size), float(slope), float(np.median(left)), float(np.median(floors)),
            float(floors.min()), float(np.sort(floors)[-3:].mean()),
            float(np.median(other)) if other.size else np.nan,
            float(np.median(floors[-2:])), float(zero[inside][-3:].mean()),
        ]  # fmt: skip


if __name__ == "__main__":
    main()
