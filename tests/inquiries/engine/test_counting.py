# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The quick look-up of n-grams against the slow one."""

import itertools
from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.inquiries.engine.counting import Grams, Pairs, counted
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
    assert _of_each(Grams(terms, 7), asked) == expected


def test_a_vocabulary_of_nothing_knows_nothing() -> None:
    assert _of_each(Grams([], 0), ["abc", "d"]) == [[], []]
    assert _of_each(Grams(["abc"], 0), []) == []


def _of_each(grams: Grams, pieces: list[str]) -> list[list[int]]:
    found, lengths = grams.of(pieces)
    rest = iter(found.tolist())
    return [list(itertools.islice(rest, length)) for length in lengths]


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


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(["a", "b", "c", "dd"]), max_size=8), st.data())
def test_pairs_equal_a_dictionary(words: list[str], data: st.DataObject) -> None:
    singles = ["a", "b", "c"]
    known = data.draw(
        st.lists(st.sampled_from([f"{one} {two}" for one in singles for two in "abc"]))
    )
    terms = sorted({*singles, *known})
    ids = {term: place for place, term in enumerate(terms)}
    expected = [ids.get(f"{one} {two}", -1) for one, two in itertools.pairwise(words)]
    found = Pairs(terms, ids).of(np.array([ids.get(word, -1) for word in words], dtype=np.int64))
    assert found.tolist() == expected


def test_more_features_than_two_bytes_number_are_counted_alike() -> None:
    """Of few, each has a number of two bytes; of many it has more."""
    draw = np.random.default_rng(0)
    few = draw.integers(0, 90_000, 500)
    many = draw.permutation(90_000)
    idf = draw.random(90_000)
    ((indices, counts, values),) = counted([[few]], idf, 40_000)
    beside = next(iter(counted([[few], [many]], idf, 40_000)))
    assert Counter(few.tolist()) == dict(zip(indices.tolist(), counts.tolist(), strict=True))
    assert indices.tolist() == sorted(set(few.tolist()))
    assert all(
        (one == other).all() for one, other in zip((indices, counts, values), beside, strict=True)
    )
