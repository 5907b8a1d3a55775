# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A CPR number never gets into a title, wherever it stands; other numbers do."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.casework.errors import CaseworkError
from kodeks.casework.privacy import without_cpr


@given(
    day=st.dates(datetime.date(1900, 1, 1), datetime.date(2026, 1, 1)),
    serial=st.integers(0, 9999),
    separator=st.sampled_from(["", "-", " "]),
    before=st.sampled_from(["", "om ", "("]),
    after=st.sampled_from(["", ".", " igen"]),
)
def test_refuses_any_cpr_number(day, serial, separator, before, after):
    text = f"{before}{day:%d%m%y}{separator}{serial:04d}{after}"
    with pytest.raises(CaseworkError, match="CPR-nummer"):
        without_cpr(text, name="Titlen")


@pytest.mark.parametrize(
    "text", ["Sag 2026-0000123", "Telefon 12 34 56 78", "991399-1234", "Nr. 12345678901234"]
)
def test_lets_other_numbers_through(text):
    assert without_cpr(text, name="Titlen") == text


@pytest.mark.parametrize("text", ["Om 7101900000", "Om 010190 \u2013 1234", "Om 01-01-90-1234"])
def test_refuses_the_forms_that_only_the_language_room_knows(text):
    with pytest.raises(CaseworkError, match="CPR-nummer"):
        without_cpr(text, name="Titlen")


@given(st.text(max_size=250))
def test_any_text_is_one_clean_line_or_refused(text):
    try:
        clean = without_cpr(text, name="Titlen")
    except CaseworkError:
        return
    assert clean
    assert len(clean) <= 200
    assert clean == " ".join(clean.split())
    assert "\x00" not in clean
