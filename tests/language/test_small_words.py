# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Small words are those that say nothing of the matter."""

import pytest

from kodeks.language.small_words import SMALL_WORDS, is_small


@pytest.mark.parametrize("word", ["jeg", "ikke", "hilsen", "i", "å", "været"])
def test_small(word):
    assert is_small(word)


@pytest.mark.parametrize("word", ["rotter", "vej", "sag", "klage", "søger", "moms", ""])
def test_not_small(word):
    assert not is_small(word)


def test_the_list_is_in_lower_case():
    assert all(word == word.lower() for word in SMALL_WORDS)
