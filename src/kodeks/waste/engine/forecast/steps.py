# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What stands before a bin on one of the days ahead: one row for each bin, day and step."""

from __future__ import annotations

import numpy as np

from kodeks.waste.engine.forecast.history import Floats, Integers
from kodeks.waste.engine.forecast.signs import HALF_LIVES, STEADY, Signs, bands

PLAIN = 167
"""Columns of a row, besides what is known of the day."""
SINGLE = 8
"""Steps that stand for themselves; those after it are taken together."""
STEP_COLUMNS = slice(7, 7 + SINGLE)
"""Which columns of a row say the step."""


def rows(
    signs: Signs, bins: Integers, days: Integers, step: int, weekday: Integers, events: Floats
) -> Floats:
    """(n, F) of the bins at the end of the days, for the day `step` days later.

    `weekday` (n,) is that day's, `events` (n, K) what is known of it beforehand.
    """
    level = np.clip(np.nan_to_num(signs.level[bins, days]), 0.0, 1.0)
    expected = signs.weekday[bins, days]
    ahead = np.arange(len(bins))
    coming = expected[ahead, weekday]
    until = sum(
        (expected[ahead, (weekday - back) % 7] for back in range(1, step)), np.zeros(len(bins))
    )
    growth = _growth(level, until, coming)
    lately = signs.lately[bins, days]
    pace = np.exp(lately[:, STEADY])
    corrected = _growth(level, until * pace, coming * pace)
    band = bands(level)[:, :4]
    plain, record = signs.plain[bins, days], signs.record[bins, days]
    recent = signs.recent[bins, days]
    today = recent[:, -1:]
    at = np.zeros((len(bins), SINGLE))
    at[:, min(step, SINGLE) - 1] = 1.0
    on = np.eye(7)[weekday]
    near = np.concatenate([growth[:, :2], today, record, plain[:, :2]], axis=1)
    leaning = np.stack(
        [growth[:, 0], growth[:, 1], today[:, 0], plain[:, len(HALF_LIVES)], plain[:, 1]], axis=1
    )
    parts = [growth, at, on, band, plain, record, recent, events]
    parts += [at[:, one : one + 1] * band for one in range(SINGLE)]
    parts += [at[:, one : one + 1] * near for one in range(3)]
    parts += [band * leaning[:, one : one + 1] for one in range(leaning.shape[1])]
    parts += [band[:, one : one + 1] * on for one in range(band.shape[1])]
    # What came later stands last, so that a model without it is one with zeros.
    parts += [lately, corrected, band * corrected[:, :1]]
    return np.concatenate(parts, axis=1)


def _growth(level: Floats, until: Floats, coming: Floats) -> Floats:
    """(n, 7), from what is expected until the day and on it, beside what there is room for."""
    left = np.maximum(1.0 - level, 0.125)
    all_of_it, before = (until + coming) / left, until / left
    beyond = np.clip(1.0 - level - until - coming, -1.5, 1.0)
    return np.stack(
        [
            all_of_it,
            np.log(all_of_it + 0.1),
            before,
            np.log(before + 0.1),
            beyond,
            np.abs(beyond),
            coming,
        ],
        axis=1,
    )
