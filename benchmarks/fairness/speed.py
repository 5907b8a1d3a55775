# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A whole audit against Fairlearn's: 100,000 rows divided by eight attributes, in one run.

Ours: groups counted from the texts of the rows, seven measures in each, and what is between groups,
all with intervals from 1,000 draws. Fairlearn: the same measures by MetricFrame, first without any
interval, then with its own bootstrap, of which a few draws are run and the time of a draw told.

    .venv/bin/python benchmarks/fairness/speed.py [rows] [draws of Fairlearn's]
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas
from fairlearn import metrics
from sklearn.metrics import accuracy_score, precision_score, zero_one_loss

from kodeks.statistics import groups
from kodeks.statistics.bootstrap import Audit, audit
from kodeks.statistics.inputs import Grouping

DRAWS = 1_000
ATTRIBUTES = {"sex": 2, "age": 6, "district": 10, "channel": 5, "language": 4, "origin": 8,
              "disability": 2, "civil_status": 5}  # fmt: skip
THEIRS = {
    "selection_rate": metrics.selection_rate,
    "tpr": metrics.true_positive_rate,
    "fpr": metrics.false_positive_rate,
    "precision": precision_score,
    "accuracy": accuracy_score,
    "error": zero_one_loss,
}


def world(rows: int) -> tuple[np.ndarray, np.ndarray, dict[str, list[str]]]:
    """Suggestions, outcomes and eight divisions of synthetic people."""
    rng = np.random.default_rng(0)
    positive = rng.random(rows) < 0.3
    selected = rng.random(rows) < np.where(positive, 0.7, 0.15)
    divided = {
        name: [f"{name} {number}" for number in rng.integers(0, size, rows)]
        for name, size in ATTRIBUTES.items()
    }
    return selected, positive, divided


def ours(
    selected: np.ndarray, positive: np.ndarray, divided: dict[str, list[str]]
) -> dict[str, Audit]:
    places = groups.cells(selected, positive)
    return {
        name: audit(groups.of_cells(places, Grouping.of(values)), seed=1, draws=DRAWS)
        for name, values in divided.items()
    }


def fairlearn(
    selected: np.ndarray, positive: np.ndarray, divided: dict[str, list[str]], **boot: object
) -> dict[str, metrics.MetricFrame]:
    found = {}
    for name, values in divided.items():
        frame = metrics.MetricFrame(
            metrics=THEIRS,
            y_true=positive,
            y_pred=selected,
            sensitive_features=pandas.Series(values, name=name),
            **boot,
        )
        frame.difference(method="between_groups")
        found[name] = frame
    return found


def timed(what: str, work: Callable[[], dict], times: int = 1) -> tuple[float, dict]:
    """CPU seconds of the quickest of `times` runs, which other load disturbs least."""
    seconds = []
    for _ in range(times):
        cpu, wall = time.process_time(), time.perf_counter()
        found = work()
        seconds.append((time.process_time() - cpu, time.perf_counter() - wall))
    best, its_wall = min(seconds)
    print(f"{what:<62} {best:9.3f} CPU-s {its_wall:9.3f} s")
    return best, found


def main(rows: int, few: int) -> None:
    warnings.simplefilter("ignore")
    cases = world(rows)
    print(f"{rows:,} rows, {len(ATTRIBUTES)} attributes, {sum(ATTRIBUTES.values())} groups")
    mine, found = timed(f"kodeks, {DRAWS} draws, all intervals", lambda: ours(*cases), times=5)
    point, theirs = timed("Fairlearn, no interval", lambda: fairlearn(*cases), times=2)
    drawn, _ = timed(
        f"Fairlearn, {few} draws",
        lambda: fairlearn(*cases, n_boot=few, ci_quantiles=[0.025, 0.975], random_state=1),
    )
    for name, frame in theirs.items():
        for measure, column in frame.by_group.items():
            for group, one in zip(found[name].names, found[name].groups[measure], strict=True):
                assert one is not None
                assert abs(one.value - column[group]) < 1e-9
    print("the figures are equal to 1e-9")
    a_draw = (drawn - point) / few
    whole = point + a_draw * DRAWS
    print(f"ratio, ours with intervals to theirs without any:   {point / mine:12,.0f}")
    print(f"ratio, both with {DRAWS} draws (theirs by {few}):         {whole / mine:12,.0f}")
    print(f"ratio, a draw of ours to a draw of theirs:          {a_draw * DRAWS / mine:12,.0f}")


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:3]), *(100_000, 1)[len(sys.argv) - 1 :])
