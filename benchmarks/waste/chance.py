# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How large a calibration error is by chance alone, where moments share what becomes of them.

A day on which a bin gets full belongs to the windows of all moments before it, and all bins share
their days. So a forecaster whose chances are exactly right still has an error on a few thousand
moments, and more than on as many that have nothing to do with each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from readings import Asked
from scipy.special import ndtr, ndtri

from kodeks.waste.engine.forecast.history import Booleans, Floats, Integers

DRAWS, SEED, WEEK = 2_000, 0, 7
LEVEL = 0.95


@dataclass(frozen=True)
class Binning:
    """How chances are laid together: bins of equal width, or with as many moments in each."""

    name: str
    count: int
    equal_mass: bool = False

    def of(self, chance: Floats) -> Integers:
        """(n,): the bin of each."""
        if self.equal_mass:
            rank = np.empty(len(chance), np.int64)
            rank[np.argsort(chance, kind="stable")] = np.arange(len(chance))
            return rank * self.count // len(chance)
        return np.minimum((chance * self.count).astype(np.int64), self.count - 1)


BINNINGS = (
    Binning("10 of equal width", 10),
    Binning("15 of equal width", 15),
    Binning("10 with as many in each", 10, equal_mass=True),
)


def error(gap: Floats, place: Integers) -> float:
    """The expected calibration error, from chance less outcome (n,) and bins (n,)."""
    return float(np.abs(np.bincount(place, weights=gap)).sum() / len(gap))


def debiased(chance: Floats, full: Booleans, place: Integers) -> float:
    """Root of the mean square error over bins, less what single outcomes add (Kumar, Liang and Ma
    2019, 4.1); 0 where that is more than there is."""
    count = np.bincount(place)
    here = count > 1
    expected = np.bincount(place, weights=chance)[here] / count[here]
    observed = np.bincount(place, weights=full * 1.0)[here] / count[here]
    square = (expected - observed) ** 2 - observed * (1.0 - observed) / (count[here] - 1)
    return float(np.sqrt(max((square * count[here]).sum() / count[here].sum(), 0.0)))


def shared(those: Asked, chances: Floats) -> float:
    """How much bins share their days: the mean product, of two bins on one day, of how far their
    outcomes of the next day were from the chance, in standard deviations."""
    known, full = those.within(1)
    chance = np.clip(chances[known, 0], 1e-3, 1 - 1e-3)
    apart = (full[known] - chance) / np.sqrt(chance * (1.0 - chance))
    day = those.days[known] - those.days.min()
    total, square = np.bincount(day, weights=apart), np.bincount(day, weights=apart**2)
    count = np.bincount(day)
    return float((total**2 - square).sum() / max((count * (count - 1)).sum(), 1))


def drawn(those: Asked, chances: Floats, *, common: float, draws: int = DRAWS) -> Booleans:
    """(draws, n, 3): full within one to three days, had the chances (n, 3 or more) been right.

    Each bin has one number for each day, and gets full on it where the number is below the chance
    that each of its moments gave that day: so windows that overlap share what happens. The numbers
    of one day lean on each other with the correlation `common` (a Gaussian copula).
    """
    left = 1.0 - np.concatenate([np.zeros((len(chances), 1)), chances[:, :3]], axis=1)
    hazard = 1.0 - left[:, 1:] / np.maximum(left[:, :-1], 1e-12)
    bound = ndtri(np.clip(hazard, 1e-12, 1 - 1e-12))
    day = those.days - those.days.min()
    shape = (int(those.bins.max()) + 1, int(day.max()) + 4)
    found = np.empty((draws, len(day), 3), bool)
    rng = np.random.default_rng(SEED)
    for one in range(draws):
        town = rng.standard_normal(shape[1])
        number = np.sqrt(common) * town + np.sqrt(1.0 - common) * rng.standard_normal(shape)
        happened = np.stack(
            [number[those.bins, day + step] < bound[:, step - 1] for step in (1, 2, 3)], axis=1
        )
        found[one] = np.logical_or.accumulate(happened, axis=1)
    return found


def resampled(gap: Floats, place: Integers, days: Integers, *, draws: int = DRAWS) -> Floats:
    """(draws,): the error on weeks drawn anew, all bins of a week together (Künsch 1989)."""
    week = (days - days.min()) // WEEK
    weeks, bins = int(week.max()) + 1, int(place.max()) + 1
    size = weeks * bins
    gaps = np.bincount(week * bins + place, weights=gap, minlength=size).reshape(weeks, bins)
    counts = np.bincount(week, minlength=weeks)
    rng = np.random.default_rng(SEED)
    times = rng.multinomial(weeks, np.full(weeks, 1.0 / weeks), size=draws)
    return np.asarray(np.abs(times @ gaps).sum(axis=1) / (times @ counts))


def table(those: Asked, chances: Floats) -> None:
    """Print, for each horizon and binning, our error beside that of right chances."""
    common = max(shared(those, chances), 0.0)
    print(f"\nResiduals of two bins on one day: correlation {shared(those, chances):.3f}\n")
    print(
        "| hours | bins | ECE | right chances: mean | 95 % of them below | as large or larger "
        "| same, each moment by itself: mean | 95 % below | ours, 95 % interval | less the mean of "
        "right ones | RMS, debiased |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    outcomes = drawn(those, chances, common=_copula(common))
    rng = np.random.default_rng(SEED)
    for days in (1, 2, 3):
        known, full = those.within(days)
        chance, full = chances[known, days - 1], full[known]
        for binning in BINNINGS:
            place = binning.of(chance)
            ours = error(chance - full, place)
            right = np.array([error(chance - one, place) for one in outcomes[:, known, days - 1]])
            alone = np.array(
                [error(chance - (rng.random(len(chance)) < chance), place) for _ in range(DRAWS)]
            )
            again = resampled(chance - full, place, those.days[known])
            low, high = np.quantile(2 * ours - again, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
            print(
                f"| {24 * days} | {binning.name} | {ours:.3f} | {right.mean():.3f} "
                f"| {np.quantile(right, LEVEL):.3f} | {(right >= ours).mean():.1%} "
                f"| {alone.mean():.3f} | {np.quantile(alone, LEVEL):.3f} "
                f"| {max(low, 0.0):.3f} to {high:.3f} | {max(ours - right.mean(), 0.0):.3f} "
                f"| {debiased(chance, full, place):.3f} |",
                flush=True,
            )


def _copula(correlation: float) -> float:
    """The normal correlation that gives outcomes of one in seven this correlation."""
    rng = np.random.default_rng(SEED)
    first, other, town = rng.standard_normal((3, 400_000))
    cut = ndtri(1 / 7)
    for common in np.arange(0.0, 0.9, 0.02):
        one = ndtr(np.sqrt(common) * town + np.sqrt(1 - common) * first) < ndtr(cut)
        two = ndtr(np.sqrt(common) * town + np.sqrt(1 - common) * other) < ndtr(cut)
        if np.corrcoef(one, two)[0, 1] >= correlation:
            return float(common)
    return 0.9
