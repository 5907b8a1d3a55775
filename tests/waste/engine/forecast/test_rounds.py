# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The signs of rounds, held against a slow reckoning: each bin by itself, from its whole past."""

from __future__ import annotations

import math
import time
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import town_bins

from kodeks.waste.engine.forecast.history import History
from kodeks.waste.engine.forecast.rounds import coming, past
from kodeks.waste.engine.forecast.visits import Visits, answer

HOUR, DAY = 3_600, 86_400


def mean(values: list[float], half: float, prior: float, weight: float = 1.0) -> float:
    shares = [0.5 ** (age / half) for age in range(len(values))]
    told = sum(share * value for share, value in zip(shares, reversed(values), strict=True))
    return (prior * weight + told) / (weight + sum(shares))


def slowly(times: list[int], fills: list[float], moment: int, visit: int) -> list[float]:
    """The first fifteen signs of one bin."""
    count = sum(one <= moment for one in times)
    times, fills = times[:count], fills[:count]
    begin = times[-1] if times else moment
    hours = [max((b - a) / HOUR, 0.5) for a, b in pairwise(times)]
    took = max((visit - begin) / HOUR, 0.5)
    usual = [mean(fills, half, 75.0) for half in (4.0, 12.0)]
    rates = [
        mean(
            [
                math.log(max(fill, 3.0)) - power * math.log(hour)
                for fill, hour in zip(fills[1:], hours, strict=True)
            ],
            half,
            math.log(75.0) - power * math.log(42.0),
        )
        for power, half in ((0.3, 3.0), (0.3, 10.0), (0.6, 3.0), (0.6, 10.0))
    ]
    speed = mean([fill / hour for fill, hour in zip(fills[1:], hours, strict=True)], 5.0, 75 / 42)
    return [
        *usual,
        *rates,
        fills[-1] if fills else 75.0,
        mean([float(fill >= 99) for fill in fills], 6.0, 0.14, 2.0),
        mean([float(fill < 50) for fill in fills], 6.0, 0.15, 2.0),
        mean([(fill - usual[0]) ** 2 for fill in fills], 8.0, 400.0, 3.0) ** 0.5,
        math.log(took),
        math.log(took) - mean([math.log(hour) for hour in hours], 6.0, math.log(42.0)),
        min(speed * took, 200.0),
        min(speed * took, 100.0),
        math.log1p(len(hours)),
    ]


ROUND = st.tuples(st.integers(0, 2), st.integers(0, 60 * DAY), st.integers(0, 100))


@settings(max_examples=40)
@given(
    st.lists(ROUND, max_size=25, unique_by=lambda one: one[:2]),
    st.lists(st.tuples(st.integers(-1, 2), st.integers(-DAY, 61 * DAY)), min_size=1, max_size=6),
)
def test_signs_are_those_of_each_bin_s_own_past(emptyings, asked):
    emptyings = [(0, 30 * DAY, 50), *emptyings]
    history = History.of(
        bins=["abc"[one] for one, _, _ in emptyings],
        time=[time for _, time, _ in emptyings],
        level=[float(level) for _, _, level in emptyings],
        emptied=[True] * len(emptyings),
    )
    bins = np.array([history.index("abc"[one]) if one >= 0 else -1 for one, _ in asked])
    moments = np.array([moment for _, moment in asked])
    found = coming(history, bins, moments, moments + DAY)
    for place, (one, moment) in enumerate(zip(bins.tolist(), moments.tolist(), strict=True)):
        own = history.at == one
        told = slowly(history.time[own].tolist(), history.level[own].tolist(), moment, moment + DAY)
        np.testing.assert_allclose(found[place, :15], told, rtol=1e-9, atol=1e-9)
        assert found[place, -15:].sum() == 2.0


def test_a_town_without_emptyings_has_ordinary_bins():
    nothing = History.of(bins=["a"], time=[0], level=[50.0])
    assert len(past(nothing).fill) == 0
    moments = np.array([DAY, DAY])
    found = coming(nothing, np.array([0, -1]), moments, moments + DAY)
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_allclose(found[0, :15], slowly([], [], DAY, 2 * DAY))


def test_many_answers_read_the_past_once():
    """2,000 answers of a week each: reading it for each moment ahead took minutes."""
    history = town_bins.rounds()
    rounds = past(history)
    line = np.zeros(rounds.signs.shape[1])
    shape = np.linspace(-2.0, 2.0, 50)
    model = Visits(line, line + 1.0, line, 60.0, line, 2.0, shape)
    moments = np.full(2_000, int(np.median(history.time)))
    begin = time.process_time()
    answer(model, history, np.arange(2_000) % len(history.bins), moments, full=80.0)
    assert time.process_time() - begin < 3.0
