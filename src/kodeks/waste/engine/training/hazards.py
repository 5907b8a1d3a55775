# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Learns the hazards from what became of earlier days."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression

from kodeks.waste.engine.errors import TooLittle
from kodeks.waste.engine.forecast.calendar import Days
from kodeks.waste.engine.forecast.hazards import Hazards
from kodeks.waste.engine.forecast.history import Floats, Integers
from kodeks.waste.engine.forecast.outcomes import HORIZON, exposure, hours_into, outcomes
from kodeks.waste.engine.forecast.signs import signs
from kodeks.waste.engine.forecast.slots import DAY, Slots
from kodeks.waste.engine.forecast.steps import rows
from kodeks.waste.engine.forecast.unseen import emptied, standing

WARMING_UP = 14
"""Days at the beginning that teach nothing, as no bin has a past yet."""
MOST_DAYS = 40_000
"""Bin-days to learn from; of more, as many are drawn."""
STRENGTH = 0.003
"""Of the prior that coefficients are small (C of scikit-learn): chosen on the first three quarters
of the Wyndham readings, of .003 and .01, which differ by less than half a thousandth."""
HALF_LIFE = 365.0
"""Days after which a day teaches half as much. None, 1,000 and 180 gave the same on those readings
(Brier within .0003), so this follows what changes at no cost."""
LEAST = 50


def learn(slots: Slots, known: Days, *, seed: int = 0) -> Hazards:
    """From days that are over. Raises TooLittle."""
    found = outcomes(slots)
    filled, until = found
    past = signs(slots, found)
    bins, days = _drawn(slots, until, seed)
    first = filled[bins, days]
    if len(bins) < LEAST or not (first > 0).any() or (first == 1).all():
        raise TooLittle(
            "Der er for få målinger til at lære af før det første tidspunkt. Giv mindst seks uger, "
            "hvor skraldespande bliver fulde, og ikke alle på et døgn."
        )
    parts, results, weights = [], [], []
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
    seen, happened = np.concatenate(parts), np.concatenate(results)
    mean = seen.mean(axis=0, dtype=np.float64)
    scale = seen.std(axis=0, dtype=np.float64)
    scale[scale < 1e-9] = 1.0
    seen -= mean.astype(np.float32)
    seen /= scale.astype(np.float32)
    fitted = LogisticRegression(C=STRENGTH, max_iter=200).fit(
        seen, happened, sample_weight=np.concatenate(weights)
    )
    return Hazards(
        mean=mean,
        scale=scale,
        coefficients=fitted.coef_[0].astype(np.float64),
        intercept=float(fitted.intercept_[0]),
        hours=hours_into(slots),
        usual=_usual(slots, found, bins, days),
        gone=emptied(slots),
        standing=standing(slots),
    )


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
