# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Hours freed: the arithmetic, what never counts, and how often intervals hold the truth."""

from __future__ import annotations

import datetime as dt
import math
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.statistics.hours import FEWEST_MEASURED, Freed, Piece, Spent, Study, freed, quantile

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
STEPS = ("journalise", "receipt", "forward")
BASE = Study(step="receipt", since=START, measured=40, mean=12, deviation=6, review=3, rework=20)


def month(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m}"


def counted(studies, pieces=(), reviews=(), reworks=()) -> dict[str, Freed]:
    return freed(studies=studies, pieces=pieces, reviews=reviews, reworks=reworks, period_of=month)


def whole(*parts, **named) -> Freed:
    """All of it as one period."""
    found = freed(
        studies=parts[0],
        pieces=named.get("pieces", ()),
        reviews=named.get("reviews", ()),
        reworks=named.get("reworks", ()),
        period_of=lambda _: "",
    )
    return found[""]


def piece(day: int, **changes) -> Piece:
    return Piece(**{"steps": ("receipt",), "finished": START + day * DAY} | changes)


def test_measured_minutes_times_what_was_finished_less_review_and_rework():
    (found,) = counted(
        [BASE],
        [piece(1) for _ in range(10)],
        [Spent(at=START + DAY, step="receipt")] * 2,
        [Spent(at=START + DAY)],
    ).values()
    assert (found.finished, found.reviews, found.reworks) == (10, 2, 1)
    assert (found.baseline, found.review, found.rework) == (120, 6, 20)
    assert found.minutes == 94
    # s²(N²/n + N) = 36 (100/40 + 10) = 450, t of 39 degrees = 2.0227
    assert found.high - found.minutes == pytest.approx(2.0227 * math.sqrt(450), rel=1e-4)
    assert found.minutes - found.low == pytest.approx(found.high - found.minutes)


def test_each_piece_by_the_study_in_force_when_it_was_finished():
    newer = replace(BASE, since=START + 40 * DAY, mean=8.0)
    found = counted([newer, BASE], [piece(0), piece(39), piece(40)])
    assert found["2026-01"].baseline == 12
    assert found["2026-02"].baseline == 12 + 8


def test_what_was_finished_before_the_first_study_frees_nothing():
    (found,) = counted([replace(BASE, since=START + 2 * DAY)], [piece(1)]).values()
    assert (found.finished, found.unmeasured, found.minutes) == (1, 1, 0)
    assert (found.low, found.high) == (0, 0)


@pytest.mark.parametrize(
    "nothing",
    [
        piece(1, finished=None),
        piece(1, rejected=True),
        piece(3, undone=START + 2 * DAY),
        piece(1, steps=("journalise",)),
    ],
    ids=["not finished", "rejected", "found wrong before", "of a step without a study"],
)
def test_what_counts_for_nothing(nothing):
    assert sum(one.minutes for one in counted([BASE], [nothing]).values()) == 0


def test_a_mistake_takes_its_minutes_back_in_the_month_it_is_found():
    found = counted([BASE], [piece(1, undone=START + 40 * DAY)])
    assert found["2026-01"].minutes == 12
    assert (found["2026-02"].minutes, found["2026-02"].undone) == (-12, 1)


def test_a_persons_time_of_no_step_costs_what_the_dearest_study_says():
    other = replace(BASE, step="forward", rework=31.0)
    (found,) = counted([BASE, other], reworks=[Spent(at=START + DAY)]).values()
    assert found.rework == 31
    (found,) = counted([BASE, other], reworks=[Spent(at=START + DAY, step="receipt")]).values()
    assert found.rework == 20


def test_steps_are_added_up():
    other = replace(BASE, step="forward", mean=5.0)
    (found,) = counted([BASE, other], [piece(1, steps=STEPS)]).values()
    assert found.baseline == 17


# Properties, over any log

moments = st.integers(0, 500).map(lambda days: START + days * DAY)
studies = st.lists(
    st.builds(
        Study,
        step=st.sampled_from(STEPS),
        since=moments,
        measured=st.integers(FEWEST_MEASURED, 500),
        mean=st.integers(1, 240000).map(lambda cents: cents / 100),
        deviation=st.integers(1, 24000).map(lambda cents: cents / 100),
        review=st.integers(0, 2400).map(float),
        rework=st.integers(0, 2400).map(float),
    ),
    max_size=6,
    # Two in one moment would leave open which is the newer.
    unique_by=lambda study: (study.step, study.since),
)
pieces = st.lists(
    st.builds(
        Piece,
        steps=st.sets(st.sampled_from(STEPS)).map(lambda steps: tuple(sorted(steps))),
        finished=st.none() | moments,
        undone=st.none() | moments,
        rejected=st.booleans(),
    ),
    max_size=30,
)
spent = st.lists(st.builds(Spent, at=moments, step=st.sampled_from(("", *STEPS))), max_size=8)


@given(studies, pieces, spent, spent)
def test_never_more_than_what_was_finished(known, done, looked, redone):
    found = counted(known, done, looked, redone)
    finished = [one for one in done if one.counted is not None]
    assert sum(one.finished for one in found.values()) == len(finished)
    dearest = {step: max((s.mean for s in known if s.step == step), default=0.0) for step in STEPS}
    most = sum(dearest[step] for one in finished for step in one.steps)
    assert sum(one.minutes for one in found.values()) <= most + 1e-6
    for one in found.values():
        assert one.low <= one.minutes <= one.high
        assert one.review >= 0
        assert one.rework >= 0


@given(studies, pieces, spent, spent, st.randoms(use_true_random=False))
def test_the_order_of_the_log_changes_nothing(known, done, looked, redone, shuffled: random.Random):
    before = counted(known, done, looked, redone)
    for part in (known, done, looked, redone):
        shuffled.shuffle(part)
    assert counted(known, done, looked, redone) == before


@given(studies, pieces, spent, spent)
def test_rejected_and_failed_work_changes_no_hours(known, done, looked, redone):
    worthless = [replace(one, rejected=True) for one in done]
    worthless += [replace(one, finished=None) for one in done]
    with_it = counted(known, [*done, *worthless], looked, redone)
    for period, one in counted(known, done, looked, redone).items():
        assert with_it[period].minutes == one.minutes
        assert with_it[period].high == one.high
    assert all(one.minutes == 0 for one in counted(known, worthless).values())


@given(studies, pieces, spent, spent, studies, pieces, spent)
def test_nothing_that_comes_later_changes_a_month_that_is_over(
    known, done, looked, redone, new, later, wrong
):
    """Not a study, nor a piece, nor a mistake that is found."""
    over = START + 250 * DAY
    early = [replace(one, undone=_before(one.undone, over)) for one in done]
    early = [one for one in early if one.finished is None or one.finished < over]
    known = [one for one in known if one.since < over]
    looked = [one for one in looked if one.at < over]
    redone = [one for one in redone if one.at < over]
    before = counted(known, early, looked, redone)
    now = counted(
        [*known, *(one for one in new if one.since >= over)],
        # Some that were finished are found wrong now.
        [replace(one, undone=one.undone or over) for one in early]
        + [one for one in later if one.finished is not None and one.finished >= over],
        [*looked, *(one for one in wrong if one.at >= over)],
        [*redone, *(one for one in wrong if one.at >= over)],
    )
    for period, one in before.items():
        if period < month(over):
            assert now[period] == one


def _before(moment: dt.datetime | None, end: dt.datetime) -> dt.datetime | None:
    return moment if moment is not None and moment < end else None


@given(studies, pieces)
def test_periods_add_up(known, done):
    months = counted(known, done)
    if months:
        one = whole(known, pieces=done)
        assert one.minutes == pytest.approx(sum(m.minutes for m in months.values()), abs=1e-6)
        assert one.finished == sum(m.finished for m in months.values())


# The interval


@pytest.mark.parametrize(
    ("freedom", "value"),
    # Abramowitz & Stegun (1964), table 26.10
    [(19, 2.093), (20, 2.086), (24, 2.064), (30, 2.042), (40, 2.021), (120, 1.980), (1e9, 1.960)],
)
def test_quantiles_of_student(freedom, value):
    assert quantile(freedom) == pytest.approx(value, abs=0.0006)


@pytest.mark.parametrize("number", [50, 300])
@pytest.mark.parametrize("kinds", [1, 3])
def test_intervals_hold_the_truth_as_often_as_they_say(number, kinds):
    """In simulated worlds: a study is made, then the robot takes over so many pieces of each kind,
    and the truth is what a person would have needed for them."""
    random_numbers = np.random.default_rng(20261126 + number + kinds)
    spread = math.sqrt(math.log(1 + 0.5**2))
    held, worlds = 0, 1000
    for _ in range(worlds):
        known, truth = [], 0.0
        for step in STEPS[:kinds]:
            watch = random_numbers.lognormal(2.0, spread, 30)
            known.append(
                replace(
                    BASE, step=step, measured=30, mean=float(watch.mean()),
                    deviation=float(watch.std(ddof=1)),
                )
            )  # fmt: skip
            truth += float(random_numbers.lognormal(2.0, spread, number).sum())
        done = [piece(1, steps=STEPS[:kinds])] * number
        found = whole(known, pieces=done)
        held += found.low <= truth <= found.high
    assert 0.92 <= held / worlds <= 0.97
