# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A new model beside the old one: what is worse, what is chance, and what cannot be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from kodeks.inquiries.engine.canary import (
    EARLIER,
    SMALL,
    Figure,
    Trial,
    changed,
    compare,
    small_groups,
)
from kodeks.inquiries.engine.results import Triage

TOPICS = ("vej", "affald")


def answers(right: Sequence[bool], truth: Sequence[str], *, sure: float = 0.9) -> list[Triage]:
    return [
        Triage(
            label=label if good and label else TOPICS[TOPICS[0] == label],
            confidence=sure,
            accepted=True,
            alternatives=(),
            out_of_scope=False,
            considerations=(),
        )
        for good, label in zip(right, truth, strict=True)
    ]


def week(size: int, share: float, *, seed: int) -> list[bool]:
    return (np.random.default_rng(seed).random(size) < share).tolist()


def judged(trial: Trial, *, bound: float = 0.05, least: int = 30) -> dict[str, Figure]:
    found = compare(trial, bound=bound, group_bound=0.05, least=least, draws=500)
    return {one.measure: one for one in found}


def trial(size: int = 400, *, old: float = 0.9, new: float = 0.9, groups=None) -> Trial:
    truth = [TOPICS[i % 2] for i in range(size)]
    return Trial(
        truth=truth,
        old=answers(week(size, old, seed=1), truth),
        new=answers(week(size, new, seed=1), truth),
        groups=groups or {},
    )


def test_a_model_beside_itself_is_not_worse_in_anything() -> None:
    same = trial()
    found = judged(same)
    assert set(found) == {"accuracy", "coverage", "ece", "error"}
    assert {one.verdict for one in found.values()} == {"held"}
    assert all((one.worse, one.low, one.high) == (0, 0, 0) for one in found.values())
    assert changed(same) == []


def test_a_model_that_is_worse_is_refused_and_one_that_is_better_is_not() -> None:
    worse, better = judged(trial(new=0.7)), judged(trial(old=0.7, new=0.9))
    assert (worse["accuracy"].verdict, worse["accuracy"].refuses) == ("worse", True)
    assert worse["accuracy"].worse == pytest.approx(0.2, abs=0.05)
    assert worse["accuracy"].low > 0.05
    assert worse["ece"].verdict == "worse"
    assert not any(one.refuses for one in better.values())
    assert better["accuracy"].high < 0


def test_what_differs_is_drawn_in_pairs() -> None:
    """Two models that miss the same texts are told apart better than two that miss others."""
    pairs = trial(new=0.88)
    size = len(pairs.truth)
    others = replace(pairs, new=answers(week(size, 0.88, seed=2), pairs.truth))
    width = {
        name: found["accuracy"].high - found["accuracy"].low
        for name, found in (("pairs", judged(pairs)), ("others", judged(others)))
    }
    assert width["pairs"] < width["others"] / 1.5


def test_noise_of_few_texts_neither_passes_nor_is_called_worse() -> None:
    truth = [TOPICS[i % 2] for i in range(40)]
    few = Trial(
        truth=truth,
        old=answers(week(40, 0.8, seed=3), truth),
        new=answers(week(40, 0.8, seed=4), truth),
        groups={},
    )
    one = judged(few)["accuracy"]
    assert (one.verdict, one.refuses) == ("unclear", True)
    assert one.low < 0.05 < one.high
    fewer = judged(few, least=41)["accuracy"]
    assert (fewer.verdict, fewer.refuses) == ("few", True)


def test_texts_that_are_about_no_topic_count_when_they_are_taken_for_one() -> None:
    truth = [*([TOPICS[0]] * 100), *([""] * 40)]
    right = [True] * 140
    old = [
        replace(one, accepted=bool(label))
        for one, label in zip(answers(right, truth), truth, strict=True)
    ]
    found = judged(Trial(truth=truth, old=old, new=answers(right, truth), groups={}))
    assert (found["outside"].old, found["outside"].new) == (0.0, 1.0)
    assert found["outside"].verdict == "worse"
    assert found["accuracy"].count == 100


def test_what_was_lost_little_by_little_is_held_against_a_model_of_earlier() -> None:
    """Where the present model has lost four points already, two more are six."""
    size = 1000
    truth = [TOPICS[i % 2] for i in range(size)]

    def right(share: float) -> list[Triage]:
        return answers([i % 100 < 100 * share for i in range(size)], truth)

    both = Trial(truth=truth, old=right(0.86), new=right(0.84), groups={})
    assert not judged(both)["accuracy"].refuses
    earlier = replace(both, old=right(0.90))
    terms = {"bound": 0.05, "group_bound": 0.05, "least": 30, "draws": 500}
    found = {one.measure: one for one in compare(earlier, against=EARLIER, **terms)}
    assert {one.against for one in found.values()} == {EARLIER}
    assert found["accuracy"].worse == pytest.approx(0.06)
    assert found["accuracy"].refuses
    # Without a loss an interval that is wide does not refuse, as it would of the present one.
    few = Trial(
        truth=truth[:40],
        old=answers(week(40, 0.8, seed=3), truth[:40]),
        new=answers(week(40, 0.8, seed=4), truth[:40]),
        groups={},
    )
    figures = {one.measure: one for one in compare(few, against=EARLIER, **terms)}
    one = figures["accuracy"]
    assert one.verdict == "unclear"
    assert one.refuses == (one.worse > one.bound)


def test_groups_that_are_too_small_to_compare_leave_a_trace() -> None:
    channel = ["mail"] * 350 + ["brev"] * 29 + ["app"] * 21
    small = trial(groups={"channel": channel})
    assert small_groups(small, 30) == [("channel", "app", 21), ("channel", "brev", 29)]
    found = {one.measure: one for one in compare(small, bound=0.05, group_bound=0.05, least=30)}
    left = found[SMALL]
    assert (left.attribute, left.count, left.verdict, left.refuses) == ("channel", 50, "few", False)
    assert "coverage_gap" not in found
    assert not small_groups(small, 20)


@pytest.mark.parametrize(("least", "verdict"), [(30, "worse"), (250, None)])
def test_a_group_that_is_left_behind_refuses_a_model_that_is_good_for_the_others(
    least: int, verdict: str | None
) -> None:
    size = 400
    truth = [TOPICS[i % 2] for i in range(size)]
    district = ["Havn" if i % 4 < 2 else "Skov" for i in range(size)]
    new = [
        replace(one, accepted=name == "Havn")
        for one, name in zip(answers([True] * size, truth), district, strict=True)
    ]
    both = Trial(
        truth=truth, old=answers([True] * size, truth), new=new, groups={"district": district}
    )
    gap = judged(both, least=least).get("coverage_gap")
    assert (gap.verdict if gap else None) == verdict
    if gap:
        assert (gap.attribute, gap.old, gap.new) == ("district", 0.0, 1.0)


def test_where_nothing_is_about_a_topic_there_is_nothing_to_measure() -> None:
    outside = answers([True] * 2, ["", ""])
    nothing = Trial(truth=["", ""], old=outside, new=outside, groups={})
    assert compare(nothing, bound=0.05, group_bound=0.05, least=1) == ()
