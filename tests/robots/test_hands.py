# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a person tells of a step: taken as it was meant, or refused with a sentence for each."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from kodeks.language.cpr import looks_like_cpr
from kodeks.robots import hands, results
from kodeks.robots.hands import Fact, Kind

FACTS = tuple(Fact(name=kind.value, title=kind.value, kind=kind, required=False) for kind in Kind)


def _problems(**given: str) -> dict[str, str]:
    with pytest.raises(hands.FactsRefused) as refused:
        hands.checked(FACTS, given)
    return refused.value.problems


def test_blanks_around_a_fact_are_no_part_of_it_and_others_are_left_alone() -> None:
    today = timezone.localdate().isoformat()
    given = {"number": " S-1 ", "day": today, "numbers": "1\n\n 2 ", "text": "a\nb", "x": "y"}
    found = hands.checked(FACTS, given)
    assert found == {"number": "S-1", "day": today, "numbers": "1\n\n 2", "text": "a\nb"}
    assert hands.lines(found["numbers"]) == ["1", "2"]


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = _problems(number="a b", numbers="1 2", day="i går", text="x" * 10_001)
    assert set(found) == {"number", "numbers", "day", "text"}
    assert all(sentence.endswith(".") for sentence in found.values())


@pytest.mark.parametrize("days", [-367, 1])
def test_a_day_is_not_to_come_and_not_long_ago(days: int) -> None:
    day = timezone.localdate() + dt.timedelta(days=days)
    assert "i dag eller før" in _problems(day=day.isoformat())["day"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("text", "a\x00b"), ("number", "x" * 101), ("numbers", "\n".join("1" * 26))],
)
def test_what_cannot_be_kept_is_refused(name: str, value: str) -> None:
    assert name in _problems(**{name: value})


@given(st.text(max_size=120))
def test_a_number_that_is_taken_is_a_result_that_may_be_kept(value: str) -> None:
    try:
        found = hands.checked((Fact(name="n", title="N"),), {"n": value})
    except hands.FactsRefused:
        return
    assert results.validate(found) == {"n": value.strip()}
    assert not looks_like_cpr(found["n"])
