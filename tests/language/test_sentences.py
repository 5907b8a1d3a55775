# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Sentences of what citizens send, with greeting and signature apart."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.language.sentences import LONGEST, sentences

LETTER = (
    "Hej Teknik og Miljø\n\nD. 14. august kl. 6 så jeg et hul, f.eks. ved nr. 3. Det er dybt!! "
    "hvornår kommer I?\n\nMed venlig hilsen\nPrøve Prøvesen\nTestvej 14\n\nPS. Der er rotter i "
    "gården, og det har jeg skrevet om før."
)


def spoken(text: str, kind: str = "text") -> list[str]:
    return [text[one.start : one.end] for one in sentences(text) if one.kind == kind]


def test_a_letter_is_its_sentences_and_greeting_and_signature_are_apart() -> None:
    assert spoken(LETTER) == [
        "D. 14. august kl. 6 så jeg et hul, f.eks. ved nr. 3.",
        "Det er dybt!!",
        "hvornår kommer I?",
        "Der er rotter i gården, og det har jeg skrevet om før.",
    ]
    assert spoken(LETTER, "greeting") == ["Hej Teknik og Miljø"]
    assert spoken(LETTER, "signature")[:3] == [
        "Med venlig hilsen",
        "Prøve Prøvesen",
        "Testvej 14",
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Hej", []),
        ("Kære kommune,", []),
        ("", []),
        (" \n\t \n", []),
        ("... !!! ???", []),
        ("hej hvornår bliver plast hentet???", ["hej hvornår bliver plast hentet???"]),
        (
            "Hvem svarer? Hilsen er der nok af, men ingen svar i den sag, som vi skrev om i går.",
            None,
        ),
    ],
)
def test_what_is_hardly_a_text(text: str, wanted: list[str] | None) -> None:
    found = spoken(text)
    assert found == wanted if wanted is not None else len(found) == 2


@given(st.text(alphabet=st.sampled_from("Hej mvh.,!?\n\tåk1 æ;-…")) | st.text())
def test_sentences_lie_in_order_apart_and_hold_every_letter(text: str) -> None:
    found = sentences(text)
    last = 0
    for one in found:
        assert last <= one.start < one.end <= len(text)
        assert one.end - one.start <= LONGEST
        assert text[one.start : one.end] == text[one.start : one.end].strip()
        last = one.end
    held = "".join(text[one.start : one.end] for one in found)
    assert [sign for sign in held if sign.isalnum()] == [sign for sign in text if sign.isalnum()]


@pytest.mark.parametrize("text", ["a" * 100_000, "ord, " * 20_000, "a. " * 33_000, "\n." * 50_000])
def test_the_time_grows_with_the_length_only(text: str) -> None:
    start = time.process_time()
    sentences(text)
    assert time.process_time() - start < 2
