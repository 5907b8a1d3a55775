# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How often supervision cries wolf, and how soon it sees a change; beside the rules in common use.

Simulated systems with the card's block sizes. A year is 100 blocks. The peers are a stability index
above a fixed limit and a test at 5 % in each block, as most tools are set up when they arrive.

    benchmarks/oversight/drift.py [--systems 1000] [--reference 100] [--block 100]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from kodeks.statistics import drift
from kodeks.statistics.drift import Change

BLOCKS = 100
CHANGED_AT = 20
MOST = 0.5
KINDS = np.array([0.35, 0.30, 0.20, 0.10, 0.05])
CHANGES = {
    "index 0.25": np.array([0.18, 0.255, 0.25, 0.19, 0.125]),
    "index 0.5": np.array([0.12, 0.23, 0.25, 0.22, 0.18]),
    "index 1": np.array([0.06, 0.16, 0.25, 0.28, 0.25]),
    "index 2": np.array([0.02, 0.08, 0.20, 0.35, 0.35]),
}
Rule = Callable[[Change, int], bool]
RULES: dict[str, Rule] = {
    "ours": lambda change, number: change.is_drift(most=MOST, number=number),
    "ours at 0.25": lambda change, number: change.is_drift(most=0.25, number=number),
    "index > 0.25": lambda change, _: change.size > 0.25,
    "index > 0.5": lambda change, _: change.size > MOST,
    "chi-squared, 5 %": lambda change, _: change.chance < 0.05,
}


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--systems", type=int, default=1000)
    given.add_argument("--reference", type=int, default=100)
    given.add_argument("--block", type=int, default=100)
    given.add_argument("--seed", type=int, default=1)
    options = given.parse_args()
    started = time.process_time()
    draw = np.random.default_rng(options.seed)
    _inputs(draw, options)
    _quality(draw, options)
    print(f"{time.process_time() - started:.0f} CPU-s")


def _inputs(draw: np.random.Generator, options: argparse.Namespace) -> None:
    size = options.reference, options.block
    quiet = [_seen(draw, KINDS, size) for _ in range(options.systems)]
    for name, rule in RULES.items():
        share = sum(_first(rule, one) > 0 for one in quiet) / options.systems
        print(f"nothing changes, {name}: {100 * share:.1f} % of systems alarm in a year")
    for name, shares in CHANGES.items():
        index = float(((shares - KINDS) * np.log(shares / KINDS)).sum())
        found = [_seen(draw, shares, size) for _ in range(options.systems)]
        late = [one for one in (_first(RULES["ours"], f, after=CHANGED_AT) for f in found) if one]
        at_once = sum(one == CHANGED_AT + 1 for one in late) / options.systems
        told = f"median {np.median(late) - CHANGED_AT:.0f}" if late else "-"
        print(
            f"{name} ({index:.2f}) after block {CHANGED_AT}: {100 * at_once:.1f} % in the first"
            f" block, {100 * len(late) / options.systems:.1f} % within the year, {told} blocks"
        )


def _seen(
    draw: np.random.Generator, later: NDArray[np.float64], size: tuple[int, int]
) -> list[Change]:
    """The changes of a year's blocks; from CHANGED_AT on they come from `later`."""
    reference = draw.multinomial(size[0], KINDS)
    blocks = [
        *draw.multinomial(size[1], KINDS, size=CHANGED_AT),
        *draw.multinomial(size[1], later, size=BLOCKS - CHANGED_AT),
    ]
    return [drift.distribution(before=reference, after=one) for one in blocks]


def _quality(draw: np.random.Generator, options: argparse.Namespace) -> None:
    """A system exactly at its least quality, and ones that fall below; the same of calibration."""
    for least, true in ((0.7, 0.7), (0.7, 0.6), (0.7, 0.5), (0.5, 0.35)):
        found = [
            [
                drift.at_least(count=int(count), total=options.block, least=least)
                for count in draw.binomial(options.block, true, size=BLOCKS)
            ]
            for _ in range(options.systems)
        ]
        _tell(f"quality at least {least:.2f}, truly {true:.2f}", found, most=0.0)
    for gap in (0.15, 0.25, 0.35):
        found = [
            [_calibrated(draw, options.block, gap) for _ in range(BLOCKS)]
            for _ in range(options.systems // 5)
        ]
        _tell(f"certainty at most 0.15 off, truly {gap:.2f}", found, most=0.15)


def _calibrated(draw: np.random.Generator, cases: int, gap: float) -> Change:
    chance = draw.uniform(0.55, 0.95, cases)
    right = draw.random(cases) < chance - gap
    return drift.calibration(chance=chance.tolist(), right=right.tolist(), most=0.15)


def _tell(name: str, found: Sequence[Sequence[Change]], *, most: float) -> None:
    firsts = [_first(lambda c, n: c.is_drift(most=most, number=n), one) for one in found]
    seen = [one for one in firsts if one]
    at_once = sum(one == 1 for one in seen) / len(found)
    print(
        f"{name}: {100 * at_once:.1f} % in the first block, "
        f"{100 * len(seen) / len(found):.1f} % within a year"
    )


def _first(rule: Rule, changes: Sequence[Change], *, after: int = 0) -> int:
    """The first block, from 1, after which the rule alarms; 0 when it never does."""
    for number, change in enumerate(changes, 1):
        if number > after and rule(change, number):
            return number
    return 0


if __name__ == "__main__":
    main()
