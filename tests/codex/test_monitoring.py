# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The card's [monitoring]: what it may say, and that nothing else is taken in."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel_stage import card_text
from watched import table

from kodeks.codex import card, monitoring
from kodeks.codex.reader import CardError, Reader

WHOLE = table(
    *(("inputs", "0.25", "stop"), ("scores", "1.5", "none"), ("flagged", "0.10", "blind_first")),
    *(("calibration", "0.15", "none"), ("quality", "0.70", "stop")),
    traits=("length", "language"),
)


def load(text):
    return card.load(card_text("proeve", fairness=text))


def test_the_table_stands_in_the_content_and_comes_back_as_it_was():
    found = load(WHOLE)
    assert [one.of for one in found.monitoring.limits] == list(monitoring.WATCHED)
    assert [one.name for one in found.monitoring.traits] == ["length", "language"]
    registered = json.loads(json.dumps(found.content))
    assert monitoring.monitoring_of(registered) == found.monitoring


def test_a_card_without_it_or_from_before_there_was_any_is_watched_by_nothing():
    assert load("").monitoring is None
    assert load("").content["monitoring"] is None
    assert monitoring.monitoring_of({"id": "gammelt"}) is None


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('of = "inputs"', 'of = "everything"', "inputs, scores, flagged"),
        ('effect = "stop"', 'effect = "shout"', "none, blind_first, stop"),
        ('most = "0.25"', 'most = "3.0"', '"0.25"'),
        ('most = "0.25"', 'most = "0.0"', '"0.25"'),
        ('most = "0.10"', 'most = "1.5"', '"0.25"'),
        ('most = "0.25"', "most = 0.25", "`most`"),
        ('least = "0.70"', 'most = "0.70"', "`least`"),
        ("block_cases = 50", "block_cases = 49", "50"),
        ("reference_cases = 50", "", "`reference_cases`"),
        ('name = "language"', 'name = "length"', "to gange kendetegn length"),
        ('of = "scores"', 'of = "inputs"', "to gange grænse for inputs"),
        ('title = "Hvor length"', 'title = "Hvor | length"', "lodret streg"),
        ("block_cases = 50", "block_cases = 50\nhurry = true", "hurry"),
    ],
)
def test_what_is_not_in_order_is_named(old, new, named):
    assert old in WHOLE
    with pytest.raises(CardError) as error:
        load(WHOLE.replace(old, new, 1))
    assert named in str(error.value)


def test_inputs_without_traits_and_too_many_traits_are_refused():
    with pytest.raises(CardError, match=r"\[\[monitoring.traits\]\]"):
        load(table(("inputs", "0.25", "stop")))
    many = tuple(f"t{number}" for number in range(9))
    with pytest.raises(CardError, match="højst stå 8"):
        load(table(("inputs", "0.25", "stop"), traits=many))


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)


_KEYS = st.sampled_from(["reference_cases", "block_cases", "traits", "limits"])


@given(st.dictionaries(_KEYS, _values))
def test_whatever_stands_there_is_read_or_refused(values):
    with suppress(CardError):
        assert monitoring.read(Reader({"monitoring": values}, where="systemkortet")).limits
