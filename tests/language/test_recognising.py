# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A text in another language than Danish is seen to be so; a Danish one never is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.demo import corpus
from kodeks.language.recognising import foreign, language


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
        ("Здравствуйте, когда вывезут мусор?", "et sprog med kyrillisk skrift"),
        ("مرحبا، متى يتم جمع القمامة؟", "et sprog med arabisk skrift"),
        ("Der er hul i vejen ud for nummer 7, og det bliver større", ""),
        ("Kan I ikke salte på stien, den er helt glat", ""),
        ("Hei, jeg lurer på når dere tømmer søppelet", ""),
        ("Opsig min p-licens tak", ""),
        ("", ""),
        ("12 34 56", ""),
    ],
)
def test_what_is_told(text: str, told: str) -> None:
    assert foreign(text) == told


def test_danish_is_danish() -> None:
    """The demo's history has one text that is not: an offer in English."""
    told = [one.text for one in corpus.history() if foreign(one.text)]
    assert [text[:4] for text in told] == ["Dear"]


def test_danish_with_an_english_title_is_danish() -> None:
    assert language("Vil gerne høre albummet Since I Saw You Last") in ("da", "")


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    foreign(text)
