# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Learn what the rules for sensors weigh their suspects by, from invented bins; writes the table.

    PYTHONPATH=. python benchmarks/waste/health_weights.py collect town 1001 1760 FILE
    PYTHONPATH=. python benchmarks/waste/health_weights.py collect other 2001 2120 FILE
    PYTHONPATH=. python benchmarks/waste/health_weights.py learn FILE ... [--wanted 0.0025]

`collect` judges bins of tests/support/sensor_town.py (town) or of health_other.py (other) and keeps
the suspects of each rule with their signs, and whether a fault was there: with half of its readings
inside one (of a drift or of warmth 0.3) it is one, near one it is neither, elsewhere it is none. A
stretch that begins as the fault does and goes on after it is one too, as it makes the level unknown
in time. The rules go on in the bin as if just what is a fault had been told. `learn` grows boosted
trees for each rule (scikit-learn). One limit of the log odds stands for all of them: the lowest
with which at most `wanted` of the town's working sensors have a false alarm, by odds that are out
of fold (by seed), so of bins the trees had not seen. A limit for each rule would follow the chance
of the few alarms there are. Nothing else goes into the table.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import health_other
import numpy as np
from health import AROUND
from sklearn.ensemble import HistGradientBoostingClassifier
from tests.support import sensor_town

from kodeks.waste.engine.health import judging, stillness, stretches, weighing
from kodeks.waste.engine.health.episodes import KINDS
from kodeks.waste.engine.health.judging import UNKNOWN, judge

DAY = sensor_town.DAY
OF = {
    "stretches": ("stuck", "tilt", "blocked", "bridge", "liquid"),
    "restless": ("liquid", "thermal"),
    "drift": ("drift",),
    "still": ("stuck", "blocked", "liquid"),
    "warmth": ("thermal",),
}
SHARE = {
    "stretches": 0.5,
    "restless": 0.5,
    "drift": 0.3,
    "floors": 0.3,
    "still": 0.5,
    "warmth": 0.3,
}
BEGUN = 0.05
"""Share inside of a stretch that begins with the fault."""
GROWN = {
    "stretches": {
        "max_iter": 350,
        "max_leaf_nodes": 16,
        "learning_rate": 0.04,
        "max_features": 0.35,
    },
    "restless": {"max_iter": 80, "max_leaf_nodes": 8, "learning_rate": 0.07},
    "drift": {"max_iter": 60, "max_leaf_nodes": 8, "learning_rate": 0.07},
    "still": {"max_iter": 80, "max_leaf_nodes": 8, "learning_rate": 0.07},
    "warmth": {"max_iter": 60, "max_leaf_nodes": 8, "learning_rate": 0.07},
}
FOLDS = 4
WEIGHED = (
    "Niveauet gik fra",
    "Målingen springer op og ned",
    "Målingen svinger, når",
    "Bunden vises højere",
    "Målingen har stået på",
    "Målingen sprang til fuld og står",
    "Niveauet sprang til",
    "Niveauet stiger",
    "Niveauet falder",
)
"""Reasons of what the weighing rules tell."""


def main() -> None:
    """Collect or learn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("collect", "learn"))
    parser.add_argument("rest", nargs="+")
    parser.add_argument("--wanted", type=float, default=0.0025)
    options = parser.parse_args()
    if options.what == "collect":
        town, first, last, path = options.rest
        found = _collected(town, range(int(first), int(last) + 1))
        Path(path).write_text(json.dumps(found, default=float))
        print(f"{len(found)} bins")
    else:
        bins = [one for path in options.rest for one in json.loads(Path(path).read_text())]
        _learn(bins, options.wanted)


def _collected(town: str, seeds: range) -> list[dict]:
    kept: dict[str, list] = {}
    fault: dict = {}

    def watched(rule: str, time: np.ndarray, suspects: list) -> list:
        right: list = []
        for one in suspects:
            begin = int(time[one.first])
            last = int(time[-1]) + 1 if one.after >= time.size else int(time[one.after])
            here = time[one.first : one.after]
            share = float(((here >= fault["begin"]) & (here < fault["end"])).mean())
            starts = abs(int(np.searchsorted(time, fault["begin"])) - one.first) <= 1
            row = (begin, last, one.signs, one.told, share, starts)
            kept.setdefault(rule, []).append(row)
            of_it = fault["kind"] in OF[rule] and share >= SHARE[rule]
            if of_it and all(one.after <= it.first or one.first >= it.after for it in right):
                right.append(one)
        return sorted(right, key=lambda each: each.first)

    def whole(faults: list, base: object) -> list:
        # Before a longer one says it.
        of_others[:] = [one for one in faults if not one.reason.startswith(WEIGHED)]
        return settled(faults, base)

    of_others: list = []
    settled, judging._settled = judging._settled, whole
    weighing.sure = stretches.sure = stillness.sure = watched
    found = []
    for seed in seeds:
        for at, (series, kind, begin, end, counts, margin) in enumerate(_bins(town, seed)):
            kept.clear()
            fault.update(kind=kind, begin=begin, end=end)
            now = sensor_town.START + 28 * DAY
            judge(series, now=now)
            told = [(one.kind, one.begin, one.end or now) for one in of_others]
            found.append(
                {
                    "town": town, "seed": seed, "at": at, "kind": kind, "begin": begin, "end": end,
                    "counts": counts, "margin": margin,
                    "told": told,
                    "suspects": {rule: list(some) for rule, some in kept.items()},
                }
            )  # fmt: skip
    return found


def _bins(town: str, seed: int):
    if town == "town":
        for bin in sensor_town.bins(seed, 60):
            margin = max(2 * int(np.median(np.diff(bin.series.time))), AROUND)
            yield bin.series, bin.kind, bin.begin, bin.end, bin.matters, margin
    else:
        rng = np.random.default_rng(seed)
        for kind in ("",) * health_other.WORKING + KINDS:
            series, begin, end = health_other.made(rng, kind)
            yield series, kind, begin, end, bool(kind), AROUND


def _labelled(bin: dict, rule: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Signs, what they are of (NaN where nobody can say), and which are near the bin's fault."""
    rows = bin["suspects"][rule]
    begin = np.array([one[0] for one in rows], dtype=float)
    end = np.array([one[1] for one in rows], dtype=float)
    label = np.zeros(len(rows))
    near = np.zeros(len(rows), dtype=bool)
    if bin["kind"] and bin["kind"] != "re-join":
        near = (begin < bin["end"] + bin["margin"]) & (end > bin["begin"] - bin["margin"])
        # In a silence the level is known as ever.
        label[near] = 0.0 if bin["kind"] == "drop-out" else np.nan
        share = np.array([one[4] for one in rows])
        starts = np.array([one[5] for one in rows]) & (rule == "stretches")
        if bin["kind"] in OF[rule] and bin["counts"]:
            label[(share >= SHARE[rule]) | (starts & (share > BEGUN))] = 1.0
    return weighing.matrix([one[2] for one in rows]), label, near


def _grown(rule: str, bins: list[dict]) -> HistGradientBoostingClassifier:
    made = [_labelled(one, rule) for one in bins if rule in one["suspects"]]
    signs = np.concatenate([one[0] for one in made])
    label = np.concatenate([one[1] for one in made])
    known = np.isfinite(label)
    model = HistGradientBoostingClassifier(
        **GROWN[rule], min_samples_leaf=20, l2_regularization=1.0, early_stopping=False,
        random_state=1,
    )  # fmt: skip
    return model.fit(signs[known], label[known])


def _learn(bins: list[dict], wanted: float) -> None:
    odds = np.max([_out_of_fold(rule, bins) for rule in OF], axis=0)
    odds[[_others(one) for one in bins]] = np.inf
    works = np.array([not one["kind"] for one in bins])
    fault = np.array([bool(one["kind"]) and one["counts"] for one in bins])
    town = np.array([one["town"] == "town" for one in bins])
    highest = np.sort(odds[works & town])[::-1]
    for share in (0.001, 0.002, 0.003, 0.004, wanted):
        limit = float(highest[int(share * highest.size)])
        told = odds > limit
        print(f"limit {limit:.3f} for {share:.4f}:")
        for name, mine in (("town", town), ("other", ~town)):
            alarmed, found = told[works & mine], told[fault & mine]
            print(f"  {name}: {alarmed.mean():.4f} of {alarmed.size} alarmed, ", end="")
            print(f"{found.mean():.4f} of {found.size} found")
    table = {rule: _table(_grown(rule, bins), limit) for rule in OF}
    text = json.dumps(table, separators=(",", ":")).replace("],", "],\n").replace("},", "},\n")
    (Path(weighing.__file__).parent / weighing.TABLE).write_text(text + "\n", encoding="utf-8")
    print(f"{len(text)} characters")


def _out_of_fold(rule: str, bins: list[dict]) -> np.ndarray:
    """(n,): the highest log odds in each working bin, and near the fault of each other."""
    highest = np.full(len(bins), -np.inf)
    for fold in range(FOLDS):
        model = _grown(rule, [one for one in bins if one["seed"] % FOLDS != fold])
        for at, one in enumerate(bins):
            if one["seed"] % FOLDS == fold and rule in one["suspects"]:
                signs, _, near = _labelled(one, rule)
                some = near if one["kind"] else np.ones(len(near), dtype=bool)
                if some.any():
                    highest[at] = model.decision_function(signs[some]).max()
    return highest


def _others(bin: dict) -> bool:
    """Whether a rule that weighs nothing tells the fault, or anything of a sensor that works."""
    told = bin["told"]
    if not bin["kind"]:
        return bool(told)
    kinds = {
        kind
        for kind, begin, end in told
        if begin < bin["end"] + bin["margin"] and end > bin["begin"] - bin["margin"]
    }
    return bin["kind"] in kinds or (bin["kind"] != "re-join" and bool(kinds & UNKNOWN))


def _table(model: HistGradientBoostingClassifier, limit: float) -> dict:
    """As weighing.Trees reads it."""
    made: dict[str, list] = {name: [] for name in ("root", "feature", "cut", "right", "value")}
    for (tree,) in model._predictors:
        start = len(made["value"])
        made["root"].append(start)
        for at, node in enumerate(tree.nodes):
            leaf = bool(node["is_leaf"])
            made["feature"].append(0 if leaf else int(node["feature_idx"]))
            made["cut"].append(0.0 if leaf else float(f"{node['num_threshold']:.7g}"))
            assert leaf or int(node["left"]) == at + 1
            made["right"].append(start + (at if leaf else int(node["right"])))
            made["value"].append(float(f"{node['value']:.5g}") if leaf else 0.0)
    base = float(np.ravel(model._baseline_prediction)[0])
    return {**made, "base": base, "limit": limit}


if __name__ == "__main__":
    main()
