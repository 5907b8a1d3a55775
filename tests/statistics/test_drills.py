# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How many drills, and what a team's answers say; against scipy's exact figures."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from kodeks.statistics import drills as reckoning
from kodeks.statistics.drills import MOST_DRILLS, Outcome, exact_interval, plan, verdict
from kodeks.statistics.shares import FigureError

counts = st.integers(1, MOST_DRILLS).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("poor", "good", "drills", "least"),
    [(0.5, 0.8, 18, 13), (0.6, 0.8, 36, 27), (0.8, 0.9, 82, 72)],
)
def test_the_guides_figures(poor: float, good: float, drills: int, least: int) -> None:
    found = plan(poor=poor, good=good)
    assert (found.drills, found.least) == (drills, least)
    assert found.poor_passes == pytest.approx(binom.sf(least - 1, drills, poor))
    assert found.good_passes == pytest.approx(binom.sf(least - 1, drills, good))


@example(poor=0.5, apart=0.3125, error=0.125, power=0.5)
@given(st.floats(0.05, 0.6), st.floats(0.15, 0.35), st.floats(0.01, 0.2), st.floats(0.5, 0.95))
def test_no_smaller_number_would_do(poor: float, apart: float, error: float, power: float) -> None:
    found = plan(poor=poor, good=poor + apart, error=error, power=power)
    assert found.poor_passes <= error
    assert found.good_passes >= power
    for drills in range(1, found.drills):
        # The least mark that a poor team reaches rarely enough.
        least = int(binom.isf(error, drills, poor)) + 1
        assert binom.sf(least - 1, drills, poor + apart) < power + 1e-9


@given(counts, st.floats(0.5, 0.999))
def test_the_interval_is_scipys(counted: tuple[int, int], level: float) -> None:
    count, total = counted
    theirs = binomtest(count, total).proportion_ci(level, method="exact")
    assert exact_interval(count=count, total=total, level=level) == pytest.approx(
        (theirs.low, theirs.high), abs=1e-9
    )


def test_a_team_passes_or_fails_as_soon_as_nothing_can_change_it() -> None:
    planned = plan(poor=0.5, good=0.8)
    outcomes = {
        (caught, drills): verdict(caught=caught, drills=drills, plan=planned).outcome
        for caught, drills in ((13, 18), (12, 18), (13, 13), (12, 17), (4, 10), (4, 9))
    }
    assert outcomes == {
        (13, 18): Outcome.PASSED,
        (12, 18): Outcome.FAILED,
        (13, 13): Outcome.PASSED,
        (12, 17): Outcome.UNDER_WAY,
        (4, 10): Outcome.FAILED,
        (4, 9): Outcome.UNDER_WAY,
    }


def test_a_verdict_has_the_rate_and_its_interval() -> None:
    found = verdict(caught=13, drills=18, plan=plan(poor=0.5, good=0.8))
    assert (found.caught, found.drills) == (13, 18)
    assert found.rate == pytest.approx(13 / 18)
    assert (found.low, found.high) == exact_interval(count=13, total=18)


def test_what_cannot_be_is_refused() -> None:
    planned = plan(poor=0.5, good=0.8)
    with pytest.raises(FigureError, match="Tæl hver runde for sig"):
        verdict(caught=15, drills=19, plan=planned)
    for caught, drills in ((0, 0), (5, 4), (-1, 4)):
        with pytest.raises(FigureError):
            verdict(caught=caught, drills=drills, plan=planned)
    for poor, good in ((0.8, 0.5), (0.5, 0.5), (0.0, 0.5), (0.5, 1.0)):
        with pytest.raises(FigureError):
            plan(poor=poor, good=good)
    with pytest.raises(FigureError, match="længere fra hinanden"):
        plan(poor=0.5, good=0.51)
    for error, power in ((0.0, 0.8), (0.05, 1.0)):
        with pytest.raises(FigureError):
            plan(poor=0.5, good=0.8, error=error, power=power)
    with pytest.raises(FigureError):
        exact_interval(count=1, total=MOST_DRILLS + 1)
    with pytest.raises(FigureError):
        exact_interval(count=1, total=2, level=1.0)


# Controls


@pytest.mark.parametrize(
    ("of_drills", "followed", "controls", "outcome"),
    [
        (Outcome.PASSED, 4, 4, Outcome.PASSED),
        (Outcome.PASSED, 3, 3, Outcome.UNDER_WAY),
        (Outcome.PASSED, 3, 6, Outcome.FAILED),
        (Outcome.UNDER_WAY, 6, 6, Outcome.UNDER_WAY),
        (Outcome.UNDER_WAY, 0, 2, Outcome.UNDER_WAY),
        (Outcome.UNDER_WAY, 0, 3, Outcome.FAILED),
        (Outcome.FAILED, 6, 6, Outcome.FAILED),
    ],
)
def test_rejecting_everything_is_no_way_to_pass(of_drills, followed, controls, outcome):
    found = reckoning.with_controls(
        drills=of_drills, followed=followed, controls=controls, least=4, planned=6
    )
    assert found is outcome


@pytest.mark.parametrize(("followed", "controls"), [(-1, 0), (2, 1), (7, 7), (6, 7)])
def test_controls_that_cannot_be_are_refused(followed, controls):
    with pytest.raises(FigureError):
        reckoning.with_controls(
            drills=Outcome.PASSED, followed=followed, controls=controls, least=4, planned=6
        )


def test_the_chance_to_pass_is_that_of_the_plan():
    found = reckoning.plan(poor=reckoning.POOR, good=reckoning.GOOD)
    assert (found.drills, found.least) == (18, 13)
    chances = [
        reckoning.passes(drills=18, least=13, share=share)
        for share in (reckoning.POOR, reckoning.GOOD)
    ]
    assert chances == pytest.approx([found.poor_passes, found.good_passes])
