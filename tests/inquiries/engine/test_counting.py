# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The quick look-up of n-grams against the slow one."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.inquiries.engine.counting import Grams, counted
from kodeks.language import tokens

PIECES = st.lists(
    st.text(alphabet="abcøÅ,1\U0001f6b2\udcff", min_size=1, max_size=8), min_size=1, max_size=8
)


@settings(deadline=None, max_examples=100)
@given(PIECES, PIECES)
def test_equals_a_dictionary(learned: list[str], asked: list[str]) -> None:
    terms = sorted({gram for piece in learned for gram in tokens.char_ngrams(piece)})
    numbers = {term: 7 + place for place, term in enumerate(terms)}
    expected = [
        [numbers[gram] for gram in tokens.char_ngrams(piece) if gram in numbers] for piece in asked
    ]
    assert [found.tolist() for found in Grams(terms, 7).of(asked)] == expected


def test_a_vocabulary_of_nothing_knows_nothing() -> None:
    assert [found.tolist() for found in Grams([], 0).of(["abc", "d"])] == [[], []]
    assert Grams(["abc"], 0).of([]) == []


def test_a_text_is_counted_by_itself() -> None:
    idf = np.array([1.0, 2.0, 3.0, 4.0])
    texts = [[np.array([3, 0, 3])], [np.zeros(0, dtype=np.int64)], [np.array([1]), np.array([2])]]
    together = list(counted(texts, idf, 2))
    for text, (indices, counts, values) in zip(texts, together, strict=True):
        ((alone, alone_counts, alone_values),) = counted([text], idf, 2)
        assert indices.tolist() == alone.tolist()
        assert counts.tolist() == alone_counts.tolist()
        assert values.tolist() == alone_values.tolist()
    assert together[0][0].tolist() == [0, 3]
    assert together[0][1].tolist() == [1, 2]
    assert together[0][2].tolist() == [1.0, 1.0]
    assert together[1][2].tolist() == []
