# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Words that mean nearly the same lie near each other, and a text is the sum of its words."""

import numpy as np
import pytest

from kodeks.language import embeddings
from kodeks.language.word_points import summed

WORDS = embeddings.word_points()


def likeness(one: str, other: str) -> float:
    first, second = summed(WORDS, [one.split(), other.split()])
    return float(first @ second)


def test_words_of_one_field_are_more_alike():
    assert likeness("bil", "køretøj") > likeness("bil", "tandlæge")
    assert likeness("skole", "undervisning") > likeness("skole", "kloak")


def test_a_text_is_the_sum_of_its_words_and_has_length_one():
    (found,) = summed(WORDS, [["hul", "vej"]])
    total = WORDS.of("hul") + WORDS.of("vej")
    assert found == pytest.approx(total / np.linalg.norm(total))
    assert np.linalg.norm(found) == pytest.approx(1)


def test_a_text_of_no_words_has_no_point():
    empty, full = summed(WORDS, [[], ["vej"]])
    assert not empty.any()
    assert full.shape == empty.shape
    assert summed(WORDS, []).shape == (0, 1)


def test_points_of_another_name_are_refused():
    assert embeddings.word_points(WORDS.name) is WORDS
    with pytest.raises(embeddings.EmbeddingError, match="Træn modellen igen"):
        embeddings.word_points("words-0000")
