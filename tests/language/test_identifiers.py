# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Addresses and numbers that point at one person are taken out; other text stays."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.language import identifiers


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("skriv til testine.testesen@example.dk tak", "skriv til   tak"),
        ("ring 00 00 00 01 i dag", "ring   i dag"),
        ("ring +45 00 00 00 01 i dag", "ring   i dag"),
        ("ring 00000004", "ring  "),
        ("kundenummer 123456 mangler", "kundenummer   mangler"),
    ],
)
def test_what_points_at_a_person_is_removed(text: str, left: str) -> None:
    assert identifiers.remove(text) == left


@pytest.mark.parametrize(
    "text",
    ["Testvej 12, 2. tv.", "bod på 795 kr.", "kl. 13.15 den 24.11", "sag 05.01.08", "år 2026", "@"],
)
def test_other_text_stays(text: str) -> None:
    assert identifiers.remove(text) == text


@given(st.text())
def test_removing_twice_changes_nothing_more(text: str) -> None:
    once = identifiers.remove(text)
    assert identifiers.remove(once) == once


@pytest.mark.parametrize("piece", ["a", "a@", "00 ", "+45", "1 1.", "@@", "a.a@"])
def test_hostile_texts_take_no_longer_than_long_ones(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        return min(_timed(text) for _ in range(3))

    # Eight times the text may take about eight times as long, never sixty-four.
    assert seconds(200_000) < 30 * max(seconds(25_000), 1e-4)


def _timed(text: str) -> float:
    began = time.process_time()
    identifiers.remove(text)
    return time.process_time() - began


@given(st.text(alphabet="0123456789+ .ab٣\n", max_size=40))
def test_the_quick_look_for_numbers_passes_none_over(text: str) -> None:
    """A text with an address of e-mail is looked at sign by sign."""
    assert identifiers.marked(f"{text} a@b", "#") == f"{identifiers.marked(text, '#')} #"
