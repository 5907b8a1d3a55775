# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Influence and its interval: a published figure, other ways to the same number, what must hold."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import binom, hypergeom

from kodeks.statistics.influence import Arm, Stratum, influence, pooled, score
from kodeks.statistics.shares import FigureError


def arms(least: int = 1, most: int = 400) -> st.SearchStrategy[Arm]:
    return st.integers(least, most).flatmap(lambda n: st.builds(Arm, st.integers(0, n), st.just(n)))


strata = st.lists(st.builds(Stratum, shown=arms(), blind=arms()), min_size=1, max_size=6)


def test_the_published_example() -> None:
    # 56/70 - 48/80 by Miettinen and Nurminen: R.G. Newcombe, Statistics in Medicine 17 (1998),
    # table II, method 6.
    found = influence(shown=Arm(56, 70), blind=Arm(48, 80))
    assert found.estimate == pytest.approx(0.2)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0528, 0.3382)
    assert (found.shown, found.blind) == (70, 80)


@given(st.builds(Stratum, shown=arms(), blind=arms()), st.floats(-0.95, 0.95))
def test_the_variance_is_that_of_the_likeliest_shares(stratum: Stratum, difference: float) -> None:
    shown, blind = stratum.shown, stratum.blind
    least, most = max(0.0, -difference), min(1.0, 1 - difference)

    def unlikely(share: float) -> float:
        with np.errstate(divide="ignore"):
            return -float(
                binom.logpmf(shown.agreed, shown.total, share + difference)
                + binom.logpmf(blind.agreed, blind.total, share)
            )

    share = minimize_scalar(
        unlikely, bounds=(least, most), method="bounded", options={"xatol": 1e-10}
    ).x
    total = shown.total + blind.total
    above = share + difference
    variance = (above * (1 - above) / shown.total + share * (1 - share) / blind.total) * (
        total / (total - 1)
    )
    found = shown.agreed / shown.total - blind.agreed / blind.total - difference
    assert score(strata=(stratum,), difference=difference) * math.sqrt(variance) == pytest.approx(
        found, rel=2e-3, abs=1e-4
    )


@settings(max_examples=50)
@given(strata)
def test_without_influence_it_is_the_test_of_mantel_and_haenszel(strata: list[Stratum]) -> None:
    above = variance = 0.0
    for one in strata:
        total = one.shown.total + one.blind.total
        agreed = one.shown.agreed + one.blind.agreed
        chances = hypergeom.pmf(np.arange(total + 1), total, agreed, one.shown.total)
        mean = chances @ np.arange(total + 1)
        above += one.shown.agreed - mean
        variance += chances @ (np.arange(total + 1) - mean) ** 2
    if variance > 1e-9:
        found = score(strata=strata, difference=0.0)
        assert found == pytest.approx(above / math.sqrt(variance), abs=1e-6)


@settings(max_examples=50)
@given(strata)
def test_the_interval_holds_the_estimate_and_has_the_score_at_its_ends(
    strata: list[Stratum],
) -> None:
    found = pooled(strata=strata)
    assert -1 <= found.low <= found.estimate <= found.high <= 1
    if found.low > -0.999:
        assert score(strata=strata, difference=found.low) == pytest.approx(1.95996, abs=1e-3)
    if found.high < 0.999:
        assert score(strata=strata, difference=found.high) == pytest.approx(-1.95996, abs=1e-3)


@settings(max_examples=50)
@given(strata)
def test_exchanged_arms_give_the_mirrored_interval(strata: list[Stratum]) -> None:
    found = pooled(strata=strata)
    other = pooled(strata=[Stratum(shown=one.blind, blind=one.shown) for one in strata])
    assert (other.low, other.high) == pytest.approx((-found.high, -found.low), abs=1e-6)


@given(arms(), arms())
def test_more_of_the_same_makes_the_interval_narrower(shown: Arm, blind: Arm) -> None:
    few = influence(shown=shown, blind=blind)
    many = influence(
        shown=Arm(shown.agreed * 9, shown.total * 9), blind=Arm(blind.agreed * 9, blind.total * 9)
    )
    assert many.high - many.low < few.high - few.low
    assert many.estimate == pytest.approx(few.estimate)


def test_a_change_of_mix_is_not_influence() -> None:
    # The first month half is blind and agreement is low, the second a tenth and agreement is high.
    first = Stratum(shown=Arm(250, 500), blind=Arm(250, 500))
    second = Stratum(shown=Arm(810, 900), blind=Arm(90, 100))
    together = influence(shown=Arm(250 + 810, 1400), blind=Arm(250 + 90, 600))
    assert together.low > 0.1
    assert pooled(strata=(first, second)).estimate == 0


def test_a_stratum_with_an_empty_arm_is_left_out() -> None:
    full = Stratum(shown=Arm(20, 30), blind=Arm(15, 30))
    all_blind = Stratum(shown=Arm(0, 0), blind=Arm(90, 100))
    assert pooled(strata=(full, all_blind)) == pooled(strata=(full,))
    with pytest.raises(FigureError, match="både med og uden"):
        pooled(strata=(all_blind,))
    with pytest.raises(FigureError):
        pooled(strata=())


@pytest.mark.parametrize(("agreed", "total"), [(1, 0), (-1, 4), (5, 4), (0, -1)])
def test_an_arm_that_cannot_be_is_refused(agreed: int, total: int) -> None:
    with pytest.raises(FigureError):
        Arm(agreed, total)
