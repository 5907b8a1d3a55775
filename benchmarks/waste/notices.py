# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Of the notices that no forecast stands behind: how often are an unusual rise and a fire told, and
how often where nothing happened? On invented bins (tests/support/sensor_town.py); Markdown.

    PYTHONPATH=. python benchmarks/waste/notices.py [--seed 801] [--bins 400]

Each bin has 28 days; the last fourteen are looked at, each time with what was known then. In a
third of them somebody throws in 40 to 70 percent at once, in a third it burns: the lid's air warms
by 100 to 600 degrees an hour, and after 300 °C the sensor is silent. Told: at any round of the four
hours after, and which; a fire is looked for each five minutes. The last third is as it was: of it
every reading is looked at after which a limit could be passed.

Chosen on seeds 901 to 903.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import replace

import numpy as np
from tests.support.sensor_town import DAY, HOUR, START, Bin, Series, clean

from kodeks.waste.engine.health.judging import judge
from kodeks.waste.engine.notices.proposing import found_labels
from kodeks.waste.engine.notices.rules import EMPTY, FIRE, INSPECT, LOOK, shipped
from kodeks.waste.engine.notices.situation import Situation

RULES = shipped()
FIRST, LAST = START + 14 * DAY, START + 28 * DAY
ROUNDS = tuple(range(1, 5))
HOTTEST = 300.0
NEAR, STEP, WARM = 6 * HOUR, 20.0, 40.0
"""No rise is told where levels of so many seconds differ by less percent, no fire of less °C."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=801)
    parser.add_argument("--bins", type=int, default=400)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    rises, fires, told = Counter[str](), Counter[str](), Counter[str]()
    minutes: list[float] = []
    for number in range(options.bins):
        bin = clean(rng)
        if number % 3 == 0:
            rises.update(_thrown_in(rng, bin))
        elif number % 3 == 1:
            labels, waited = _burnt(rng, bin)
            fires.update(labels)
            minutes += waited
        else:
            told.update(_nothing(bin))
    print("| | bins | told as it is | full | its sensor, after a day |\n|---|---|---|---|---|")
    print(f"| thrown in | {_row(rises, LOOK)} |")
    print(f"| fire | {_row(fires, FIRE)} |")
    print(f"\nMinutes until a fire is told, median: {np.median(minutes):.0f}.")
    days = 14 * told["bins"]
    print(f"Where nothing happened, of {days} bin-days: {told[LOOK]} rises, {told[FIRE]} fires.")


def _row(counted: Counter[str], label: str) -> str:
    shares = (counted[one] / max(counted["bins"], 1) for one in (label, EMPTY, INSPECT))
    return " | ".join([str(counted["bins"]), *(f"{one:.3f}" for one in shares)])


def _thrown_in(rng: np.random.Generator, bin: Bin) -> Counter[str]:
    series = bin.series
    at, much = rng.uniform(FIRST, LAST - 2 * DAY), rng.uniform(40, 70)
    if np.interp(at, series.time, series.level) + much > 100:
        return Counter()
    later = bin.emptied[bin.emptied > at]
    until = later[0] if later.size else LAST
    inside = (series.time >= at) & (series.time < until)
    full = replace(
        series, level=np.where(inside, np.minimum(series.level + much, 100), series.level)
    )
    labels = set[str]().union(*(_told(full, int(at + hour * HOUR)) for hour in ROUNDS))
    labels |= _told(full, int(at + DAY + 2 * HOUR)) & {INSPECT}
    return Counter({"bins": 1, **dict.fromkeys(labels, 1)})


def _burnt(rng: np.random.Generator, bin: Bin) -> tuple[Counter[str], list[float]]:
    series = bin.series
    assert series.temperature is not None
    at, rate = rng.uniform(FIRST, LAST - 2 * DAY), rng.uniform(100, 600) / HOUR
    warmer = series.temperature + rate * np.maximum(series.time - at, 0)
    over = np.flatnonzero(warmer > HOTTEST)
    kept = slice(None, int(over[0]) if over.size else None)
    hot = _cut(replace(series, temperature=np.round(warmer, 1)), kept)
    for minute in range(5, 60 * ROUNDS[-1] + 1, 5):
        if FIRE in _told(hot, int(at + 60 * minute)):
            return Counter({"bins": 1, FIRE: 1}), [float(minute)]
    labels = _told(hot, int(at + DAY + 2 * HOUR)) & {INSPECT}
    return Counter({"bins": 1, **dict.fromkeys(labels, 1)}), []


def _nothing(bin: Bin) -> Counter[str]:
    series = bin.series
    found, standing = Counter[str]({"bins": 1}), frozenset[str]()
    before = np.searchsorted(series.time, series.time - NEAR)
    for place in np.flatnonzero(series.time >= FIRST).tolist():
        lately = series.level[before[place] : place + 1]
        warm = series.temperature is not None and series.temperature[place] >= WARM
        if not standing and not warm and np.ptp(lately) < STEP:
            continue
        labels = _told(series, int(series.time[place])) & {LOOK, FIRE}
        # One that stands is one, as in the rounds.
        found.update(labels - standing)
        standing = labels
    return found


def _told(series: Series, now: int) -> frozenset[str]:
    known = _cut(series, slice(None, int(np.searchsorted(series.time, now, side="right"))))
    health = judge(known, now=now)
    return found_labels(RULES, Situation.of(known, health, now=now, since=START), None)


def _cut(series: Series, part: slice) -> Series:
    columns = {name: value[part] for name, value in vars(series).items() if value is not None}
    return Series(**columns)


if __name__ == "__main__":
    main()
