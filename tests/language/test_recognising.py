# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A text in another language than Danish is seen to be so; a Danish one never is."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from citizens import TEXTS

from kodeks.demo import corpus
from kodeks.language.recognising import OTHER, foreign, language


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("There is a big hole in the road and I would like you to repair it", "engelsk"),
        ("Ich möchte bitte wissen, wann die Mülltonne bei uns geleert wird", "tysk"),
        ("Jag vill veta när ni hämtar mina sopor, det är inte hämtat än", "svensk"),
        ("Bonjour, je ne peux pas ouvrir le conteneur de la rue", "fransk"),
        ("Dzień dobry, nie wiem gdzie jest moja nowa karta i co mam zrobić", "polsk"),
        ("Bună ziua, aș vrea să știu când se ridică gunoiul din strada mea", "rumænsk"),
        ("Hola, no sé cuándo pasa el camión por la basura de mi calle", "spansk"),
        ("Merhaba, bu sokak için yeni bir kart istiyorum, nasıl olacak", "tyrkisk"),
        ("Здравствуйте, когда вывезут мусор?", "russisk"),
        ("Мама, мала фара", "et sprog med kyrillisk skrift"),
        ("مرحبا، متى يتم جمع القمامة؟", "arabisk"),
        ("Der er hul i vejen ud for nummer 7, og det bliver større", ""),
        ("Kan I ikke salte på stien, den er helt glat", ""),
        ("Hei, jeg lurer på når dere tømmer søppelet", "norsk"),
        ("Opsig min p-licens tak", ""),
        ("", ""),
        ("12 34 56", ""),
    ],
)
def test_what_is_told(text: str, told: str) -> None:
    assert foreign(text) == told


@pytest.mark.parametrize(("told", "text"), [(told, one) for told in TEXTS for one in TEXTS[told]])
def test_what_citizens_write_in(told: str, text: str) -> None:
    assert foreign(text) == told


@pytest.mark.parametrize(
    "text",
    [
        # Slovene and Croatian have these words both.
        "Kako ste, hvala, imam samo moja treba nas vas",
        # One that is on no list (Welsh), and one with a street of ours in it.
        "Bore da, mae twll mawr yng nghanol y ffordd ger fy nhŷ ac mae angen ei drwsio cyn bo hir",
        "Egun on, Nørrebrogade kalean zulo handi bat dago eta norbaitek konpondu beharko luke",
    ],
)
def test_where_it_is_not_sure_no_name_is_guessed(text: str) -> None:
    assert foreign(text) == OTHER


def test_a_text_typed_without_its_letters_is_known_by_its_words() -> None:
    assert foreign("Dzien dobry, prosze powiedziec kiedy bedzie mozna odebrac smieci") == "polsk"
    assert foreign("Tesekkurler ama hic kimse gelmedi, lutfen cop ne zaman") == "tyrkisk"


def test_an_address_of_the_web_tells_no_language() -> None:
    assert foreign("Se fejlen på https://www.the-and-of-to-in.example/is/that/it/for i dag") == ""


def test_danish_is_danish() -> None:
    """The demo's history has one text that is not: an offer in English."""
    told = [one.text for one in corpus.history() if foreign(one.text)]
    assert [text[:4] for text in told] == ["Dear"]


def test_a_list_of_words_for_a_machine_is_of_no_language() -> None:
    """Else a heap of words would be looked at as a foreign text, of which less is known."""
    assert (
        language("hul vej cykelsti fortov rotter affald asfalt lygte busk skilt kant rende") == ""
    )


def test_danish_with_an_english_title_is_danish() -> None:
    assert language("Vil gerne høre albummet Since I Saw You Last") in ("da", "")


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    foreign(text)


@pytest.mark.parametrize("unit", ["a", ">", "1234", "a@", "www.", "http://", "\n"])
def test_the_time_grows_with_the_length_and_not_faster(unit: str) -> None:
    """100,000 signs made to be slow; the list of inquiries reads each text. A second is a hundred
    times what is needed."""
    started = time.process_time()
    foreign(unit * (100_000 // len(unit)))
    assert time.process_time() - started < 1


def test_what_stands_in_an_address_tells_no_language() -> None:
    address = "https://example.com/the/road/is/broken/and/it/is/very/bad"
    assert language(f"{address} hul i vejen ved skolen, som skal fyldes") == "da"
    assert language(f"the.road.is.broken@example.com ({address})") == ""
