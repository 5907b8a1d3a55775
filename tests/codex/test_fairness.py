# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Limits on a card, and the verdict on them: beyond doubt or not, and the same in SQL."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kernel_stage import LIMIT, card_text

from kodeks.codex import card, fairness
from kodeks.codex.fairness import Limit
from kodeks.codex.reader import CardError
from kodeks.statistics.groups import MEASURES
from kodeks.statistics.shares import share

DIFFERENCE = Limit(
    attribute="district",
    title="Bydel",
    measure="accuracy",
    kind="difference",
    most="0.20",
    least_count=10,
)
RATIO = Limit(**(vars(DIFFERENCE) | {"kind": "ratio", "most": "1.25"}))


def figure(group, hits, count, **more):
    found = share(count=hits, total=count)
    low, high = found.low, found.high
    texts = {"value": hits / count, "low": low, "high": high}
    return {
        "attribute": "district",
        "group": group,
        "measure": "accuracy",
        "count": str(count),
        **{name: f"{number:.4f}" for name, number in texts.items()},
    } | more


def judged(limit, *figures):
    (verdict,) = fairness.judge([limit], figures)
    return verdict


def test_the_interval_of_a_difference_is_the_published_one():
    """Newcombe 1998, "Interval estimation for the difference", table II (a), method 10."""
    verdict = judged(DIFFERENCE, figure("a", 56, 70), figure("b", 48, 80))
    assert verdict.value == pytest.approx(0.2000, abs=1e-4)
    assert verdict.low == pytest.approx(0.0524, abs=2e-4)
    assert verdict.state == "held"


def test_the_interval_of_a_ratio_holds_the_truth_from_below_in_97_of_100():
    rng = np.random.default_rng(3)
    held, worlds = 0, 2_000
    for hits, others in zip(
        rng.binomial(80, 0.75, worlds), rng.binomial(80, 0.5, worlds), strict=True
    ):
        verdict = judged(RATIO, figure("a", int(hits), 80), figure("b", int(others), 80))
        held += verdict.higher != "a" or verdict.low <= 1.5
    assert 0.955 <= held / worlds <= 0.99


def test_a_ratio_to_nothing_has_no_value_but_a_lower_end():
    verdict = judged(RATIO, figure("a", 20, 40), figure("b", 0, 40))
    assert verdict.value is None
    assert verdict.low > 1.25
    assert verdict.state == "broken"
    nobody = judged(RATIO, figure("a", 0, 40), figure("b", 0, 40))
    assert (nobody.low, nobody.state) == (0.0, "held")


def test_the_pair_that_is_furthest_apart_beyond_doubt_is_named():
    """The handful in c lies lowest, but what is known best is between a and b."""
    found = judged(DIFFERENCE, figure("a", 95, 100), figure("b", 60, 100), figure("c", 6, 12))
    assert (found.higher, found.lower, found.state) == ("a", "b", "broken")


@pytest.mark.parametrize(
    "figures",
    [
        (),
        (figure("a", 10, 10),),
        (figure("a", 100, 100), figure("b", 1, 9)),
        (figure("a", 10, 10), figure("b", 1, 10, attribute="sex")),
        (figure("a", 10, 10), figure("b", 1, 10, measure="tpr")),
    ],
)
def test_fewer_than_two_groups_tell_nothing(figures):
    assert judged(DIFFERENCE, *figures).state == "too_few"


def test_equal_treatment_gives_no_alarm_and_a_breach_is_seen():
    """A month of 100 decisions in each of 8 districts, 300 times over."""
    rng = np.random.default_rng(5)

    def alarms(shares):
        return sum(
            judged(
                DIFFERENCE,
                *(figure(str(n), int(rng.binomial(100, p)), 100) for n, p in enumerate(shares)),
            ).state
            == "broken"
            for _ in range(300)
        )

    assert alarms([0.8] * 8) == 0
    # Two that differ by exactly the limit: one alarm in forty is what the interval promises.
    assert alarms([0.9, 0.7]) <= 15
    assert alarms([0.9] * 7 + [0.5]) >= 285


# On the card


def test_a_card_without_limits_has_none():
    found = card.load(card_text("sx"))
    assert (found.fairness, found.selection) == ((), None)
    assert fairness.limits_of({}) == ()


def test_a_limit_is_read_and_registered_as_it_stands():
    found = card.load(card_text("sx", fairness=LIMIT))
    assert found.fairness == (DIFFERENCE,)
    assert fairness.limits_of(json.loads(json.dumps(dict(found.content)))) == found.fairness
    assert found.sha256 != card.load(card_text("sx")).sha256


def test_a_limit_on_whom_the_system_selects_says_what_selecting_is():
    text = LIMIT.replace("accuracy", "fpr")
    with pytest.raises(CardError, match=r"\[selection\]"):
        card.load(card_text("sx", fairness=text))
    text += '[selection]\nfield = "control"\nvalue = "ja"\n'
    found = card.load(card_text("sx", fairness=text))
    assert found.selection == fairness.Selection(field="control", value="ja")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('most_difference = "0.20"', "", "enten `most_difference` eller"),
        ('most_difference = "0.20"', 'most_difference = "0.2"\nmost_ratio = "1.2"', "enten"),
        ('"0.20"', '"20"', "tal som tekst"),
        ('"0.20"', '"0.0"', "tal som tekst"),
        ('"0.20"', "0.2", "tekst"),
        ('most_difference = "0.20"', 'most_ratio = "0.8"', "tal som tekst"),
        ("least_count = 10", "least_count = 9", "fra 10 til"),
        ('"accuracy"', '"calibration"', "et af"),
        ('"district"', '"Bydel!"', "små bogstaver"),
        ("least_count = 10", "least_count = 10\nextra = 1", "ikke kendes"),
        (LIMIT, LIMIT + LIMIT, "to grænser for district accuracy"),
    ],
)
def test_a_limit_that_is_not_in_order_is_refused_in_words(old, new, told):
    with pytest.raises(CardError, match=told):
        card.load(card_text("sx", fairness=LIMIT.replace(old, new)))


def test_limits_are_on_measures_that_are_measured():
    assert set(fairness.MEASURES) <= set(MEASURES)


# In SQL too

SHARES = st.integers(0, 40).flatmap(
    lambda count: st.tuples(st.integers(0, count), st.just(count)) if count else st.just((1, 1))
)
FIGURES = st.lists(
    st.tuples(st.sampled_from(["Ådal", "Zonen", "a", "b", "é"]), SHARES),
    max_size=5,
    unique_by=lambda one: one[0],
)


@given(FIGURES, st.sampled_from([DIFFERENCE, RATIO]), st.integers(10, 30))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_database_judges_alike(stage, figures, limit, least):
    limit = Limit(**(vars(limit) | {"least_count": least}))
    told = [figure(name, hits, count) for name, (hits, count) in figures]
    (by_sql,) = stage.as_owner(
        "SELECT kernel.judge_groups(%s::jsonb, %s::jsonb)",
        json.dumps([vars(limit)]),
        json.dumps(told),
    )
    by_python = judged(limit, *told)
    assert by_sql["state"] == by_python.state
    if by_python.state != "too_few":
        assert (by_sql["higher"], by_sql["lower"]) == (by_python.higher, by_python.lower)
        for name, number in (("value", by_python.value), ("low", by_python.low)):
            told_number = None if by_sql[name] is None else float(by_sql[name])
            assert told_number == (None if number is None else pytest.approx(number, abs=6e-5))


@pytest.mark.parametrize(("hits", "count"), [(0, 10), (10, 10), (81, 263), (1, 29), (7, 100_000)])
def test_the_databases_wilson_is_ours(stage, hits, count):
    found = stage.owner.execute("SELECT * FROM kernel.wilson(%s, %s)", (hits, count)).fetchone()
    ours = share(count=hits, total=count)
    assert found == pytest.approx((ours.low, ours.high), abs=1e-12)
