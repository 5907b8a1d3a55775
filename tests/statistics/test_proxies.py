# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The search for proxies: a planted one is found, and noise is not."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from kodeks.statistics import proxies
from kodeks.statistics.shares import FigureError

N = 600


@pytest.fixture(scope="module")
def world():
    rng = np.random.default_rng(2)
    who = np.where(rng.random(N) < 0.4, "kvinde", "mand")
    women = who == "kvinde"
    return {
        "who": who.tolist(),
        "height": rng.normal(np.where(women, 168, 181), 7).tolist(),
        "need": rng.normal(0, 1, N).tolist(),
        "club": np.where(women ^ (rng.random(N) < 0.2), "ridning", "fodbold").tolist(),
        "month": rng.choice(list("abcdefghijkl"), N).tolist(),
        "letter": [
            {"hilsen", rng.choice(["gade", "vej", "park"]), *(["mor"] if one and k < 0.5 else [])}
            for one, k in zip(women, rng.random(N), strict=True)
        ],
        "noise": [set(rng.choice([f"ord{i}" for i in range(300)], 20).tolist()) for _ in range(N)],
    }


@pytest.fixture(scope="module")
def found(world):
    return {
        one.field: one
        for one in proxies.search(
            protected=world["who"],
            numbers={name: world[name] for name in ("height", "need")},
            categories={name: world[name] for name in ("club", "month")},
            texts={name: world[name] for name in ("letter", "noise")},
            seed=1,
        )
    }


def test_planted_proxies_are_found_and_noise_is_not(found):
    assert {name for name, one in found.items() if one.gives_away()} == {"height", "club", "letter"}
    assert found["letter"].words == ("mor",)
    assert found["noise"].words == ()


def test_the_strongest_comes_first_and_all_lie_from_0_to_1(found):
    strengths = [one.strength for one in found.values()]
    assert strengths == sorted(strengths, reverse=True)
    assert all(0 <= one.strength <= 1 and 0 < one.probability <= 1 for one in found.values())


def test_numbers_go_by_the_auc_that_scikit_learn_knows(found, world):
    women = [one == "kvinde" for one in world["who"]]
    auc = roc_auc_score(women, world["height"])
    assert found["height"].strength == pytest.approx(abs(2 * auc - 1), abs=1e-12)


def test_categories_go_by_cramers_v(found, world):
    table = np.zeros((2, 2))
    for who, club in zip(world["who"], world["club"], strict=True):
        table[int(who == "mand"), int(club == "fodbold")] += 1
    (a, b), (c, d) = table
    phi = abs(a * d - b * c) / np.sqrt((a + b) * (c + d) * (a + c) * (b + d))
    assert found["club"].strength == pytest.approx(phi)


def test_a_copy_of_the_attribute_is_told_with_all_its_strength(world):
    codes = [float(one == "mand") for one in world["who"]]
    for given in ({"numbers": {"x": codes}}, {"categories": {"x": world["who"]}}):
        (one,) = proxies.search(protected=world["who"], seed=1, draws=40, **given)
        assert one.strength == pytest.approx(1)


def test_many_fields_of_noise_give_no_alarm():
    """20 worlds of 12 fields that tell nothing: one alarm in twenty is what 5 % means."""
    rng = np.random.default_rng(8)
    alarms = 0
    for seed in range(20):
        who = rng.choice(["a", "b", "c"], 120).tolist()
        fields = {str(number): rng.choice(list("pqr"), 120).tolist() for number in range(12)}
        found = proxies.search(protected=who, categories=fields, seed=seed, draws=300)
        alarms += any(one.gives_away() for one in found)
    assert alarms <= 3


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"numbers": {"x": [1.0, 2.0]}},
        {"numbers": {"x": [1.0, 2.0, float("nan")]}},
        {"categories": {"x": ["p"]}},
        {"texts": {"x": [{"p"}]}},
        {"protected": ["a", "a", "a"], "categories": {"x": ["p", "p", "q"]}},
        {"draws": 3, "categories": {"x": ["p", "p", "q"]}},
    ],
)
def test_what_cannot_be_searched_is_refused_in_words(given):
    with pytest.raises(FigureError, match=r"skal|mangler|ingen|kun én"):
        proxies.search(**{"protected": ["a", "b", "a"], "seed": 1, **given})


def test_a_field_with_one_value_tells_nothing():
    (one,) = proxies.search(
        protected=["a", "b"] * 20, categories={"x": ["p"] * 40}, seed=1, draws=20
    )
    assert (one.strength, one.gives_away()) == (0.0, False)
