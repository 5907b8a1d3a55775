# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""CPR candidates in free text."""

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.language import cpr


@pytest.mark.parametrize(
    "written",
    [
        "010203-1234",
        "010203 1234",
        "0102031234",
        "010203 - 1234",
        "01 02 03 1234",
        "01.02.03-1234",
        "010203–1234",
        "610203-1234",
        "290200-4123",
    ],
)
def test_masks_every_way_of_writing(written: str) -> None:
    assert cpr.mask(f"Mit nummer er {written}, hilsen Bo") == "Mit nummer er [CPR], hilsen Bo"


@pytest.mark.parametrize(
    "text",
    [
        "320203-1234",
        "011303-1234",
        "290201-1234",
        "600203-1234",
        "00102031234",
        "01020312345",
        "2019-0337243",
        "2019-0102031234",
        "+3112345678",
        "+45 20 30 40 50",
        "20304050",
        "",
    ],
)
def test_leaves_other_numbers(text: str) -> None:
    assert cpr.mask(text) == text


def test_gives_place_and_digits() -> None:
    (match,) = cpr.find("x 010203-1234 y")
    assert match == cpr.CprMatch(2, 13, "0102031234")


def test_leap_day_follows_the_century_of_the_seventh_digit() -> None:
    assert cpr.find("290200-1234") == ()  # 1900 was no leap year
    assert len(cpr.find("290200-5234")) == 1  # 2000 was


def test_numbers_next_to_each_other_are_both_masked() -> None:
    assert cpr.mask("0101011234-0202021234/0303031234") == "[CPR]-[CPR]/[CPR]"


@given(
    st.dates(date(1900, 1, 1), date(1999, 12, 31)),
    st.integers(0, 3999),
    st.sampled_from(["", "-", " "]),
    st.booleans(),
    st.text(alphabet="abcæøå .,:\n", max_size=20),
    st.text(alphabet="abcæøå .,:\n", max_size=20),
)
def test_any_number_of_the_twentieth_century_is_found(
    born: date, serial: int, separator: str, test: bool, before: str, after: str
) -> None:
    day = born.day + (60 if test else 0)
    number = f"{day:02}{born:%m%y}{separator}{serial:04}"
    (match,) = cpr.find(before + number + after)
    assert match.digits == number.replace(separator or "-", "")
    assert cpr.mask(before + number + after) == before + "[CPR]" + after


@given(st.text(alphabet="0123456789-+/. ax\u00a0", max_size=60))
def test_masking_is_idempotent_and_matches_lie_in_order(text: str) -> None:
    matches = cpr.find(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(matches))
    assert all(len(m.digits) == 10 for m in matches)
    masked = cpr.mask(text)
    assert cpr.mask(masked) == masked


@given(st.text())
def test_any_text_is_accepted(text: str) -> None:
    cpr.mask(text)
