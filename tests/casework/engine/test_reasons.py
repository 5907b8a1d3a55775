# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The sentence names the words that count most, each once."""

import pytest

from kodeks.casework.engine import reasons
from kodeks.casework.engine.index import Suggestion


def of(words: tuple[tuple[str, float], ...], nearest: str = "Rotter") -> str:
    return reasons.reason(
        Suggestion(number="09.13.01", title="Rotter", score=0.9, words=words, nearest=nearest)
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((("rotter", 1.0),), "Ordet »rotter« peger på »Rotter«."),
        ((("rotter", 0.6), ("i", 0.05)), "Ordet »rotter« peger på »Rotter«."),
        ((("a", 0.4), ("b", 0.3), ("c", 0.3)), "Ordene »a«, »b« og »c« peger på »Rotter«."),
        ((("sp 216", 0.6), ("sp", 0.4)), "Ordet »sp 216« peger på »Rotter«."),
        (
            (("a", 0.2), ("b", 0.2), ("c", 0.2), ("d", 0.2), ("e", 0.2)),
            "Ordene »a«, »b«, »c« og »d« peger på »Rotter«.",
        ),
    ],
)
def test_words_that_count_are_named(words, said):
    assert of(words) == said


def test_the_nearest_phrase_is_told_unless_it_is_the_title():
    assert of((("rotte", 1.0),), "Skadedyr").endswith("peger på »Rotter«. Listen har »Skadedyr«.")
    assert "Listen" not in of((("rotte", 1.0),), "ROTTER")


@pytest.mark.parametrize(("share", "told"), [(0.0, False), (0.09, False), (0.336, True)])
def test_what_is_due_to_the_words_meaning_is_told(share: float, told: bool) -> None:
    words = (("kørsel", 1.0),)
    found = Suggestion("09.13.01", "Veje", 0.9, words, nearest="Veje", meaning=share)
    said = reasons.reason(found)
    assert said.startswith("Ordet »kørsel« peger på »Veje«.")
    assert said.endswith(" 34 % af forslaget kommer af, hvad ordene betyder.") == told
    assert ("betyder" in said) == told
