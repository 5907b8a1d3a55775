# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How emptyings and faults are told on invented bins of which everything is known; Markdown.

    PYTHONPATH=. python benchmarks/waste/health.py [--seeds 781 820] [--robust]

Each seed is 60 bins of 28 days (tests/support/sensor_town.py): 24 whose sensor works, 36 with one
fault each. Rules were made on seeds 1-40, 201-240, 101-180 and 501-556, the table of weights was
learned from 1001-1460; 241-280, 401-440, 601-640 and 701-780 gave the figures of earlier rules,
781-820 those of today's.

*Emptyings*: one that took 15 pp or more, with two readings after it, counts. Found: an interval
(last full, first empty) holds its moment; each interval finds one. Wrong: an interval without any
emptying. While a fault holds nobody can see one: those that fall together into the same silence or
hidden stretch are one, and they stand in a row of their own. Beside it the plain rule: a fall of
more than 20 pp between two readings.

*Faults*: one counts that lasted six hours, and made a seventh of its levels wrong by 13 pp or more
(or left six hours without a level, or has the sensor say that it leans, or is a re-join); a drift,
which only emptyings show, was met by three of them while it was 10 pp or more. Found: an episode of
any kind overlaps it, within two readings or six hours at its ends, as it is the level's being
unknown that matters; named: one of the same kind does. Found is told over the whole series, as it
is judged when all of it is there.

*Not to be seen*: of the faults that count those in which every reading says 100 as those before it
did, so that no level differs from a full bin's until it ends. They stay in the count; recall
without them stands beside.

*Precision*: of the episodes told in all bins, those that overlap a fault, whether it counts or not.
*False alarms*: sensors without a fault of which any episode is told in 28 days, by sensors, as in
MdAhbab/WasteBins a channel of a clean fleet whose status is not »ok«; and by bin-days.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from tests.support.sensor_town import DAY, KINDS, START, Bin, Town, bins

from kodeks.waste.engine.health.episodes import Episode
from kodeks.waste.engine.health.judging import UNKNOWN, Health, judge
from kodeks.waste.engine.health.readings import Series

COUNT, LEAST, PLAIN, AROUND = 60, 15.0, 20.0, 6 * 3600
FULL = 97.0
GRID = 900
"""Seconds: the town's own steps; an emptying is seen by readings from its step on."""
ROBUST = (
    ("noise 1.5 pp", Town(noise=1.5)),
    ("noise 3 pp", Town(noise=3.0)),
    ("noise 5 pp", Town(noise=5.0)),
    ("every 15 minutes", Town(interval=900)),
    ("every hour", Town(interval=3600)),
    ("every 4 hours", Town(interval=14_400)),
    ("every 6 hours", Town(interval=21_600)),
    ("5 % a day", Town(rate=5.0)),
    ("40 % a day", Town(rate=40.0)),
    ("150 % a day", Town(rate=150.0)),
)


@dataclass
class Sums:
    """What was counted."""

    own: list[int] = field(default_factory=lambda: [0, 0, 0])
    plain: list[int] = field(default_factory=lambda: [0, 0, 0])
    hidden: list[int] = field(default_factory=lambda: [0, 0, 0])
    counted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    unseen: Counter[str] = field(default_factory=Counter)
    unseen_found: int = 0
    episodes: int = 0
    right: int = 0
    clean: int = 0
    alarmed: int = 0
    days: float = 0.0
    cpu: float = 0.0

    def recall(self, of: Counter[str]) -> float:
        """Of the faults that count."""
        return sum(of.values()) / max(sum(self.counted.values()), 1)

    @property
    def precision(self) -> float:
        """Of the episodes told."""
        return self.right / max(self.episodes, 1)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs=2, default=(781, 820))
    parser.add_argument("--robust", action="store_true")
    options = parser.parse_args()
    seeds = range(options.seeds[0], options.seeds[1] + 1)
    if options.robust:
        print("| | F1 own | F1 plain | recall | named | precision | false alarms by sensor |")
        print("|---|---|---|---|---|---|---|")
        for name, town in ROBUST:
            one = counted(seeds, town)
            cells = (_f1(one.own), _f1(one.plain), one.recall(one.found), one.recall(one.named))
            told = " | ".join(f"{cell:.3f}" for cell in (*cells, one.precision))
            print(f"| {name} | {told} | {one.alarmed} of {one.clean} |", flush=True)
        return
    one = counted(seeds, Town())
    print("| emptyings | right | wrong | missed | F1 |\n|---|---|---|---|---|")
    for name, row in (
        ("kodeks, in view", one.own),
        ("a fall of 20 pp, in view", one.plain),
        ("kodeks, while a fault holds", one.hidden),
    ):
        print(f"| {name} | {row[0]} | {row[1]} | {row[2]} | {_f1(row):.4f} |")
    print("\n| fault | counted | found | named |\n|---|---|---|---|")
    for kind in KINDS:
        count = max(one.counted[kind], 1)
        shares = f"{one.found[kind] / count:.3f} | {one.named[kind] / count:.3f}"
        print(f"| {kind} | {one.counted[kind]} | {shares} |")
    all_of_them = f"{one.recall(one.found):.4f} | {one.recall(one.named):.4f}"
    print(f"| all | {sum(one.counted.values())} | {all_of_them} |")
    unseen, many = sum(one.unseen.values()), sum(one.counted.values())
    rest = (sum(one.found.values()) - one.unseen_found) / max(many - unseen, 1)
    kinds = ", ".join(f"{kind} {count}" for kind, count in one.unseen.most_common()) or "none"
    print(f"\nNot to be seen: {unseen} ({kinds}), of which {one.unseen_found} were found; ", end="")
    print(f"recall without them {rest:.4f}.")
    print(f"\nPrecision {one.precision:.4f} of {one.episodes} episodes. ", end="")
    share, by_day = one.alarmed / one.clean, one.alarmed / one.clean / 28
    print(f"False alarms: {one.alarmed} of {one.clean} sensors, {share:.4f}; ", end="")
    print(f"{by_day:.5f} a bin-day. CPU s for 1,000 bin-days: {1000 * one.cpu / one.days:.2f}")


def counted(seeds: range, town: Town) -> Sums:
    """Over all bins of the seeds."""
    sums = Sums()
    for seed in seeds:
        for bin in bins(seed, COUNT, town):
            start = time.process_time()
            health = judge(bin.series, now=START + town.days * DAY)
            sums.cpu += time.process_time() - start
            sums.days += town.days
            _emptyings(bin, health, sums)
            count_faults(bin, health.faults, sums)
    return sums


def _emptyings(bin: Bin, health: Health, sums: Sums) -> None:
    own = [(one.last_full, one.first_empty) for one in health.emptyings]
    hides = bool(bin.kind) and bin.kind not in ("drift", "thermal", "re-join")
    near = (bin.emptied >= bin.begin - GRID) & (bin.emptied <= bin.end + 2 * _interval(bin.series))
    hidden = near if hides else np.zeros(bin.emptied.size, dtype=bool)
    _score(bin, own, ~hidden, sums.own)
    _score(bin, _plain(bin.series), ~hidden, sums.plain)
    if hidden.any():
        _score(bin, own, hidden, sums.hidden, together=True)


def _score(
    bin: Bin,
    found: list[tuple[int, int]],
    those: np.ndarray,
    into: list[int],
    *,
    together: bool = False,
) -> None:
    known = bin.series.time[np.isfinite(bin.series.level)]
    seen = (bin.emptied > known[0]) & (bin.emptied < known[-2])
    counts = seen & those & (bin.removed >= LEAST)
    used = np.zeros(bin.emptied.size, dtype=bool)
    for begin, end in found:
        inside = (bin.emptied > begin - GRID) & (bin.emptied <= end)
        free = np.flatnonzero(inside & ~used)
        if free.size:
            taken = free if together else free[:1]
            used[taken] = True
            into[0] += bool(counts[taken].any())
        elif not inside.any() and not together:
            hidden_here = bin.kind and bin.begin - AROUND < end and begin < bin.end + AROUND
            into[1] += not hidden_here
    into[2] += int((counts & ~used).sum())


def _plain(series: Series) -> list[tuple[int, int]]:
    known = np.isfinite(series.level)
    time_, level = series.time[known], series.level[known]
    places = np.flatnonzero(np.diff(level) < -PLAIN).tolist()
    return [(int(time_[at]), int(time_[at + 1])) for at in places]


def _interval(series: Series) -> int:
    return int(np.median(np.diff(series.time)))


def count_faults(bin: Bin, faults: Sequence[Episode], sums: Sums) -> None:
    """What was told of one bin."""
    sums.episodes += len(faults)
    if not bin.kind:
        sums.clean += 1
        sums.alarmed += bool(faults)
        return
    margin = max(2 * _interval(bin.series), AROUND)
    over = [
        one
        for one in faults
        if one.begin < bin.end + margin and (one.end is None or one.end > bin.begin - margin)
    ]
    sums.right += len(over)
    if bin.matters:
        kinds = {one.kind for one in over}
        # A re-join leaves levels known, so it is found by its own name only.
        hit = bin.kind in kinds or (bin.kind != "re-join" and bool(kinds & UNKNOWN))
        sums.counted[bin.kind] += 1
        sums.found[bin.kind] += hit
        sums.named[bin.kind] += bin.kind in kinds
        if _unseen(bin):
            sums.unseen[bin.kind] += 1
            sums.unseen_found += hit


def _unseen(bin: Bin) -> bool:
    """It says 100 throughout, as it did before."""
    known = np.isfinite(bin.series.level)
    time_, level = bin.series.time[known], bin.series.level[known]
    during = (time_ >= bin.begin) & (time_ < bin.end)
    before = level[time_ < bin.begin][-3:]
    if not during.any() or bin.kind in ("drop-out", "re-join"):
        return False
    flagged = bin.series.tilt is not None and bin.series.tilt.max() > 0
    return not flagged and bool(level[during].min() >= 100.0 and np.median(before) >= FULL)


def _f1(row: list[int]) -> float:
    return 2 * row[0] / max(2 * row[0] + row[1] + row[2], 1)


if __name__ == "__main__":
    main()
