# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Figures of groups: each measure of its own cases, and nothing about a handful of people."""

import numpy as np

from kodeks.inquiries.engine.alike import group_figures


def figures(groups: dict[str, list[str]], *, right, accepted=None, confidence=None):
    number = len(right)
    return group_figures(
        right=np.array(right, bool),
        accepted=np.ones(number, bool) if accepted is None else np.array(accepted, bool),
        confidence=np.full(number, 0.5) if confidence is None else np.array(confidence),
        groups=groups,
    )


def of(found, measure):
    return [
        (one["group"], one["count"], one["value"]) for one in found if one["measure"] == measure
    ]


def test_right_offered_and_right_when_offered():
    found = figures(
        {"district": ["nord"] * 20},
        right=[1] * 12 + [0] * 8,
        accepted=[1] * 10 + [0] * 5 + [1] * 5,
    )
    assert of(found, "accuracy") == [("nord", "20", "0.6000")]
    assert of(found, "selection_rate") == [("nord", "20", "0.7500")]
    assert of(found, "precision") == [("nord", "15", "0.6667")]


def test_confidence_that_is_off_shows_in_its_group_alone():
    found = figures(
        {"channel": ["web"] * 20 + ["brev"] * 20},
        right=[1] * 20 + [0] * 20,
        confidence=[1.0] * 20 + [0.9] * 20,
    )
    assert of(found, "calibration") == [("brev", "20", "0.9000"), ("web", "20", "0.0000")]


def test_every_figure_lies_in_its_interval_and_names_what_it_is_of():
    draw = np.random.default_rng(1)
    found = figures(
        {"channel": draw.choice(["web", "brev"], 300).tolist()},
        right=draw.random(300) < 0.7,
        accepted=draw.random(300) < 0.6,
        confidence=draw.random(300),
    )
    assert len(found) == 8
    for one in found:
        assert set(one) == {"attribute", "group", "measure", "count", "value", "low", "high"}
        assert 0 <= float(one["low"]) <= float(one["value"]) <= float(one["high"]) <= 1


def test_a_handful_and_those_without_a_group_are_left_out():
    names = ["nord"] * 10 + ["syd"] * 9 + [""] * 20
    found = figures({"district": names}, right=[1] * 39)
    assert {(one["group"], one["count"]) for one in found} == {("nord", "10")}
    assert figures({}, right=[1] * 3) == ()
    assert figures({"district": []}, right=[]) == ()


def test_a_measure_of_too_few_of_a_groups_cases_is_left_out():
    found = figures({"a": ["x"] * 30}, right=[1] * 30, accepted=[1] * 9 + [0] * 21)
    assert of(found, "selection_rate") == [("x", "30", "0.3000")]
    assert of(found, "precision") == []
