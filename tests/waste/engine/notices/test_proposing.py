# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""When a bin becomes a notice, with what it rests on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kodeks.waste.engine.errors import WasteError
from kodeks.waste.engine.notices import rules as limits
from kodeks.waste.engine.notices.proposing import Chances, Proposal, found_labels, propose
from kodeks.waste.engine.notices.rules import EMPTY, FIRE, INSPECT, LOOK, NOTHING, Rules
from kodeks.waste.engine.notices.situation import Situation

HOUR, DAY = 3_600, 86_400
NOW = 20_000 * DAY + 12 * HOUR
RULES = limits.shipped()
SLOW = Chances((0.01, 0.03, 0.06, 0.10, 0.15, 0.20, 0.25))
FAST = Chances((0.25, 0.60, 0.80, 0.90, 0.95, 0.97, 0.98))


def situation(**changed: object) -> Situation:
    """A bin that takes one point an hour, is emptied each second day and met tomorrow at seven."""
    time = NOW - np.arange(400)[::-1] * HOUR
    level = (np.arange(400) % 48).astype(np.float64)
    made = Situation(
        now=NOW,
        time=time,
        level=level,
        trust=1.0,
        reason="",
        faults=(),
        warm=((NOW - HOUR, 18.0), (NOW, 19.0)),
        alarms=(),
        emptied=None,
        visit=NOW + 19 * HOUR,
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def given(now: Situation, chances: Chances | None = SLOW, rules: Rules = RULES) -> Proposal:
    return propose(rules, now, chances)


def test_a_bin_that_is_in_order_gives_nothing() -> None:
    found = given(situation())
    assert found.label == NOTHING
    assert found.certainty == pytest.approx(1 - SLOW.within(19))
    assert not any(one.is_for for one in found.weighed)


def test_a_bin_that_is_full_before_its_visit_is_to_be_emptied() -> None:
    later = situation(visit=NOW + 48 * HOUR)
    found = given(later, FAST)
    assert (found.label, found.certainty) == (EMPTY, pytest.approx(0.60))
    assert "60 %" in found.weighed[0].text
    # By what it says itself the proposal goes away where somebody comes soon enough.
    assert found.otherwise is not None
    assert found.otherwise[0] == "Kom der nogen senest 05.10. kl. 15:00"
    assert given(replace(later, visit=NOW + 27 * HOUR), FAST).label == NOTHING
    assert given(replace(later, visit=NOW + 28 * HOUR), FAST).label == EMPTY


def test_without_a_planned_visit_the_next_two_days_count() -> None:
    found = given(situation(visit=None), FAST)
    assert found.label == EMPTY
    assert "ikke planlagt" in found.weighed[0].text


def test_what_is_full_now_is_told_as_measured() -> None:
    now = situation()
    now.level[-1] = 91.0
    found = given(replace(now, visit=NOW + HOUR))
    assert found.label == EMPTY
    assert "91 % fuld" in found.weighed[0].text


def test_without_a_forecast_only_what_is_measured_counts() -> None:
    now = situation()
    assert given(now, None).label == NOTHING
    now.level[-1] = 91.0
    assert given(now, None).label == EMPTY


@pytest.mark.parametrize(
    ("warm", "alarms", "label"),
    [
        (((NOW - HOUR, 18.0), (NOW, 71.0)), (), FIRE),
        (((NOW - HOUR, 18.0), (NOW, 44.0)), (), FIRE),
        (((NOW - HOUR, 30.0), (NOW, 44.0)), (), NOTHING),
        (((NOW - 2 * HOUR, 10.0), (NOW, 44.0)), (), FIRE),
        (((NOW - 2 * HOUR, 10.0), (NOW - HOUR, 30.0), (NOW, 44.0)), (), NOTHING),
        ((), ("burning",), FIRE),
        ((), ("lid",), NOTHING),
        ((), (), NOTHING),
    ],
)
def test_fire_is_told_by_heat_or_by_the_sensors_own_alarm(
    warm: tuple[tuple[int, float], ...], alarms: tuple[str, ...], label: str
) -> None:
    assert given(situation(warm=warm, alarms=alarms)).label == label


def test_fire_comes_before_all_else_and_the_rest_is_told_with_it() -> None:
    found = given(situation(warm=((NOW, 80.0),), visit=None), FAST)
    assert found.label == FIRE
    assert len([one for one in found.weighed if one.is_for]) == 2
    assert found.otherwise is not None
    assert found.otherwise[1] == EMPTY


def test_a_rise_that_the_bin_never_has_is_looked_at() -> None:
    now = situation()
    now.level[-4:] = [20.0, 20.0, 70.0, 71.0]
    found = given(replace(now, visit=NOW + HOUR))
    assert found.label == LOOK
    assert "Det meste, der ellers er kommet i, er 11." in found.weighed[0].text
    assert given(replace(now, visit=NOW + HOUR, now=NOW + 4 * HOUR)).label == NOTHING


def test_a_rise_that_the_bin_often_has_is_nothing() -> None:
    now = situation()
    now.level[:] = np.where(np.arange(400) % 10 < 5, 5.0, 60.0)
    now.level[-6:] = [5, 5, 5, 5, 60, 60]
    assert LOOK not in found_labels(RULES, replace(now, visit=NOW + HOUR), SLOW)


def test_an_echo_that_the_next_reading_does_not_say_is_nothing() -> None:
    now = situation(visit=NOW + HOUR)
    now.level[-3:] = [20.0, 20.0, 71.0]
    assert found_labels(RULES, now, SLOW) == frozenset()


def test_a_leap_that_may_be_a_fault_is_looked_at_while_it_is_young() -> None:
    leap = ("bridge", NOW - 2 * HOUR, "Niveauet gik fra 20 til 70 % på en gang.")
    now = situation(faults=(leap,), visit=NOW + HOUR)
    now.level[-3:] = np.nan
    found = given(now)
    assert (found.label, found.weighed[0].text) == (LOOK, leap[2])
    old = (leap[0], NOW - 30 * HOUR, leap[2])
    assert given(replace(now, faults=(old,))).label == INSPECT


def test_a_sensor_that_is_unknown_for_a_day_is_to_be_looked_at() -> None:
    fault = ("drop-out", NOW - 30 * HOUR, "Måleren har været tavs i 30 timer.")
    now = situation(faults=(fault,), trust=0.0, reason=fault[2])
    now.level[-30:] = np.nan
    found = given(now)
    assert found.label == INSPECT
    assert "Det har varet i 30 timer" in found.weighed[0].text
    assert any("Den sidste måling" in one.text for one in found.weighed if not one.is_for)
    young = ("drop-out", NOW - 20 * HOUR, "Måleren har været tavs i 20 timer.")
    assert given(replace(now, faults=(young,))).label == NOTHING


def test_what_was_asked_is_not_asked_again_but_the_next_is() -> None:
    now = situation(warm=((NOW, 80.0),), visit=None, asked=(FIRE,))
    assert given(now, FAST).label == EMPTY
    assert given(replace(now, asked=(FIRE, EMPTY)), FAST).label == NOTHING


def test_chances_rise_with_the_hours_and_stop_at_the_last_day() -> None:
    hours = np.arange(0, 200)
    found = [FAST.within(float(one)) for one in hours]
    assert found == sorted(found)
    assert (found[0], found[24], found[-1]) == (0.0, 0.25, 0.98)


def test_limits_come_back_as_they_were() -> None:
    assert Rules.of_json(RULES.as_json) == RULES


@pytest.mark.parametrize(
    "changed",
    [
        {"fire_c": -1.0},
        {"fire_c": True},
        {"early_chance": 1.0},
        {"full_pct": 101.0},
        {"format": 1},
        {"certainty": {"inspect": 2.0, "fire": 0.5, "look": 0.5}},
        {"certainty": {"inspect": 0.9}},
        {"more": 1.0},
        {"rise_hours": float("nan")},
    ],
)
def test_limits_that_cannot_be_are_refused(changed: dict[str, object]) -> None:
    with pytest.raises(WasteError):
        Rules.of_json(RULES.as_json | changed)


def test_a_file_that_is_no_toml_is_refused() -> None:
    with pytest.raises(WasteError):
        limits.of_toml("full_pct = ")


def test_the_chance_by_an_hour_follows_how_a_day_falls_on_its_hours() -> None:
    # All that fills comes in the last six hours of the day.
    late = Chances(FAST.full, (0.0,) * 18 + (1 / 6,) * 6)
    assert late.within(18) == 0.0
    assert late.within(21) == pytest.approx(0.125)
    assert late.within(24) == pytest.approx(FAST.within(24))
    assert late.within(42) == pytest.approx(0.25)
    assert late.within(45.5) == pytest.approx(0.25 + 0.35 * 3.5 / 6)
    assert late.within(1_000) == FAST.full[-1]
    # A visit in the morning comes in time, where a straight line would have said that it does not.
    morning = situation(visit=NOW + 40 * HOUR)
    assert given(morning, FAST).label == EMPTY
    assert given(morning, late).label == NOTHING
