# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How good chances of being full were, beside what one would say who knew each bin's habit alone.

A bin that was emptied before the time was up tells nothing of what would have been. Moments of
which it is known make up for it, each by one over the chance that nobody came so far (inverse
probability of censoring, Kaplan-Meier): else the crew's own rounds would pass for filling.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kodeks.waste.engine.forecast.history import Booleans, Floats, Integers

DAYS_AHEAD = (1, 2, 3)
"""24, 48 and 72 hours."""
PARTS = 15
"""Of equal width, that chances are laid in to see whether they come true."""
BANDS = 5
"""Of equal width, in which people are told what was said and what came."""
LEAN = 4.0
"""Days of all bins that a bin's own habit is laid beside."""
LEAST, LEAST_OF_EACH = 200, 10
"""Moments, and full bins and others among them, under which nothing is said."""


@dataclass(frozen=True)
class Asked:
    """Bins (n,) that were not full at a moment. filled (n,): in how many days each was seen full,
    0 when it was not; until (n,): not full on the days before that one (`outcomes`)."""

    bins: Integers
    filled: Integers
    until: Integers

    def within(self, days: int) -> tuple[Booleans, Booleans]:
        """Of which it is known whether they were full within so many days, and which were."""
        full = (self.filled > 0) & (self.filled <= days)
        return full | (self.filled > days) | (self.until > days), full


@dataclass(frozen=True)
class Told:
    """Moments, the mean of the chances that were told, and the share of them that came true; shares
    None where there are no moments."""

    moments: int
    said: float | None
    came: float | None


@dataclass(frozen=True)
class Score:
    """Of the moments of which one knows what came, that many: Brier scores of the forecast and of
    habit alone, and how far chances lie from what came (ECE). told: of all chances; bands: of those
    in each of BANDS, the lowest first."""

    moments: int
    brier: float
    usual: float
    ece: float
    told: Told
    bands: tuple[Told, ...]


Quality = tuple[Score | None, ...]
"""By DAYS_AHEAD; None where too little is known to say anything. A crew that comes every other day
leaves nothing to know of the third."""
NOTHING_SAID: Quality = (None,) * len(DAYS_AHEAD)


def quality(asked: Asked, chances: Floats, before: Asked, bins: int) -> Quality:
    """Of chances (n, 3) for what was asked, among so many bins.

    before: what had been seen of each bin when the forecast was learned.
    """
    return tuple(
        _score(asked, chances[:, place], before, bins, days)
        for place, days in enumerate(DAYS_AHEAD)
    )


def _score(asked: Asked, chance: Floats, before: Asked, bins: int, days: int) -> Score | None:
    known, full = asked.within(days)
    moments, filled = int(known.sum()), int(full.sum())
    if moments < LEAST or min(filled, moments - filled) < LEAST_OF_EACH:
        return None
    weights = _weights(asked, days)
    habit = _habit(before, days, bins)[asked.bins]
    return Score(
        moments=moments,
        brier=_mean((chance - full) ** 2, weights),
        usual=_mean((habit - full) ** 2, weights),
        ece=_apart(chance, full, weights),
        told=_told(chance, full, weights, known),
        bands=tuple(
            _told(chance, full, weights, known & (_places(chance, BANDS) == place))
            for place in range(BANDS)
        ),
    )


def _weights(asked: Asked, days: int) -> Floats:
    """(n,): 0 where it is not known, else one over the chance that it is."""
    known, full = asked.within(days)
    left = np.ones(days + 1)
    for day in range(1, days + 1):
        gone = (asked.filled == 0) & (asked.until == day)
        risk = ((asked.filled == 0) & (asked.until >= day)) | (asked.filled >= day)
        left[day] = left[day - 1] * (1.0 - gone.sum() / max(int(risk.sum()), 1))
    # Full on a day means that nobody came until the day before.
    until = np.where(full, asked.filled - 1, days)
    weights: Floats = np.where(known, 1.0 / np.maximum(left[until], 1e-6), 0.0)
    return weights


def _habit(before: Asked, days: int, bins: int) -> Floats:
    """(bins,): how often each was full within so many days, leaning on all of them."""
    _, full = before.within(days)
    weights = _weights(before, days)
    total = np.bincount(before.bins, weights * full, bins)
    count = np.bincount(before.bins, weights, bins)
    fleet = (total.sum() + 0.5) / (count.sum() + 1.0)
    found: Floats = (total + LEAN * fleet) / (count + LEAN)
    return found


def _apart(chance: Floats, full: Booleans, weights: Floats) -> float:
    place = _places(chance, PARTS)
    gaps = np.bincount(place, weights=weights * (chance - full), minlength=PARTS)
    return float(np.abs(gaps).sum() / weights.sum())


def _places(chance: Floats, parts: int) -> Integers:
    found: Integers = np.minimum((chance * parts).astype(np.int64), parts - 1)
    return found


def _told(chance: Floats, full: Booleans, weights: Floats, those: Booleans) -> Told:
    if not those.any():
        return Told(0, None, None)
    weights = weights[those]
    return Told(int(those.sum()), _mean(chance[those], weights), _mean(full[those], weights))


def _mean(values: Floats | Booleans, weights: Floats) -> float:
    return float((weights * values).sum() / weights.sum())
