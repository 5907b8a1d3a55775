# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How good a forecast is, tried on the last weeks, and said only when enough is seen."""

from __future__ import annotations

import numpy as np
import pytest
from tests.support import town_bins

from kodeks.waste.engine.forecast.quality import DAYS_AHEAD, NOTHING_SAID, Asked, quality
from kodeks.waste.engine.training.held_out import held_out

END = (town_bins.FIRST + town_bins.DAYS) * town_bins.DAY


def test_the_forecast_is_better_than_habit_and_comes_true(town: np.ndarray) -> None:
    found = held_out(town_bins.history(town), until=END, full=80.0)
    assert len(found) == len(DAYS_AHEAD)
    for one in found:
        assert one is not None
        assert one.moments >= 200
        assert 0 < one.brier < one.usual < 0.3
        assert 0 <= one.ece < 0.15


def test_the_kept_days_are_no_part_of_what_is_known_before(town: np.ndarray) -> None:
    """Bins that change places in the kept days make habit worse: it is of the days before."""
    turned = town.copy()
    turned[:, -28:] = town[::-1, -28:]
    usual = held_out(town_bins.history(town), until=END, full=80.0)
    other = held_out(town_bins.history(turned), until=END, full=80.0)
    assert usual[0] is not None
    assert other[0] is not None
    assert other[0].usual > usual[0].usual


def test_too_little_says_nothing(town: np.ndarray) -> None:
    short = town_bins.history(town[:, :35])
    assert held_out(short, until=(town_bins.FIRST + 35) * town_bins.DAY, full=80.0) == NOTHING_SAID
    # Bins that are never full leave nothing to be right about.
    calm = town_bins.history(np.minimum(town, 60.0))
    assert held_out(calm, until=END, full=80.0) == NOTHING_SAID


def test_emptyings_do_not_pass_for_filling() -> None:
    """Half of the bins that would have been full on the second day are emptied on the first: the
    chance of half that is right without anybody coming is what scores best."""
    draw = np.random.default_rng(4)
    count = 40_000
    full = draw.random(count) < 0.5
    gone = draw.random(count) < 0.5
    filled = np.where(full & ~gone, 2, 0)
    until = np.where(gone, 1, np.where(full, 2, 4))
    asked = Asked(np.zeros(count, np.int64), filled, until)
    nobody, right, _ = quality(asked, np.tile([0.0, 0.5, 0.5], (count, 1)), asked, 1)
    _, low, _ = quality(asked, np.tile([0.0, 0.25, 0.25], (count, 1)), asked, 1)
    # Nobody is full within a day: then there is nothing to be right about.
    assert nobody is None
    assert right is not None
    assert low is not None
    assert right.brier == pytest.approx(0.25, abs=0.002)
    assert right.ece < 0.01 < low.ece
