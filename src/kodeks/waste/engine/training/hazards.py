# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Learns the hazards from what became of earlier days."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from kodeks.waste.engine.errors import TooLittle
from kodeks.waste.engine.forecast.calendar import Days
from kodeks.waste.engine.forecast.hazards import Hazards
from kodeks.waste.engine.forecast.history import Booleans, Floats, Integers
from kodeks.waste.engine.forecast.outcomes import HORIZON, exposure, hours_into, outcomes
from kodeks.waste.engine.forecast.signs import signs
from kodeks.waste.engine.forecast.slots import DAY, Slots
from kodeks.waste.engine.forecast.steps import SINGLE, STEP_COLUMNS, rows
from kodeks.waste.engine.forecast.unseen import emptied, standing

WARMING_UP = 14
"""Days at the beginning that teach nothing, as no bin has a past yet."""
MOST_DAYS = 40_000
"""Bin-days to learn from; of more, as many are drawn."""
STRENGTH = 0.003
"""Of the prior that coefficients are small (C of scikit-learn): chosen on the first three quarters
of the Wyndham readings, of .003 and .01, which differ by less than half a thousandth."""
SOON_STRENGTH = 0.01
"""The same for the first day alone, of .003, .01 and .03: .0904, .0899 and .0898 at 24 hours."""
HALF_LIFE = 365.0
"""Days after which a day teaches half as much. None, 1,000 and 180 gave the same on those readings
(Brier within .0003), so this follows what changes at no cost."""
DRIFT, DRIFT_HALF_LIFE = 0.3, 14.0
"""How far (standard deviation, log odds) all bins may move from what is learned, and after how many
days a day counts half in that; of 7, 14, 28 and 56 days, which differ by .0004."""
LEAST, LEAST_FULL = 50, 20
"""Bin-days to learn from; and bins that got full within a day, for a line of that day's own."""
Rows = NDArray[np.float32]
_TOO_LITTLE = (
    "Der er for få målinger til at lære af før det første tidspunkt. Giv mindst seks uger, hvor "
    "skraldespande bliver fulde, og ikke alle på et døgn."
)


def learn(slots: Slots, known: Days, *, seed: int = 0) -> Hazards:
    """From days that are over. Raises TooLittle."""
    found = outcomes(slots)
    filled, until = found
    past = signs(slots, found)
    bins, days = _drawn(slots, until, seed)
    first = filled[bins, days]
    if len(bins) < LEAST or not (first > 0).any() or (first == 1).all():
        raise TooLittle(_TOO_LITTLE)
    parts, results, weights, lately = [], [], [], []
    for step in range(1, HORIZON + 1):
        seen_for = exposure(slots, found, bins, days, step)
        here = seen_for > 0
        then = days[here] + step
        events = known(bins[here], (slots.start + then * DAY - 1) // DAY)
        parts.append(
            rows(past, bins[here], days[here], step, slots.weekday(then), events).astype(np.float32)
        )
        results.append(filled[bins[here], days[here]] == step)
        weights.append(seen_for[here] * 0.5 ** ((slots.days - days[here]) / HALF_LIFE))
        lately.append(seen_for[here] * 0.5 ** ((slots.days - then) / DRIFT_HALF_LIFE))
    happened = np.concatenate(results)
    if happened.all():
        # Those that were not full in a day were emptied first: nothing tells them from the others.
        raise TooLittle(_TOO_LITTLE)
    line = _fitted(np.concatenate(parts), happened, np.concatenate(weights), STRENGTH)
    enough = results[0].sum() >= LEAST_FULL and not results[0].all()
    soon = _fitted(parts[0].copy(), results[0], weights[0], SOON_STRENGTH) if enough else line
    drift = [
        _drift(each.odds(parts[step - 1]), results[step - 1], lately[step - 1])
        for step, each in ((1, soon), (2, line), (3, line))
    ]
    line = line.moved(np.array([0.0, drift[1], *[drift[2]] * (SINGLE - 2)]))
    # Told in the same scale, so that one is kept.
    slopes = soon.coefficients / soon.scale
    return Hazards(
        mean=line.mean,
        scale=line.scale,
        coefficients=line.coefficients,
        intercept=line.intercept,
        soon=slopes * line.scale,
        soon_intercept=soon.intercept + float((line.mean - soon.mean) @ slopes) + drift[0],
        hours=hours_into(slots),
        usual=_usual(slots, found, bins, days),
        gone=emptied(slots),
        standing=standing(slots),
    )


@dataclass(frozen=True)
class _Line:
    """coefficients (F,) of signs that have mean (F,) and scale (F,)."""

    mean: Floats
    scale: Floats
    coefficients: Floats
    intercept: float

    def odds(self, seen: Rows) -> Floats:
        """(N,): the log odds of rows (N, F)."""
        weights = self.coefficients / self.scale
        return np.asarray(seen @ weights + (self.intercept - float(self.mean @ weights)))

    def moved(self, steps: Floats) -> _Line:
        """The log odds of each step (SINGLE,) moved by so much."""
        coefficients = self.coefficients.copy()
        coefficients[STEP_COLUMNS] += steps * self.scale[STEP_COLUMNS]
        intercept = self.intercept + float(steps @ self.mean[STEP_COLUMNS])
        return replace(self, coefficients=coefficients, intercept=intercept)


def _drift(odds: Floats, happened: Booleans, weights: Floats) -> float:
    """How much more (log odds) bins have got full lately than is learned of them: the most likely
    value, where it is normal beforehand. What no sign says, as a season or a closed town, goes on
    for weeks and is the same for all bins."""
    found = 0.0
    for _ in range(8):
        chance = 1.0 / (1.0 + np.exp(-np.clip(odds + found, -30, 30)))
        slope = float((weights * (happened - chance)).sum()) - found / DRIFT**2
        found += slope / (float((weights * chance * (1.0 - chance)).sum()) + 1.0 / DRIFT**2)
    return found


def _fitted(seen: Rows, happened: Booleans, weights: Floats, strength: float) -> _Line:
    """Of rows (N, F), which are changed."""
    mean = seen.mean(axis=0, dtype=np.float64)
    scale = seen.std(axis=0, dtype=np.float64)
    scale[scale < 1e-9] = 1.0
    seen -= mean.astype(np.float32)
    seen /= scale.astype(np.float32)
    fitted = LogisticRegression(C=strength, max_iter=200).fit(seen, happened, sample_weight=weights)
    return _Line(mean, scale, fitted.coef_[0].astype(np.float64), float(fitted.intercept_[0]))


def _drawn(slots: Slots, until: Integers, seed: int) -> tuple[Integers, Integers]:
    usable = (slots.level < 1.0) & (until > 0)
    usable[:, :WARMING_UP] = False
    bins, days = np.nonzero(usable)
    if len(bins) > MOST_DAYS:
        drawn = np.random.default_rng(seed).choice(len(bins), MOST_DAYS, replace=False)
        drawn.sort()
        bins, days = bins[drawn], days[drawn]
    return bins.astype(np.int64), days.astype(np.int64)


def _usual(
    slots: Slots, outcome: tuple[Integers, Integers], bins: Integers, days: Integers
) -> Floats:
    """Kaplan and Meier's estimate (1958) over all of them."""
    left = 1.0
    found = np.empty(HORIZON)
    filled = outcome[0][bins, days]
    for step in range(1, HORIZON + 1):
        seen = exposure(slots, outcome, bins, days, step)
        left *= 1.0 - (filled == step).sum() / max(float(seen.sum()), 1.0)
        found[step - 1] = 1.0 - left
    return found
