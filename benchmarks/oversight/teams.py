# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Simulated teams of caseworkers, of whom it is known how much a suggestion moves them.

A case has a difficulty, and people and model are right less often on hard ones. Whoever sees a
suggestion that differs from the own view takes it over with a chance that is the person's reliance
and grows with the difficulty (selective adherence). So what influence truly is can be computed, and
what is measured can be held against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kodeks.statistics.influence import Arm, Stratum

OUTCOMES = 5
"""What a case can end as; two who are both wrong agree by chance in one of the other four."""
_HARDER = 0.2
_GRID = (np.arange(400) + 0.5) / 400

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class Month:
    """So many cases, the share of them drawn to the blind arm, and how much better the model is."""

    cases: int
    blind_share: float
    better: float = 0.0


@dataclass(frozen=True)
class Team:
    """Caseworkers: their part of the cases, how often each is right and how much each relies."""

    parts: Floats
    right: Floats
    reliance: Floats
    model_right: float

    def agreement(self, difficulty: Floats, better: float = 0.0) -> Floats:
        """The chance (caseworkers, cases) that an own view is what the model suggests."""
        lift = _HARDER * (0.5 - difficulty)
        mine = np.clip(self.right[:, None] + lift, 0.02, 0.98)
        its = np.clip(self.model_right + better + lift, 0.02, 0.98)
        return mine * its + (1 - mine) * (1 - its) / (OUTCOMES - 1)

    def moved(self, difficulty: Floats) -> Floats:
        """The chance (caseworkers, cases) that a view that differs gives way to a suggestion."""
        return np.clip(self.reliance[:, None] * (0.5 + difficulty), 0, 1)

    def base(self, better: float = 0.0) -> float:
        """The share that agrees without seeing the suggestion."""
        return float(self.parts @ self.agreement(_GRID, better).mean(axis=1))

    def influence(self, better: float = 0.0) -> float:
        """What is to be found: the mean chance to be moved by a suggestion that is shown."""
        chance = (1 - self.agreement(_GRID, better)) * self.moved(_GRID)
        return float(self.parts @ chance.mean(axis=1))


@dataclass(frozen=True)
class Handled:
    """Cases in the order they came: which were blind and which agreed with the suggestion."""

    blind: Booleans
    agreed: Booleans

    def stratum(self, until: int | None = None) -> Stratum:
        blind, agreed = self.blind[:until], self.agreed[:until]
        return Stratum(
            shown=Arm(int((agreed & ~blind).sum()), int((~blind).sum())),
            blind=Arm(int((agreed & blind).sum()), int(blind.sum())),
        )


def team(rng: np.random.Generator, *, base: float, reliance: float) -> Team:
    """A team that agrees with the model in about the share `base`, and relies on it so much."""
    size = int(rng.integers(3, 13))
    model_right = 1.0 - 0.3 * (1 - base)
    by_chance = (1 - model_right) / (OUTCOMES - 1)
    mean_right = (base - by_chance) / (model_right - by_chance)
    spread = min(0.15, 0.9 * (1 - mean_right))
    parts = rng.dirichlet(np.full(size, 4.0))
    right = rng.uniform(-spread, spread, size)
    leaning = rng.uniform(0.3, 1.7, size)
    return Team(
        parts=parts,
        right=mean_right + right - parts @ right,
        reliance=reliance * leaning / (parts @ leaning),
        model_right=model_right,
    )


def moved_by(team: Team, wanted: float) -> Team:
    """The same team, relying so much that its influence is `wanted`."""
    low, high = 0.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        is_less = replace(team, reliance=team.reliance * middle).influence() < wanted
        low, high = (middle, high) if is_less else (low, middle)
    return replace(team, reliance=team.reliance * low)


def handle(rng: np.random.Generator, team: Team, month: Month) -> Handled:
    """One month's cases, each drawn to an arm by itself."""
    who = rng.choice(len(team.parts), month.cases, p=team.parts)
    difficulty = rng.random(month.cases)
    rows = np.arange(month.cases)
    agreed = rng.random(month.cases) < team.agreement(difficulty, month.better)[who, rows]
    moved = rng.random(month.cases) < team.moved(difficulty)[who, rows]
    blind = rng.random(month.cases) < month.blind_share
    return Handled(blind=blind, agreed=agreed | (moved & ~blind))


def truth(team: Team, months: Sequence[Month]) -> float:
    """The influence over the cases of the months in which something was shown."""
    kept = [month for month in months if month.blind_share < 1]
    return float(
        np.average(
            [team.influence(month.better) for month in kept],
            weights=[month.cases for month in kept],
        )
    )
