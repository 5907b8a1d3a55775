# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How long a year of 100,000 finished runs takes to count, and how often intervals hold the truth.

    .venv/bin/python benchmarks/statistics/hours.py [--runs 100000] [--worlds 4000]

Counting is pure: reading and comparing the ledger is benchmarks/statistics/reading.py. The loop
that it is held up against adds up the same minutes without studies by date, periods, intervals.
"""

from __future__ import annotations

import argparse
import datetime as dt
import math
import random
import time
from dataclasses import replace

import numpy as np

from kodeks.codex.days import law_day
from kodeks.statistics.hours import Piece, Spent, Study, freed
from kodeks.statistics.times import Course, times

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
STEPS = ("forward", "journalise", "receipt")
STUDY = Study(step="forward", since=START, measured=40, mean=12, deviation=6, review=3, rework=20)


def month(day: dt.date) -> str:
    return f"{day:%Y-%m}"


def timed(runs: int) -> None:
    chance = random.Random(1)
    moments = [START + dt.timedelta(seconds=chance.randrange(365 * 86_400)) for _ in range(runs)]
    studies = [replace(STUDY, step=step, since=START + dt.timedelta(days=90 * quarter))
               for step in STEPS for quarter in range(4)]  # fmt: skip
    pieces = [Piece(steps=STEPS, finished=at, rejected=chance.random() < 0.05) for at in moments]
    spent = [Spent(at=at, step="forward") for at in moments[::50]]
    began = time.process_time()
    freed(studies=studies, pieces=pieces, reviews=spent, reworks=spent,
          period_of=lambda moment: month(law_day(moment)))  # fmt: skip
    hours = time.process_time() - began
    courses = [
        Course(
            began=at - dt.timedelta(hours=5), decided=at - dt.timedelta(hours=1), receipt=at,
            answered=at + dt.timedelta(days=3), promised=law_day(at) + dt.timedelta(days=4),
        )
        for at in moments
    ]  # fmt: skip
    began = time.process_time()
    times(courses=courses, today=dt.date(2027, 1, 1), day_of=law_day, period_of=month)
    waits = time.process_time() - began
    began = time.process_time()
    total = 0.0
    for piece in pieces:
        if piece.finished is not None and not piece.rejected:
            for step in piece.steps:
                total += next(study.mean for study in studies if study.step == step)
    loop = time.process_time() - began
    print(f"{runs} runs of {len(STEPS)} steps: hours {hours:.2f} s CPU, times {waits:.2f} s CPU")
    print(f"plain loop over the same runs, one study, no periods: {loop:.2f} s CPU")


def coverage(worlds: int) -> None:
    chance = np.random.default_rng(7)
    print("measured, deviation/mean: share of intervals that held the truth (95 % asked for)")
    for measured in (10, 15, 20, 30, 40, 80):
        found = [f"{spread}: {held(chance, measured, spread, worlds):.3f}"
                 for spread in (0.4, 0.75, 1.0)]  # fmt: skip
        print(f"  {measured}: {', '.join(found)}")


def held(chance: np.random.Generator, measured: int, spread: float, worlds: int) -> float:
    """Log-normal times, a mean of 10 minutes, 500 finished."""
    sigma = math.sqrt(math.log(1 + spread * spread))
    middle = math.log(10) - sigma * sigma / 2
    done = [Piece(steps=("forward",), finished=START + dt.timedelta(days=1))] * 500
    hits = 0
    for _ in range(worlds):
        watch = chance.lognormal(middle, sigma, measured)
        truth = float(chance.lognormal(middle, sigma, len(done)).sum())
        study = replace(
            STUDY, measured=measured, mean=float(watch.mean()), deviation=float(watch.std(ddof=1))
        )
        found = freed(studies=[study], pieces=done, reviews=(), reworks=(), period_of=lambda _: "")[
            ""
        ]
        hits += found.low <= truth <= found.high
    return hits / worlds


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--worlds", type=int, default=4000)
    given = parser.parse_args()
    timed(given.runs)
    coverage(given.worlds)
