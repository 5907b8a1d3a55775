# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The room's door: emptyings, faults, levels that can be trusted, and a trust with its reason."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import sensor_town
from tests.support.sensor_town import DAY, HOUR, KINDS, START, Bin

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.health.episodes import KINDS as KNOWN
from kodeks.waste.engine.health.judging import UNKNOWN, judge
from kodeks.waste.engine.health.readings import Series

NOW = START + 28 * DAY


def of(*levels: float, every: int = HOUR, **columns: object) -> Series:
    time = START + np.arange(len(levels), dtype=np.int64) * every
    return Series(time, np.array(levels, dtype=np.float64), **columns)


def test_the_nine_kinds_are_the_towns():
    assert set(KNOWN) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_is_found_where_it_is_and_the_level_is_unknown_in_it(kind, faulty):
    for bin in faulty[kind]:
        health = judge(bin.series, now=NOW)
        over = [
            one
            for one in health.faults
            if one.begin < bin.end + 6 * HOUR and (one.end or NOW) > bin.begin - 6 * HOUR
        ]
        assert over, (kind, bin.form)
        assert all(one.reason.endswith(".") for one in over)
        for one in health.faults:
            if one.kind in UNKNOWN:
                assert np.isnan(health.level[one.covers(bin.series.time)]).all()


def test_sensors_that_work_are_left_alone(healthy):
    told = [judge(bin.series, now=NOW) for bin in healthy]
    assert not [one.faults for one in told if one.faults]
    assert min(one.trust for one in told) >= 0.9
    for bin, health in zip(healthy, told, strict=True):
        # Single spikes are taken out, and no more.
        assert np.isfinite(health.level).mean() > 0.98
        assert np.isnan(health.level[np.isnan(bin.series.level)]).all()


def test_emptyings_are_found_and_found_right(healthy):
    right = wrong = missed = 0
    for bin in healthy:
        found = judge(bin.series, now=NOW).emptyings
        for one in found:
            inside = (bin.emptied > one.last_full - 900) & (bin.emptied <= one.first_empty)
            right, wrong = right + inside.any(), wrong + (not inside.any())
        seen = (bin.removed >= 15) & (bin.emptied < bin.series.time[-2])
        for moment in bin.emptied[seen & (bin.emptied > bin.series.time[0])]:
            missed += not any(one.last_full - 900 < moment <= one.first_empty for one in found)
    assert right > 80
    assert wrong + missed <= 0.02 * right


NIGHT = [40.0, 41.5, 39.0, 40.5, 42.0, 41.0, 38.5, 40.0, 41.0, 39.5]


def test_one_odd_reading_is_no_emptying_and_no_level():
    series = of(*NIGHT, 3.0, *NIGHT)
    health = judge(series)
    assert not health.emptyings
    assert not health.faults
    assert np.isnan(health.level[len(NIGHT)])
    assert np.isfinite(health.level).sum() == 2 * len(NIGHT)


def test_a_fall_is_believed_with_the_second_reading_after_it():
    high, low = [value + 35 for value in NIGHT], [2.0, 3.5, 1.0]
    assert not judge(of(*high, low[0])).emptyings
    (one,) = judge(of(*high, *low)).emptyings
    assert (one.last_full, one.first_empty) == (START + 9 * HOUR, START + 10 * HOUR)
    assert one.whole
    (part,) = judge(of(*high, 41.0, 39.5, 40.5)).emptyings
    assert not part.whole


def test_emptied_in_a_silence_is_seen_after_it():
    high, low = [value + 35 for value in NIGHT], [2.0, 3.5, 1.0, 3.0, 2.5]
    health = judge(of(*high, *[np.nan] * 30, *low))
    assert [one.kind for one in health.faults] == ["drop-out"]
    (one,) = health.emptyings
    assert (one.last_full, one.first_empty) == (START + 9 * HOUR, START + 40 * HOUR)


def test_a_new_calibration_is_no_emptying():
    high, low = [value + 35 for value in NIGHT], [value - 5 for value in NIGHT]
    series = of(*high, *low)
    assert judge(series).emptyings
    assert not judge(series, calibrated=[START + 10 * HOUR]).emptyings


@pytest.mark.parametrize(
    ("scale", "offset", "misleads"),
    [
        (0.7, 25.0, True),
        (0.8, -15.0, True),
        (0.8, -8.0, False),
        (1.25, 0.0, True),
        (0.5, 0.0, True),
    ],
)
def test_what_levels_meant_before_a_calibration_is_no_fault_after_it(scale, offset, misleads):
    """Of working bins whose scale was wrong until the middle of their days. A small change misleads
    nobody, known or not."""
    rng = np.random.default_rng(4)
    at = START + round(13.5 * DAY)
    knowing, blind = 0, 0
    for series in (sensor_town.clean(rng).series for _ in range(40)):
        before = np.clip(series.level * scale + offset, 0.0, 100.0)
        changed = replace(series, level=np.where(series.time < at, before, series.level))
        knowing += _wrong_after(at, judge(changed, calibrated=[at]), judge(series))
        blind += _wrong_after(at, judge(changed), judge(series))
    assert knowing <= 1
    assert (blind > knowing) == misleads


def _wrong_after(at, found, plain):
    """Whether a fault is told of the days after, or an emptying at the moment, that is not so."""
    usual = {one.kind for one in plain.faults}
    faults = {one.kind for one in found.faults if one.end is None or one.end > at + DAY} - usual
    truly = any(one.last_full < at <= one.first_empty for one in plain.emptyings)
    return bool(faults) or (any(o.last_full < at <= o.first_empty for o in found.emptyings) > truly)


def test_falls_of_a_sensor_that_speaks_once_a_day_in_steps():
    week = [0.0, 20, 40, 60, 80, 20, 40, 60, 0, 0, 20, 20, 40, 80, 100, 0]
    found = judge(of(*week * 4, every=DAY)).emptyings
    assert [one.before - one.after for one in found] == [60.0, 60.0, 100.0] * 4


def test_an_open_fault_leaves_no_trust_and_says_why():
    health = judge(of(*NIGHT * 4), now=START + 80 * HOUR)
    assert health.trust == 0.0
    assert health.reason == "Der kom ingen brugbar måling i 41 timer. Niveauet er ukendt."
    assert judge(of(*NIGHT * 4)).trust == 1.0


def test_a_lean_is_told_by_the_flag_or_by_degrees():
    flags = np.zeros(40)
    flags[20:30] = 1.0
    for tilt in (flags, 4.0 + 70.0 * flags):
        (one,) = judge(of(*NIGHT * 4, tilt=tilt)).faults
        assert (one.kind, one.begin, one.end) == ("tilt", START + 20 * HOUR, START + 30 * HOUR)
    shaken = np.zeros(40)
    shaken[20] = 1.0
    assert not judge(of(*NIGHT * 4, tilt=shaken)).faults


def test_what_was_known_then_is_known_from_the_readings_until_then(faulty):
    (bin, _) = faulty["stuck"]
    until = bin.series.time < bin.begin
    part = Series(bin.series.time[until], bin.series.level[until])
    assert not [one for one in judge(part).faults if one.kind == "stuck"]


def test_series_that_are_none_are_refused():
    with pytest.raises(WasteError, match="i tidsorden"):
        Series(np.array([2, 1]), np.array([1.0, 2.0]))
    with pytest.raises(WasteError, match="samme længde"):
        Series(np.array([1, 2]), np.array([1.0]))
    with pytest.raises(WasteError, match="samme længde"):
        Series(np.array([1]), np.array([1.0]), tilt=np.array([0.0, 0.0]))


LEVEL = st.one_of(
    st.floats(-20, 120), st.sampled_from([0.0, 100.0, np.nan, np.inf, -np.inf, 1e300])
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([0, 1, 900, HOUR, 6 * HOUR, DAY, 90 * DAY]), LEVEL, LEVEL),
        max_size=60,
    )
)
def test_no_series_crashes_and_nothing_unknown_becomes_empty(rows):
    time = START + np.cumsum(np.array([gap for gap, _, _ in rows], dtype=np.int64))
    level = np.array([one for _, one, _ in rows], dtype=np.float64)
    warm = np.array([other for _, _, other in rows], dtype=np.float64)
    counter = (np.nan_to_num(warm, nan=3.0, posinf=5.0, neginf=0.0) % 1e6).astype(np.int64)
    series = Series(time, level, temperature=warm, tilt=warm, battery=warm, counter=counter)
    health = judge(series)
    assert health.level.shape == level.shape
    known = np.isfinite(health.level)
    assert not known[~np.isfinite(level)].any()
    # What is left is what the sensor said, within the scale.
    assert (health.level[known] == np.clip(level[known], 0, 100)).all()
    for one in health.faults:
        if one.kind in UNKNOWN:
            assert not known[one.covers(time)].any()
    assert 0.0 <= health.trust <= 1.0
    assert health.reason


def test_whatever_the_town_draws_the_trusted_level_is_near_the_true_one(faulty):
    off = []
    for bin in (one for ones in faulty.values() for one in ones):
        assert isinstance(bin, Bin)
        health = judge(bin.series, now=NOW)
        off.append(np.abs(health.level - np.clip(bin.level, 0, 100)))
    off = np.concatenate(off)
    off = off[np.isfinite(off)]
    raw = np.concatenate(
        [
            np.abs(bin.series.level - np.clip(bin.level, 0, 100))
            for ones in faulty.values()
            for bin in ones
        ]
    )
    raw = raw[np.isfinite(raw)]
    assert (off > 13).mean() < 0.25 * (raw > 13).mean()


def test_odd_readings_one_by_one_are_a_fault_when_they_are_many():
    draw = np.random.default_rng(3)
    level = np.clip(20 + 0.4 * np.arange(300) % 60 + draw.normal(0, 2, 300), 0, 100)
    odd = level.copy()
    odd[150:260:14] = 95.0
    few = level.copy()
    few[[150, 230]] = 95.0
    assert [one.kind for one in judge(of(*odd)).faults] == ["liquid"]
    assert not judge(of(*few)).faults
