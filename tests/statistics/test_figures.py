# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Figures as a release states them."""

from __future__ import annotations

import pytest

from kodeks.statistics import figures
from kodeks.statistics.groups import count
from kodeks.statistics.shares import FigureError

COUNTS = count(selected=[1] * 12 + [0] * 12, positive=[1, 0] * 12, groups=["a"] * 24)


def test_a_share_has_its_cases_and_wilsons_interval():
    (one,) = figures.shares(attribute="sex", counts=COUNTS, measures=["precision"])
    assert one == {
        "attribute": "sex",
        "group": "a",
        "measure": "precision",
        "count": "12",
        "value": "0.5000",
        "low": "0.2538",
        "high": "0.7462",
    }


def test_a_measure_or_an_attribute_without_a_name_is_refused_in_words():
    with pytest.raises(FigureError, match="Målet findes_ikke findes ikke"):
        figures.shares(attribute="sex", counts=COUNTS, measures=["findes_ikke"])
    with pytest.raises(FigureError, match="navn"):
        figures.shares(attribute="", counts=COUNTS, measures=["error"])
