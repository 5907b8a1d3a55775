# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""CPR candidates in free text."""

import itertools
import time
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
        "010203\u00a01234",
        "01\u00a002\u00a003\u00a01234",
        "010203\u2009\u2014\u20091234",
        "01\u201102\u201103\u20111234",
        "010203\uff0d1234",
        "010203-\n1234",
        "010203-\r\n 1234",
        "\uff10\uff11\uff10\uff12\uff10\uff13-\uff11\uff12\uff13\uff14",
        "\uff10\uff11\uff10\uff12\uff10\uff13\uff11\uff12\uff13\uff14",
        "\u0660\u0661\u0660\u0662\u0660\u0663\u0661\u0662\u0663\u0664",
        "0102\u200b03-12\u200b34",
        "010203\u00ad1234",
        "0\ufeff102031234",
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
        "24.11.26\n2100 København Ø",
        "\uff10\uff10102031234",
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


def test_the_place_is_that_of_the_text_as_written() -> None:
    text = "\u200b\u200bæ \uff10\u200b10203-1234\u200b."
    (match,) = cpr.find(text)
    assert text[match.start : match.end] == "\uff10\u200b10203-1234"
    assert match.digits == "0102031234"
    assert cpr.mask(text) == "\u200b\u200bæ [CPR]\u200b."


@pytest.mark.parametrize(
    "text", ["0102", "010203 ", "010203- ", "01 02 03  - ", "\u200b0", "\uff10"]
)
def test_the_time_grows_with_the_length_and_not_faster(text: str) -> None:
    """100,000 signs made to be slow; a second is a hundred times what is needed."""
    started = time.process_time()
    cpr.mask(text * (100_000 // len(text)))
    assert time.process_time() - started < 1
