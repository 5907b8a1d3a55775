# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
import pytest
from growth import grows_no_faster
from hypothesis import given
from hypothesis import strategies as st

from kodeks.inquiries.engine import heaping


def heaped(text: str) -> str:
    return heaping.heaped(text, heaping.Words.of(text))


LETTER = (
    "Hej. Lampen ud for vores opgang har været slukket i to uger, og det er svært at se om aftenen."
)


@pytest.mark.parametrize(
    ("heap", "word"),
    [
        ("rotter rotter rotter rotter", "rotter"),
        ("rotte, rottehul, rottegift, rotteplage", "rottegift"),
        ("sne sne is is glatføre sne is sne salt", "sne"),
        ("byggesag byggeri bygning, som vi ikke har, byggegrund byggeansøgning", "byggeri"),
        ("gnavere kloak skadedyr gift fælder haver affald komposter", "kloak"),
    ],
)
def test_heaped_words_are_found_wherever_they_stand(heap: str, word: str) -> None:
    for text in (f"{heap}. {LETTER}", f"{LETTER}\n{heap}", f"{LETTER} {heap}. {LETTER}"):
        assert word in heaped(text)


@pytest.mark.parametrize(
    "text",
    [
        LETTER,
        "Vi vil gerne af med en sofa, to borde, en seng og fire stole til storskrald.",
        "Nej, nej, nej. Det kan ikke passe, at parkering koster det samme som en parkeringsbøde.",
        "Der er rotter i gården. Rotterne kommer fra kloakken, og naboen har også set rotter.",
    ],
)
def test_what_people_write_is_not_heaped(text: str) -> None:
    assert heaped(text) == ""


@given(st.lists(st.sampled_from(["rotter", "rottehul", "og", "vej", "is", ".", "ÿ", "ж"])))
def test_what_is_found_stands_in_the_text(words: list[str]) -> None:
    assert set(heaped(" ".join(words)).split()) <= set(words)


@pytest.mark.parametrize("piece", ["rotter ", "rotter. ", "vej ", "ord1 ", "é"])
def test_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    assert grows_no_faster(lambda text: heaped(f"x{text}"), piece)
