# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Loss by counters and drop-outs by silence, through the engine's public door."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kodeks.waste.engine.health.dropouts import dropouts
from kodeks.waste.engine.health.loss import firsts, loss
from kodeks.waste.engine.health.readings import Levels

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


def hours(*at: int, level: float = 30.0) -> Levels:
    return Levels(np.array(at, dtype=np.int64) * HOUR, np.full(len(at), level))


def test_a_silence_is_a_dropout_and_an_ended_one_has_an_end():
    (one,) = dropouts(hours(0, 1, 2, 3, 20, 21, 22), now=22 * HOUR)
    assert (one.begin, one.end) == (3 * HOUR, 20 * HOUR)
    (two,) = dropouts(hours(0, 1, 2, 3), now=40 * HOUR)
    assert two.end is None
    assert not dropouts(hours(0, 1, 2, 5, 6, 7), now=8 * HOUR)


def test_failed_measurements_are_no_sign_of_life():
    time = np.arange(30, dtype=np.int64) * HOUR
    level = np.where((time > 5 * HOUR) & (time < 25 * HOUR), np.nan, 40.0)
    (one,) = dropouts(Levels(time, level), now=int(time[-1]))
    assert (one.begin, one.end) == (5 * HOUR, 25 * HOUR)
