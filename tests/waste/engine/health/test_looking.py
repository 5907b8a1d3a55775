# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is looked at beside a stretch: numpy's own figures sooner, and the readings taken out."""

from __future__ import annotations

import numpy as np
import pytest

from kodeks.waste.engine.health.looking import Spikes, median, tenths


@pytest.mark.parametrize("count", [2, 3, 4, 5, 11, 40, 41])
def test_the_median_and_the_tenths_are_those_of_numpy(count):
    values = np.random.default_rng(count).normal(50, 20, count)
    assert median(values) == float(np.median(values))
    assert tenths(values) == pytest.approx(np.quantile(values, (0.1, 0.9)))


def test_one_reading_has_a_median():
    assert median(np.array([7.0])) == 7.0


def test_spikes_between_two_readings_are_not_those_at_them():
    spiky = Spikes(np.array([10, 20, 30]), np.array([1.0, 2.0, 3.0]))
    assert spiky.between(10, 30).tolist() == [2.0]
    assert spiky.between(0, 31).tolist() == [1.0, 2.0, 3.0]
    assert spiky.between(20, 30).tolist() == []
