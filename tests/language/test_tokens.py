# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Tokens equal scikit-learn's analyzers."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.language import tokens

sklearn = pytest.importorskip("sklearn.feature_extraction.text")


def test_short_token_gives_itself_once() -> None:
    assert tokens.char_ngrams("a") == [" a", "a ", " a "]
    assert tokens.char_ngrams("ab", 2, 5) == [" a", "ab", "b ", " ab", "ab ", " ab "]


@given(st.text(max_size=60))
def test_same_as_scikit_learn(text: str) -> None:
    word = sklearn.TfidfVectorizer(ngram_range=(1, 2)).build_analyzer()
    character = sklearn.TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)).build_analyzer()
    low = text.lower()
    assert tokens.word_ngrams(tokens.words(low)) == word(text)
    ours = [gram for token in low.split() for gram in tokens.char_ngrams(token)]
    assert sorted(ours) == sorted(character(text))


@given(st.text(max_size=20))
def test_digits_and_letters_are_seen_as_sign_by_sign(text: str) -> None:
    assert tokens.has_digit(text) == any(map(str.isdecimal, text))
    assert tokens.is_latin(text) == all(ord(sign) < 256 for sign in text)


@given(st.text(max_size=12))
def test_one_word_is_replaced_as_words_among_others_are(text: str) -> None:
    assert tokens.words(f"{text} !") == tokens.words(text)
    by = {word: word.swapcase() for word in tokens.words(text)}
    assert tokens.replaced(f"{text} !", by) == f"{tokens.replaced(text, by)} !"
    assert tokens.each_replaced(text.split(), by) == tokens.replaced(text, by).split()


@given(st.text(max_size=20) | st.text(alphabet=st.characters(codec="latin-1"), max_size=20))
def test_runs_of_letters_are_those_of_the_slower_pattern(text: str) -> None:
    assert tokens.letters(text) == re.findall(r"[^\W\d_]+", text)
