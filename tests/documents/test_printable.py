# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The table of printable characters agrees with the fonts inside typst."""

import datetime
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.documents.letters import Letter, render
from kodeks.documents.printable import _RANGES, MARK, printable


def test_every_allowed_character_can_be_printed():
    everything = [chr(code) for first, last in _RANGES for code in range(first, last + 1)]
    words = tuple(
        " ".join(f"a{character}b" for character in everything[start : start + 300])
        for start in range(0, len(everything), 300)
    )
    letter = Letter("K", "", "N", (), datetime.date(2026, 1, 1), "1", "S", words)
    assert render(letter).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("text", "shown", "replaced"),
    [
        ("Ærø – 5 °C", "Ærø – 5 °C", False),
        ("A\u030a", "Å", False),
        ("snyd\u202egnp.exe", "snydgnp.exe", False),
        ("en\r\nto\rtre", "en\nto\ntre", False),
        ("a\t\t b", "a b", False),
        ("😀😀 godt", f"{MARK} godt", True),
        ("\ue000", MARK, True),
    ],
)
def test_shows(text, shown, replaced):
    assert printable(text) == (shown, replaced)


@given(st.text())
def test_is_stable_and_free_of_hidden_characters(text):
    shown, _ = printable(text)
    again, replaced_again = printable(shown)
    assert again.replace("\u200b", "") == shown.replace("\u200b", "")
    assert replaced_again == (MARK in shown)
    categories = {unicodedata.category(character) for character in shown} - {"Zs"}
    assert not categories & {"Co", "Cs", "Zl", "Zp"}
    assert not set("\u202a\u202b\u202c\u202d\u202e\x00") & set(shown)


@given(st.integers(41, 400))
def test_long_words_can_break(length):
    pieces = printable("e\u0323\u0301" * length)[0].split("\u200b")
    assert len(pieces) > 1
    assert all(not unicodedata.combining(piece[0]) for piece in pieces)
