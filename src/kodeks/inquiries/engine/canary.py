# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A new model beside the one in operation, on decided texts that neither has learned from.

Both answer the same texts, so what differs is drawn in pairs: the texts are drawn with replacement,
and each draw gives both models' figures (paired bootstrap, Efron and Tibshirani 1993, ch. 16). The
interval is the basic one, 2 * found - drawn, as errors of calibration and distances between groups
are larger in draws than in truth (Davison and Hinkley 1997, 5.2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kodeks.inquiries.engine.results import Triage
from kodeks.statistics.calibration import BINS

Floats = NDArray[np.float64]
Verdict = Literal["held", "worse", "unclear", "few"]
Against = Literal["present", "earlier"]
PRESENT: Against = "present"
EARLIER: Against = "earlier"

DRAWS, TAIL, TOGETHER = 2_000, 0.05, 100
SHOWN = frozenset({"accuracy", "coverage", "ece"})
"""What must be shown to be no worse than the bound allows. Of the others a week has too few texts
for that: they must only not be shown to be worse."""
SMALL = "small_groups"
"""How many texts are of groups that are too small to compare, so that they leave a trace."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measure of both models. `worse` is how much worse the new one is, with its interval: its
    lower and upper end are each passed in one of twenty.

    `verdict`: `held` within the bound, `worse` beyond it for certain, `unclear` when the texts are
    too few to tell, `few` when there are too few to ask. `against` is the model it is held against:
    the present one, or one that was in operation earlier, to which small losses add up.
    """

    measure: str
    attribute: str
    count: int
    old: float
    new: float
    worse: float
    low: float
    high: float
    bound: float
    verdict: Verdict
    against: Against = PRESENT

    @property
    def refuses(self) -> bool:
        """Whether it keeps the new model from being proposed.

        An earlier model misses other texts, so that a week of them seldom shows that nothing was
        lost. There the loss that was found decides.
        """
        if self.verdict == "worse":
            return True
        if self.measure not in SHOWN:
            return False
        if self.against == EARLIER:
            return self.verdict != "few" and self.worse > self.bound
        return self.verdict != "held"


@dataclass(frozen=True)
class Trial:
    """The right label of each text, "" where no topic fits, and both models' answers, (n,) each.
    `groups` names each text's group of each attribute, "" where it is not known."""

    truth: Sequence[str]
    old: Sequence[Triage]
    new: Sequence[Triage]
    groups: Mapping[str, Sequence[str]]


def compare(
    trial: Trial,
    *,
    bound: float,
    group_bound: float,
    least: int,
    against: Against = PRESENT,
    seed: int = 0,
    draws: int = DRAWS,
) -> tuple[Figure, ...]:
    """Every measure of both models; the same seed gives the same intervals.

    A measure of fewer than `least` texts, and a group of so few, says nothing (`few`); how many
    texts are in such groups is the figure SMALL of their attribute. Bounds are shares: how much
    worse is still in order.
    """
    measures = _measures(trial, least)
    if not measures:
        return ()
    rng, n = np.random.default_rng(seed), len(trial.truth)
    columns = np.hstack([part for one in measures for part in (one.old, one.new)])
    found = columns.sum(axis=0)[None]
    again = np.vstack(
        [
            rng.multinomial(n, np.full(n, 1 / n), size=min(TOGETHER, draws - start)) @ columns
            for start in range(0, draws, TOGETHER)
        ]
    )
    figures, place = [], 0
    for one in measures:
        width = one.old.shape[1]
        parts = slice(place, place + width), slice(place + width, place + 2 * width)
        place += 2 * width
        old, new = (float(one.value(found[:, part])[0]) for part in parts)
        drawn = one.sign * (one.value(again[:, parts[1]]) - one.value(again[:, parts[0]]))
        limit = group_bound if one.attribute else bound
        figures.append(replace(_figure(one, old, new, drawn, limit, least), against=against))
    return (
        *figures,
        *(replace(one, against=against) for one in _left_out(trial, least, group_bound)),
    )


def small_groups(trial: Trial, least: int) -> list[tuple[str, str, int]]:
    """The groups that are too small to compare: attribute, group and how many of its texts are
    about a known topic."""
    found = []
    for attribute, names in trial.groups.items():
        known = Counter(name for name, label in zip(names, trial.truth, strict=True) if label)
        found += [(attribute, name, known[name]) for name in _names(names) if known[name] < least]
    return found


def _left_out(trial: Trial, least: int, bound: float) -> list[Figure]:
    counts: Counter[str] = Counter()
    for attribute, _, count in small_groups(trial, least):
        counts[attribute] += count
    return [
        Figure(
            measure=SMALL,
            attribute=attribute,
            count=count,
            old=0.0,
            new=0.0,
            worse=0.0,
            low=-1.0,
            high=1.0,
            bound=bound,
            verdict="few",
        )
        for attribute, count in counts.items()
    ]


def changed(trial: Trial) -> list[int]:
    """The places of the texts of which the two models suggest different topics."""
    return [
        place
        for place, (old, new) in enumerate(zip(trial.old, trial.new, strict=True))
        if (old.label, old.out_of_scope) != (new.label, new.out_of_scope)
    ]


@dataclass(frozen=True)
class _Measure:
    """Columns (n, k) of each model whose sums over texts give its value, (draws, k) -> (draws,)."""

    name: str
    old: Floats
    new: Floats
    value: Callable[[Floats], Floats]
    count: int
    sign: int
    """1 where more is worse, else -1."""
    attribute: str = ""


def _figure(
    one: _Measure, old: float, new: float, drawn: Floats, bound: float, least: int
) -> Figure:
    drawn = drawn[np.isfinite(drawn)]
    if one.count < least or not np.isfinite([old, new]).all() or not len(drawn):
        old, new = (0.0 if np.isnan(value) else value for value in (old, new))
        return _rounded(one, old, new, one.sign * (new - old), -1.0, 1.0, bound, "few")
    worse = one.sign * (new - old)
    least_drawn, most_drawn = np.quantile(drawn, (TAIL, 1 - TAIL)).tolist()
    low, high = 2 * worse - most_drawn, 2 * worse - least_drawn
    verdict: Verdict = "held" if high <= bound else "worse" if low > bound else "unclear"
    return _rounded(one, old, new, worse, low, high, bound, verdict)


def _rounded(
    one: _Measure,
    old: float,
    new: float,
    worse: float,
    low: float,
    high: float,
    bound: float,
    verdict: Verdict,
) -> Figure:
    return Figure(
        measure=one.name,
        attribute=one.attribute,
        count=one.count,
        old=round(old, 4),
        new=round(new, 4),
        worse=round(worse, 4),
        low=round(low, 4),
        high=round(high, 4),
        bound=bound,
        verdict=verdict,
    )


def _measures(trial: Trial, least: int) -> list[_Measure]:
    inside = np.array([bool(label) for label in trial.truth], dtype=np.float64)
    both = [_Answers.of(trial.truth, answers) for answers in (trial.old, trial.new)]
    count = int(inside.sum())
    found: list[_Measure] = []

    def add(
        name: str,
        columns: Callable[[_Answers], Sequence[Floats]],
        *,
        sign: int,
        of: int,
        value: Callable[[Floats], Floats] = _share,
        attribute: str = "",
    ) -> None:
        old, new = (np.stack(columns(one), axis=1) for one in both)
        found.append(_Measure(name, old, new, value, of, sign, attribute))

    add("accuracy", lambda one: (one.right * inside, inside), sign=-1, of=count)
    add("coverage", lambda one: (one.accepted * inside, inside), sign=-1, of=count)
    add("ece", lambda one: (*one.gaps(inside), inside), sign=1, of=count, value=_calibration)
    taken = int(min(one.accepted.sum() for one in both))
    add("error", lambda one: (one.accepted * (1 - one.right), one.accepted), sign=1, of=taken)
    outside = 1 - inside
    if outside.any():
        of = int(outside.sum())
        add("outside", lambda one: (one.accepted * outside, outside), sign=1, of=of)
    for attribute, names in trial.groups.items():
        groups = [np.array([name == one for name in names]) * inside for one in _names(names)]
        groups = [group for group in groups if group.sum() >= least]
        of = int(sum(group.sum() for group in groups)) if len(groups) > 1 else 0
        if not of:
            continue
        for name, part in (("coverage_gap", "accepted"), ("accuracy_gap", "right")):
            columns = _in_groups(part, groups)
            add(name, columns, sign=1, of=of, value=_gap, attribute=attribute)
    return found if count else []


def _names(names: Sequence[str]) -> list[str]:
    return sorted({name for name in names if name})


def _in_groups(part: str, groups: Sequence[Floats]) -> Callable[[_Answers], tuple[Floats, ...]]:
    """Columns for `_gap`: in each group those that have the part, then all."""
    return lambda one: (*(getattr(one, part) * group for group in groups), *groups)


@dataclass(frozen=True)
class _Answers:
    """Of one model, (n,): whether its topic is right, whether it would be offered, how sure."""

    right: Floats
    accepted: Floats
    confidence: Floats

    @classmethod
    def of(cls, truth: Sequence[str], answers: Sequence[Triage]) -> _Answers:
        pairs = list(zip(truth, answers, strict=True))
        return cls(
            np.array([label == one.label for label, one in pairs], dtype=np.float64),
            np.array([one.accepted for one in answers], dtype=np.float64),
            np.array([one.confidence for one in answers], dtype=np.float64),
        )

    def gaps(self, inside: Floats) -> list[Floats]:
        """A column for each bin of confidence: how far it is off in each text."""
        place = np.minimum((self.confidence * BINS).astype(np.int64), BINS - 1)
        off = (self.confidence - self.right) * inside
        return [off * (place == number) for number in range(BINS)]


def _share(sums: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(sums[:, 0] / sums[:, 1])


def _calibration(sums: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.abs(sums[:, :-1]).sum(axis=1) / sums[:, -1])


def _gap(sums: Floats) -> Floats:
    half = sums.shape[1] // 2
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = sums[:, :half] / sums[:, half:]
    return np.asarray(shares.max(axis=1) - shares.min(axis=1))
