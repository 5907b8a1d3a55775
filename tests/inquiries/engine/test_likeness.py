# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How alike texts are: by stems, by the model, and a handful of approved texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.inquiries.engine import likeness
from kodeks.inquiries.engine.model import TriageModel


def test_forms_of_a_word_are_one_term_and_small_words_are_none() -> None:
    assert likeness.terms("Rotten og rotterne") == likeness.terms("rotter rotten")
    assert likeness.terms("Hej, jeg er her. Mvh") == ()


def test_a_number_that_points_at_somebody_is_no_term() -> None:
    assert likeness.stems_of("010190-1234 bo@example.invalid") == ()


@given(st.text(max_size=400))
def test_any_text_has_terms_of_64_bits(text: str) -> None:
    found = likeness.terms(text)
    assert len(found) <= likeness.MOST_TERMS
    assert all(-(2**63) <= one < 2**63 for one in found)


def test_the_same_text_is_closest_and_nothing_is_more_than_one_and_the_topics(
    small_model: TriageModel,
) -> None:
    text = "Hej, jeg skriver om hul og asfalt."
    others = [text, "Hej, jeg skriver om bog og lån.", ""]
    same, other, empty = likeness.closeness(small_model, text, others)
    assert same == pytest.approx(1 + likeness.TOPIC_SHARE, abs=1e-6)
    assert same > other >= 0
    assert empty >= 0


def test_shared_words_count_by_how_few_texts_have_them() -> None:
    texts = ["Mus i kælderen", "Rotter i kælderen", "Træer i parken"]
    mice, rats, trees = likeness.shared("Der er rotter i kælderen", texts)
    assert rats > mice > trees == 0
    assert likeness.shared("x", []) == []
