# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The rules for sensors on a peer's ground, and the peer's on ours; Markdown.

    PYTHONPATH=. python benchmarks/waste/health_peer.py [--seeds 0 39] [--long 0 9]
        [--own 1301 1302] [--peer FOLDER]

MdAhbab/WasteBins publishes how it tests its detector of faults (experiments/eval_sensor_health.py):
a fleet of twenty bins over 140 half hours, which fill on a line and are emptied twice, and nine
faults in three of them, from 45 % of the time on. Fleet and faults are written anew here from that
description, and the faults are put into the level, the only channel all our sensors have: the peer
puts them into a gas sensor, which it knows to be nearly 0.35 times the level beside it. Once as
published (three days), once over 28 days, as a few days of one sensor are little. Our rules see one
bin at a time, its level in percent as the data path keeps it, from 0 to 100, and no other channel.

*Found*: an episode of any kind overlaps the fault (ours), the status at the end is not »ok« (the
peer's own rule). *Wrong*: of the channels told, those without a fault; for the peer all four of a
bin, as it counts, and once more with the two that a level sensor has. *False alarms*: channels told
in fleets without a fault. A message that does not come is not in our series; the peer sees NaN. For
bursts of lost messages the share that counters tell stands beside.

With `--peer`, a folder with a copy of that repository, its detector runs on the same fleets, and on
`own` seeds of tests/support/sensor_town.py with all sensors speaking each half hour (it needs one
clock for all): sixty bins of 28 days a seed, level and temperature, window and stride as it has
them, counted as benchmarks/waste/health.py counts. Its episodes are the times in which the status
of the level is not »ok«. As it takes each lost message for a fault, it is also given the same
series with the last reading in the place of up to four lost ones. Nothing of it is shipped here.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from health import Sums, count_faults
from numpy.typing import NDArray
from tests.support.sensor_town import DAY, START, Bin, Town, bins

from kodeks.waste.engine.health.episodes import Episode
from kodeks.waste.engine.health.judging import judge
from kodeks.waste.engine.health.readings import Series

Floats = NDArray[np.float64]
Fleet = dict[int, dict[str, Floats]]
NODES, SHORT, LONG, STEP = 20, 140, 1344, 1800
WINDOW, STRIDE = 20, 4
FEW = ("waste", "temp")
FAULTY = (0, 3, 7)
RATE, STRENGTH, FROM, STEALTH, RIM = 0.9, 0.35, 0.45, 0.45, 1.3
LOST, BACK = 0.02, 0.25
FILLED = 4
"""Lost messages in a row in whose place the last reading is put."""


@dataclass
class Row:
    """Of faults: made, found, and channels told that have none."""

    made: int = 0
    found: int = 0
    wrong: int = 0
    loss: list[float] = field(default_factory=list)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs=2, default=(0, 39))
    parser.add_argument("--long", type=int, nargs=2, default=(0, 9))
    parser.add_argument("--own", type=int, nargs=2, default=(1301, 1302))
    parser.add_argument("--peer", type=Path)
    options = parser.parse_args()
    peer = None
    if options.peer is not None:
        sys.path.insert(0, str(options.peer.resolve()))
        peer = importlib.import_module("wastebins_core.health")
        _ours(range(options.own[0], options.own[1] + 1), peer)
    for steps, seeds in ((SHORT, options.seeds), (LONG, options.long)):
        _theirs(range(seeds[0], seeds[1] + 1), steps, peer)


def _theirs(seeds: range, steps: int, peer: Any) -> None:
    """On the peer's fleet."""
    names = ["kodeks"] + (["the peer", "the peer, level and temperature"] if peer else [])
    print(f"\n{steps * STEP / DAY:.1f} days, {len(seeds)} fleets:\n")
    print("| fault | made | " + " | ".join(f"{name}: found | wrong" for name in names) + " |")
    print("|---|---|" + "---|---|" * len(names))
    total = [Row() for _ in names]
    clean = [0 for _ in names]
    lost: list[float] = []
    for mode, make in (("none", None), *MODES.items()):
        rows = [Row() for _ in names]
        for seed in seeds:
            fleet = _fleet(np.random.default_rng(seed), steps)
            begins = dict.fromkeys(FAULTY, -1)
            for node in FAULTY if make else ():
                rng = np.random.default_rng(11 + 7 * seed + node)
                fleet[node]["waste"], hit = make(rng, fleet[node]["waste"])
                begins[node] = int(hit.argmax()) if hit.any() else -1
            told = [_told_by_us(fleet, begins)]
            if peer:
                few = {node: {name: of[name] for name in FEW} for node, of in fleet.items()}
                told += [_told_by(peer, fleet), _told_by(peer, few)]
            for row, channels in zip(rows, told, strict=True):
                truth = {(node, "waste") for node, begin in begins.items() if begin >= 0}
                row.made += len(truth)
                row.found += len(truth & channels)
                row.wrong += len(channels - truth)
            lost += [_lost(fleet[node]) for node in FAULTY] if mode == "bursts of loss" else []
        if make is None:
            clean = [row.wrong for row in rows]
            continue
        cells = " | ".join(f"{row.found / max(row.made, 1):.3f} | {row.wrong}" for row in rows)
        print(f"| {mode} | {rows[0].made} | {cells} |", flush=True)
        for sums, row in zip(total, rows, strict=True):
            sums.made, sums.found = sums.made + row.made, sums.found + row.found
            sums.wrong += row.wrong
    cells = " | ".join(f"{row.found / row.made:.4f} | {row.wrong}" for row in total)
    print(f"| all | {total[0].made} | {cells} |\n")
    for name, row, alarms, channels in zip(names, total, clean, (1, 4, 2), strict=False):
        many = NODES * channels * len(seeds)
        print(
            f"{name}: precision {row.found / max(row.found + row.wrong, 1):.4f}, false alarms in "
            f"fleets without a fault: {alarms} of {many} channels, {alarms / many:.4f}."
        )
    print(f"Bursts of loss: counters tell {np.quantile(lost, (0.1, 0.5, 0.9)).round(3)} lost.")


def _fleet(rng: np.random.Generator, steps: int) -> Fleet:
    """Twenty bins, levels as a share of the bin (up to 1.25), and three channels that follow."""
    at = np.arange(steps)
    air = 28 + 5 * np.sin(2 * np.pi * (at - 9) / 48)
    damp = 62 - 0.8 * (air - 28)
    fleet: Fleet = {}
    for node in range(NODES):
        rate = rng.uniform(0.004, 0.02)
        level = np.clip(rng.uniform(0, 0.6) + rate * at, 0, 1.25)
        times = 2 * steps // SHORT
        for begin in np.sort(rng.choice(np.arange(20, steps - 10), size=times, replace=False)):
            since = at[begin:] - begin
            level[begin:] = np.clip(rng.uniform(0, 0.05) + rate * since, 0, 1.25)
        gas = np.clip(0.35 * level + rng.normal(0, 0.02, steps), 0, 1)
        fleet[node] = {
            "waste": level + rng.normal(0, 0.02, steps),
            "gas": gas,
            "temp": air + 6 * gas + rng.normal(0, 0.4, steps),
            "humidity": np.clip(damp + rng.normal(0, 2, steps), 0, 100),
        }
    return fleet


Made = tuple[Floats, NDArray[np.bool_]]


def _during(level: Floats) -> NDArray[np.bool_]:
    """(n,): from where a fault holds, until the end."""
    return np.arange(level.size) >= int(FROM * level.size)


def _loss(rng: np.random.Generator, level: Floats) -> Made:
    hit = _during(level) & (rng.random(level.size) < RATE)
    return np.where(hit, np.nan, level), hit


def _zero(rng: np.random.Generator, level: Floats) -> Made:
    hit = _during(level) & (rng.random(level.size) < RATE)
    return np.where(hit, 0.0, level), hit


def _stuck(rng: np.random.Generator, level: Floats) -> Made:
    hit = _during(level) & (rng.random() < RATE)
    return np.where(hit, level[_during(level).argmax() - 1], level), hit


def _drift(rng: np.random.Generator, level: Floats) -> Made:
    hit = _during(level)
    crept = np.zeros(level.size)
    crept[hit] = (1 if rng.random() < 0.5 else -1) * STRENGTH * np.linspace(0, 1, int(hit.sum()))
    return level + crept, hit


def _scale(rng: np.random.Generator, level: Floats) -> Made:
    hit = _during(level)
    return np.where(hit, level * (1 + STRENGTH) + STRENGTH / 2, level), hit


def _noise(rng: np.random.Generator, level: Floats) -> Made:
    hit = _during(level) & (rng.random(level.size) < RATE)
    return level + np.where(hit, rng.normal(0, STRENGTH, level.size), 0.0), hit


def _bursts(rng: np.random.Generator, level: Floats) -> Made:
    hit = np.zeros(level.size, dtype=np.bool_)
    for at in np.flatnonzero(_during(level)).tolist():
        hit[at] = rng.random() >= BACK if hit[at - 1] else rng.random() < LOST
    return np.where(hit, np.nan, level), hit


def _weather(rng: np.random.Generator, level: Floats) -> Made:
    wet = (0.5 + 0.5 * np.sin(2 * np.pi * np.arange(level.size) / (level.size / 6))) ** 3
    hit = _during(level) & (rng.random(level.size) < RATE * (0.15 + 2.2 * wet))
    raised = level + rng.normal(STRENGTH, STRENGTH / 2, level.size)
    return np.where(hit, np.where(wet > 0.6, np.nan, raised), level), hit


def _poison(rng: np.random.Generator, level: Floats) -> Made:
    hit = _during(level) & (rng.random(level.size) < RATE)
    turn = rng.uniform(0, 2 * np.pi) + np.linspace(0, 2 * np.pi, int(hit.sum()))
    more = np.zeros(level.size)
    more[hit] = STEALTH * RIM * (0.55 + 0.45 * np.sin(turn))
    return np.where(hit, np.clip(level + more, 0, RIM), level), hit


MODES: Mapping[str, Callable[[np.random.Generator, Floats], Made]] = {
    "nine of ten messages lost": _loss,
    "nine of ten at zero": _zero,
    "stuck": _stuck,
    "drift by 35 pp": _drift,
    "wrong scale": _scale,
    "noise of 35 pp": _noise,
    "bursts of loss": _bursts,
    "wet weather": _weather,
    "somebody adds 6 to 58 pp": _poison,
}


def _series(channels: Mapping[str, Floats]) -> Series:
    level = np.clip((100 * channels["waste"]).round(1), 0, 100)
    came = np.isfinite(level)
    at = np.arange(level.size)
    return Series(
        time=(START + at * STEP)[came],
        level=level[came],
        temperature=channels["temp"][came],
        session=np.ones(int(came.sum()), dtype=np.int64),
        counter=at[came],
    )


def _lost(channels: Mapping[str, Floats]) -> float:
    late = channels["waste"][int(FROM * channels["waste"].size) :]
    return float(np.isnan(late).mean())


def _told_by_us(fleet: Fleet, begins: Mapping[int, int]) -> set[tuple[int, str]]:
    told = set()
    for node, channels in fleet.items():
        steps = channels["waste"].size
        faults = judge(_series(channels), now=START + (steps - 1) * STEP).faults
        begin = START + max(begins.get(node, -1), 0) * STEP
        if any(one.end is None or one.end > begin for one in faults):
            told.add((node, "waste"))
    return told


def _told_by(peer: Any, fleet: Fleet) -> set[tuple[int, str]]:
    *_, (_, last) = _cycles(peer, fleet)
    return {
        (node, name)
        for node, channels in last.items()
        for name, one in channels.items()
        if one.status != peer.STATUS_OK
    }


def _cycles(peer: Any, fleet: Fleet) -> Iterator[tuple[int, Any]]:
    """The step each window ends before, and what the peer says then, with what it keeps in mind."""
    steps = next(iter(next(iter(fleet.values())).values())).size
    state: Any = {}
    for end in range(WINDOW, steps + 1, STRIDE):
        seen = {
            node: {name: values[end - WINDOW : end] for name, values in channels.items()}
            for node, channels in fleet.items()
        }
        told = peer.assess_fleet(seen, previous_trust=state)
        state = peer.carry_state(told)
        yield end, told


def _ours(seeds: range, peer: Any) -> None:
    """On our town."""
    print(f"\nOur town, each half hour, {60 * len(seeds)} bins of 28 days:\n")
    print("| | recall | precision | false alarms by sensor | at the end |\n|---|---|---|---|---|")
    own, theirs, filled = Sums(), Sums(), Sums()
    ends = [0, 0, 0]
    for seed in seeds:
        town = bins(seed, 60, Town(interval=STEP))
        for bin in town:
            health = judge(bin.series, now=START + 28 * DAY)
            count_faults(bin, health.faults, own)
            ends[0] += not bin.kind and health.trust == 0.0
        for fill, sums in ((False, theirs), (True, filled)):
            fleet = {at: _gridded(bin, fill=fill) for at, bin in enumerate(town)}
            for at, faults in _episodes(peer, fleet).items():
                count_faults(town[at], faults, sums)
                ends[1 + fill] += not town[at].kind and any(one.end is None for one in faults)
    for name, sums, end in zip(
        ("kodeks", "the peer", "the peer, lost messages filled"), (own, theirs, filled), ends,
        strict=True,
    ):  # fmt: skip
        alarms = f"{sums.alarmed} of {sums.clean}, {sums.alarmed / sums.clean:.4f}"
        recall = sums.recall(sums.found)
        print(f"| {name} | {recall:.4f} | {sums.precision:.4f} | {alarms} | {end} |")


def _gridded(bin: Bin, *, fill: bool) -> dict[str, Floats]:
    """Level (share) and temperature on the half hours, NaN where nothing came."""
    count = 28 * DAY // STEP
    level, warm = np.full(count, np.nan), np.full(count, np.nan)
    at = np.clip((bin.series.time - START) // STEP, 0, count - 1)
    level[at] = bin.series.level / 100
    warm[at] = bin.series.temperature
    if fill:
        for values in (level, warm):
            for step in range(1, count):
                near = values[max(step - FILLED, 0) : step]
                if np.isnan(values[step]) and np.isfinite(values[step - 1]):
                    lost = np.isnan(values[step : step + FILLED + 1])
                    if near.size and not lost.all():
                        values[step : step + int(lost.argmin())] = values[step - 1]
    return {"waste": level, "temp": warm}


def _episodes(peer: Any, fleet: Fleet) -> dict[int, list[Episode]]:
    """The times in which the level's status is not »ok«."""
    found: dict[int, list[Episode]] = {node: [] for node in fleet}
    for end, told in _cycles(peer, fleet):
        now = START + end * STEP
        for node, channels in told.items():
            mine = found[node]
            if channels["waste"].status != peer.STATUS_OK:
                if not mine or mine[-1].end is not None:
                    mine.append(Episode("stuck", now - STRIDE * STEP, None, ""))
            elif mine and mine[-1].end is None:
                mine[-1] = replace(mine[-1], end=now)
    return found


if __name__ == "__main__":
    main()
