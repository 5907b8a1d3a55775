# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What kind of text an inquiry is, in ranges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.inquiries.engine.traits import KNOWN_WORDS, LENGTH, traits_of
from kodeks.inquiries.engine.vectors import Vectoriser

VECTORISER = Vectoriser.fit(["der er et hul i vejen", "der er rotter i gården"])


@pytest.mark.parametrize(
    ("text", "length", "known"),
    [
        ("", "0-9", "0-24"),
        ("der er rotter", "0-9", "90-100"),
        ("der er mus og and", "0-9", "25-49"),
        ("der er et kæmpe", "0-9", "75-89"),
        ("hole road hole road", "0-9", "0-24"),
        ("vejen " * 10, "10-19", "90-100"),
        ("vejen " * 99 + "road", "100+", "90-100"),
    ],
)
def test_the_ranges_hold_their_ends(text, length, known):
    assert traits_of(VECTORISER, text) == {LENGTH: length, KNOWN_WORDS: known}


@given(st.text())
def test_any_text_has_both(text):
    assert set(traits_of(VECTORISER, text)) == {LENGTH, KNOWN_WORDS}
