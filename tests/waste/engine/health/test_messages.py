# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Loss by counters, and drop-outs by silence."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kodeks.waste.engine.health.loss import firsts, loss
from kodeks.waste.engine.health.silence import dropouts

HOUR = 3600


def test_a_gap_is_lost_a_repeat_counts_once_and_a_rejoin_is_no_gap():
    session = np.array([7, 7, 7, 7, 8, 8])
    counter = np.array([1, 2, 2, 5, 0, 1])
    told = loss(session=session, counter=counter)
    assert (told.kept, told.lost, told.rejoins) == (5, 2, 1)
    assert told.share == 2 / 7
    repeated = firsts(session=session, counter=counter)
    assert repeated.tolist() == [True, True, False, True, True, True]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2**32 - 1)), max_size=30))
def test_the_share_lost_is_a_share(pairs):
    pairs = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    assert 0 <= loss(session=pairs[:, 0], counter=pairs[:, 1]).share < 1


def silences(time, known, now):
    return dropouts(np.array(time, dtype=np.int64) * HOUR, np.array(known), now=now * HOUR)


def test_a_silence_is_a_dropout_and_lasts_until_something_is_heard():
    heard = [*range(40), *range(60, 80)]
    (one,) = silences(heard, [True] * 60, 79)
    assert 39 * HOUR < one.begin <= one.end == 60 * HOUR
    (two,) = silences(range(40), [True] * 40, 70)
    assert two.end is None
    assert "31 timer" in two.reason
    assert not silences([*range(40), *range(43, 80)], [True] * 77, 79)


def test_failed_measurements_are_no_sign_of_life():
    known = [at <= 15 or at >= 35 for at in range(60)]
    (one,) = silences(range(60), known, 59)
    assert (one.begin, one.end) == (15 * HOUR + 1, 35 * HOUR)


def test_a_device_that_loses_many_is_given_more_time():
    draw = np.random.default_rng(1)
    kept = np.flatnonzero(draw.random(600) > 0.5)
    kept = kept[(kept < 300) | (kept > 308)]
    assert not silences(kept, [True] * kept.size, 599)


def test_one_message_in_five_is_a_dropout_although_no_silence_is_long():
    heard = [*range(200), *range(200, 300, 5), *range(300, 400)]
    (one,) = silences(heard, [True] * len(heard), 399)
    assert 190 * HOUR < one.begin < 215 * HOUR
    assert 290 * HOUR < one.end <= 310 * HOUR
    assert "Kun få beskeder" in one.reason


def test_a_device_that_speaks_when_it_likes_has_thin_days():
    draw = np.random.default_rng(2)
    gaps = np.where(draw.random(300) < 0.3, draw.integers(6, 14, 300), 1)
    heard = np.cumsum(gaps).tolist()
    assert not silences(heard, [True] * 300, heard[-1])
