# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What words mean is learned of the list, and each word's part of a likeness is known."""

import numpy as np
import pytest

from kodeks.casework.engine.sense import Sense
from kodeks.language import embeddings

WORDS = embeddings.word_points()
PHRASES = ("hul i vejen", "asfalt", "rotter", "skadedyr", "§ 29", "parkering af biler", "tandlæge")


@pytest.fixture(scope="module")
def sense() -> Sense:
    found = Sense.learn(WORDS, PHRASES)
    assert found is not None
    return found


def test_a_phrase_is_most_like_itself(sense: Sense) -> None:
    for at, phrase in enumerate(PHRASES):
        asked = sense.read(phrase)
        if phrase == "§ 29":
            assert asked is None
            assert not sense.points[at].any()
        else:
            assert asked is not None
            assert asked.likeness[at] == pytest.approx(1, abs=1e-5)
            assert int(np.argmax(asked.likeness)) == at


def test_words_parts_are_the_likeness(sense: Sense) -> None:
    asked = sense.read("bilen holder på vejen")
    assert asked is not None
    assert asked.words == ["bilen", "holder", "på", "vejen"]
    gives = np.where(asked.likeness > 0, 2.0, 0.0)
    given = sense.by_word(asked, gives)
    assert given.sum() == pytest.approx(gives.sum(), rel=1e-5)
    one = np.zeros(len(PHRASES))
    one[0] = 1.0
    of_road = dict(zip(asked.words, sense.by_word(asked, one), strict=True))
    assert max(of_road, key=of_road.__getitem__) == "vejen"


def test_phrases_are_as_alike_as_they_are_asked(sense: Sense) -> None:
    alike = sense.alike(np.arange(len(PHRASES)))
    asked = sense.read(PHRASES[5])
    assert asked is not None
    assert alike[5] == pytest.approx(asked.likeness, abs=1e-5)


@pytest.mark.parametrize("phrases", [(), ("vej",), ("vej", "vej", "vej"), ("1", "2", "§")])
def test_a_list_that_tells_no_directions_has_no_sense(phrases: tuple[str, ...]) -> None:
    assert Sense.learn(WORDS, phrases) is None


@pytest.mark.parametrize("text", ["", "12 34", "!", "0101010000"])
def test_a_text_of_no_words_has_no_point(sense: Sense, text: str) -> None:
    assert sense.read(text) is None
