# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether a text holds several matters, by the small model of three topics."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kodeks.inquiries.engine.matters import MOST_PIECES, Settings, matters
from kodeks.inquiries.engine.model import TriageModel
from kodeks.language.sentences import sentences

WASTE = "Min skraldespand og container er fuld, og tømning af affald er glemt."
ROAD = "Der er hul i asfalt på fortov og kantsten, og et skilt mangler."


def of(model: TriageModel, text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(one.label, one.sentences) for one in matters(model, text)]


def test_two_topics_are_two_matters_with_their_sentences(small_model: TriageModel) -> None:
    text = f"Hej kommune\n\n{WASTE}\n\nDesuden: {ROAD}\n\nHilsen\nPrøve Prøvesen"
    assert of(small_model, text) == [("Affald", (1,)), ("Vej", (2,))]


def test_a_topic_that_comes_again_is_one_matter(small_model: TriageModel) -> None:
    text = f"{WASTE} Desuden: {ROAD} I øvrigt: {WASTE}"
    assert of(small_model, text) == [("Affald", (0, 2)), ("Vej", (1,))]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hej",
        "Hej\n\nMvh Prøve Prøvesen",
        WASTE,
        f"{WASTE} {WASTE} {WASTE}",
        f"{WASTE} Tak for hjælpen. I må gerne ringe.",
        "x" * 100_000,
        "pizza. fodbold. horoskop.",
    ],
)
def test_in_doubt_there_is_one_matter(small_model: TriageModel, text: str) -> None:
    assert of(small_model, text) == []


def test_too_few_words_or_too_little_chance_is_no_matter(small_model: TriageModel) -> None:
    text = f"{WASTE} Desuden: {ROAD}"
    assert matters(small_model, text, settings=Settings(6.0, 1.0, 0.4, 5))
    assert not matters(small_model, text, settings=Settings(6.0, 1.0, 0.4, 50))
    assert not matters(small_model, text, settings=Settings(6.0, 1.0, 1.01, 5))
    assert not matters(small_model, text, settings=Settings(99.0, 99.0, 0.4, 5))


def test_a_long_text_is_read_in_larger_pieces_and_still_whole(small_model: TriageModel) -> None:
    text = "\n".join([WASTE] * 300 + [ROAD] * 300)
    found = matters(small_model, text)
    assert [one.label for one in found] == ["Affald", "Vej"]
    held = sorted(number for one in found for number in one.sentences)
    assert held == list(range(600))
    border = found[1].sentences[0]
    assert abs(border - 300) <= 600 // MOST_PIECES + 1


def test_a_text_of_a_hundred_thousand_characters_is_done_in_time(small_model: TriageModel) -> None:
    text = f"{WASTE} {ROAD} " * 740
    start = time.process_time()
    matters(small_model, text[:100_000])
    assert time.process_time() - start < 5


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from((WASTE, ROAD, "Hej", "Hilsen X", "?", "Tak.", "")), max_size=8))
def test_every_spoken_sentence_is_in_one_matter(small_model: TriageModel, parts: list[str]) -> None:
    text = "\n".join(parts)
    found = matters(small_model, text)
    numbers = [number for one in found for number in one.sentences]
    spoken = [n for n, one in enumerate(sentences(text)) if one.kind == "text"]
    assert sorted(numbers) == (spoken if found else [])
    assert len({one.label for one in found}) == len(found) != 1
