# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Learns from rounds that are over how full bins are met."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm
from sklearn.linear_model import Ridge

from kodeks.waste.engine.errors import TooLittle
from kodeks.waste.engine.forecast.history import Floats
from kodeks.waste.engine.forecast.rounds import Rounds
from kodeks.waste.engine.forecast.visits import Visits
from kodeks.waste.engine.training.forest import grow

LEAST = 100
STRENGTH = 30.0
"""Of the prior that coefficients are small (alpha of scikit-learn), chosen among 10, 30 and 100 on
Edinburgh's rounds until 15 July 2016, where they differ by .005 in CRPS."""
CENSORED = 99.0
TURNS = 8
PARTS = 5
COVERED = 0.8


def learn(rounds: Rounds) -> Visits:
    """From rounds with their fills. Raises TooLittle."""
    count = len(rounds.fill)
    if count < LEAST:
        raise TooLittle(
            f"Der er kun {count} tømninger at lære af. Giv mindst {LEAST}, hvor den forrige også "
            "er kendt."
        )
    mean, scale = rounds.signs.mean(axis=0), rounds.signs.std(axis=0)
    scale = np.where(scale < 1e-9, 1.0, scale)
    signs = (rounds.signs - mean) / scale
    line, width, _ = _lines(signs, rounds.fill)
    # What is left over is taken from rounds that the lines have not seen: of their own they know
    # too much, and the fewer there are the more so.
    middle, spread, left = np.empty(count), np.empty(count), np.empty(count)
    for part in range(PARTS):
        new = np.arange(count) % PARTS == part
        other, its_width, behind = _lines(signs[~new], rounds.fill[~new])
        middle[new] = other.predict(signs[new])
        spread[new] = _spread(its_width, signs[new])
        filled = _behind(rounds.fill[new], middle[new], behind)
        left[new] = (filled - middle[new]) / spread[new]
    return Visits(
        mean=mean,
        scale=scale,
        middle=line.coef_,
        middle_at=float(line.intercept_),
        spread=width.coef_,
        spread_at=float(width.intercept_),
        left=_narrowed(np.sort(left), middle, spread, rounds.fill),
        forest=grow(rounds.signs, rounds.fill),
    )


def _lines(signs: Floats, seen: Floats) -> tuple[Ridge, Ridge, float]:
    """The middle and the logarithm of the spread; and the spread over all of them (percent)."""
    fill, width = seen.astype(np.float64), 0.0
    line = Ridge(STRENGTH).fit(signs, fill)
    for _ in range(TURNS):
        middle = line.predict(signs)
        width = float(np.std((fill - middle)[seen < CENSORED])) or 1.0
        fill = _behind(seen, middle, width)
        line = Ridge(STRENGTH).fit(signs, fill)
    over = np.abs(fill - line.predict(signs))
    return line, Ridge(STRENGTH).fit(signs, np.log(over + 2.0)), width


def _behind(seen: Floats, middle: Floats, width: float) -> Floats:
    """The fills with what is behind a 100 put in as expected."""
    fill, full = seen.astype(np.float64), seen >= CENSORED
    away = (100.0 - middle[full]) / width
    fill[full] = middle[full] + width * norm.pdf(away) / np.clip(norm.sf(away), 1e-6, None)
    return fill


def _spread(width: Ridge, signs: Floats) -> Floats:
    found: Floats = np.exp(np.clip(width.predict(signs), 0.0, 4.0))
    return found


def _narrowed(left: Floats, middle: Floats, spread: Floats, seen: Floats) -> Floats:
    """What is left over, drawn towards its middle until the inner 80 % holds as much.

    As levels end at 100, an interval that ends there holds all that is above: without this it
    would hold 84 %.
    """
    centre = float(np.median(left))
    low, high = np.quantile(left, 0.1) - centre, np.quantile(left, 0.9) - centre
    for share in np.arange(1.0, 0.5, -0.01):
        lowest = middle + spread * (centre + share * low)
        highest = np.minimum(middle + spread * (centre + share * high), 100.0)
        if ((seen >= lowest) & (seen <= highest)).mean() <= COVERED:
            return centre + share * (left - centre)
    return left
