# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Advice on how to write so that people understand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.language import lix, plain

EASY = "Vi har læst dit brev. Du får svar på fredag. Ring til os, hvis du vil vide mere."
HARD = (
    "Såfremt nærværende ansøgning vedrørende dispensationsmuligheder imødekommes, fremsendes "
    "afgørelsen i henhold til forvaltningslovens bestemmelser om begrundelsespligt samt "
    "klagevejledning til samtlige pågældende parter i sagen og deres rådgivere via "
    "kommunens digitale selvbetjeningsløsning."
)


def test_a_plain_text_gets_no_advice():
    reading = plain.read(EASY)
    assert reading.advice == ()
    assert reading.lix == lix.lix(EASY) < plain.EASY
    assert (reading.longest, reading.longest_words) == (
        "Ring til os, hvis du vil vide mere.",
        8,
    )


def test_a_hard_text_is_told_what_to_do():
    reading = plain.read(HARD)
    assert [one.word for one in reading.officialese] == [
        "såfremt",
        "nærværende",
        "vedrørende",
        "i henhold til",
        "samt",
        "pågældende",
    ]
    assert "Skriv »hvis« i stedet for »såfremt«." in reading.advice
    assert any("Lixtallet er" in one for one in reading.advice)
    assert any("En sætning har 30 ord" in one for one in reading.advice)
    assert reading.passives == 1
    assert any("Skriv »vi« eller »du«" in one for one in reading.advice)


@pytest.mark.parametrize(
    ("text", "passive"),
    [
        ("Sagen behandles i maj.", True),
        ("Din ansøgning bliver nu behandlet.", True),
        ("Brevet blev sendt.", True),
        ("Vores afdeling findes i Vejgade.", False),
        ("Vi synes, det er deres fælles vej.", False),
        ("Vi bliver ved.", False),
    ],
)
def test_who_does_it(text, passive):
    assert plain.read(text).passives == passive


def test_a_word_is_found_once_and_only_whole():
    found = plain.read("Samt. Samt. Samtidig kom hun.").officialese
    assert [one.word for one in found] == ["samt"]


def test_a_word_without_another_is_left_out():
    assert "Skriv det uden »det skal bemærkes«." in plain.read("Det skal bemærkes, at.").advice


def test_nothing_is_plain():
    assert plain.read("").advice == ()


@given(st.text(max_size=200))
def test_any_text_is_read(text):
    reading = plain.read(text)
    assert 0 <= reading.passives <= 1
    assert reading.longest_words <= lix.word_count(text)
    assert len(lix.sentences(text)) == lix.sentence_count(text)
