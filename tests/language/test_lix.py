# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""LIX against figures counted by hand."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.language.lix import lix, sentence_count


def test_counts_words_per_sentence_and_long_words() -> None:
    # 8 words, 2 sentences, 2 words over six letters: 4 + 25.
    assert lix("Kommunen henter affald hver uge. Skraldespanden er fuld.") == pytest.approx(
        8 / 2 + 100 * 2 / 8
    )


def test_six_letters_are_not_long() -> None:
    assert lix("affald affald.") == 2.0


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Ring f.eks. til os kl. 12 den 1. juni.", 1),
        ("Det er nr. 3. Det næste er nr. 4.", 2),
        ("Overskrift\n\nEn sætning.", 2),
        ("Hvad nu? Vent! Sådan: vi ringer.", 4),
        ("Det koster 1.000 kr. om måneden.", 1),
        ("Ingen tegn", 1),
        ("...", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert sentence_count(text) == count


def test_no_words_give_zero() -> None:
    assert lix("") == lix(" - ! ") == 0.0


@given(st.text())
def test_any_text_gives_a_finite_figure(text: str) -> None:
    assert 0 <= lix(text) < float("inf")


@given(st.lists(st.sampled_from(["affald", "kommunen", "vej"]), min_size=1, max_size=30))
def test_repeating_a_text_changes_nothing(words: list[str]) -> None:
    sentence = " ".join(words).capitalize() + "."
    assert lix(f"{sentence} {sentence}") == pytest.approx(lix(sentence))


def test_time_grows_with_the_length_only() -> None:
    start = time.process_time()
    lix("1. " * 30_000)
    assert time.process_time() - start < 5  # a quadratic reading takes more than a minute
