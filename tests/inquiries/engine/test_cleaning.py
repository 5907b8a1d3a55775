# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The same matter reads the same, whoever wrote it, from where and how."""

from __future__ import annotations

import pytest
from growth import grows_no_faster
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.inquiries.engine.cleaning import FIRST_VERSION, NEWEST, SECOND_VERSION, Reading

MATTER = "der er et dybt hul i vejen ved skolen, og cyklisterne kører udenom"
HERE = Reading(places=("Nørremark", "Gl. Lundby"))


def words(text: str) -> list[str]:
    return HERE.clean(text).replace(",", " ").replace(".", " ").split()


@pytest.mark.parametrize(
    "clothes",
    [
        "Hej\n{}\n\nMed venlig hilsen\nMette Nielsen",
        "Kære kommune\n\n{}\n\nMvh Torgils Uldahl",
        "Hej Lone,\n{}\nHilsen Oluwaseun Adeyemi, Nyhavevej 12, 4300 Holbæk",
        "Jeg hedder Fatima Hassan. {}",
        "Mit navn er Xiu Feng. {}",
        "Mit CPR-nummer er 610190-1234. {}",
        "{}\nCPR: 6101901234",
        "{} Ring til mig på 00 00 00 05",
        "{} Mail: borger@example.dk",
        "Fra: borger@example.dk\nSendt: 3. marts 2026\nTil: kommunen@example.dk\nEmne: {}",
        "{}\n\nSendt fra min iPhone",
        "{}\n\nDen 2. marts 2026 kl. 09.12 skrev Kommunen <k@example.dk>:\n> Tak for din mail.",
        "Telefonnotat: Borger ringer og oplyser: {}",
        "Borger Sigrun Kvistholm ringer og fortæller, at {}",
        "Navn: Bo Dahl\nE-mail: bo@example.dk\nBesked: {}\n\nSendt via kommunens kontaktformular",
        "{}\nBydel: Nørremark",
        "{} i Gl. Lundby",
        "{} på Rosengade 114, 2. tv.",
    ],
)
def test_what_is_around_the_matter_is_not_read(clothes: str) -> None:
    assert words(clothes.format(MATTER)) == words(MATTER)


@pytest.mark.parametrize(
    "text",
    [
        "hans far er tom for håb, og mark og sten er væk",
        "mange nye huse og ingen lys på vejen",
        "skrald ikke hentet igen",
        "der er huller i cykelvejen og i gågaden ved legepladsen",
        "til: der kom ingen",
        "kære gamle træ",
    ],
)
def test_what_is_only_like_a_name_or_a_frame_is_read(text: str) -> None:
    assert set(text.replace(",", "").split()) - {"kære"} <= set(words(text))


def test_a_text_that_is_all_frame_is_read_as_it_is() -> None:
    assert "hilsen" in HERE.clean("Hilsen Mette")


def test_the_first_rules_read_as_they_did() -> None:
    first = Reading(version=FIRST_VERSION)
    assert first.clean("Hej Mette, ring 12345678 eller m@x.dk") == "hej mette, ring   eller  "
    assert first.spelled("traeer") == "traeer"
    assert NEWEST.spelled("traeer") == "træer"


def test_the_second_rules_read_as_they_did() -> None:
    second = Reading(version=SECOND_VERSION)
    assert second.spelled("kvinden") == "kvinden"
    assert second.spelled("straße") == "straße"
    assert second.clean("CPR: 610190-1234\nHej, der er hul i vejen") == "hej, der er hul i vejen"


def test_a_gender_is_read_as_the_other_and_the_letter_without_a_capital_as_its_capitals() -> None:
    her, his = "Min mor og hendes søster, en kvinde.", "Min far og hans bror, en mand."
    assert NEWEST.spelled(NEWEST.clean(her)) == NEWEST.spelled(NEWEST.clean(his))
    assert "kvinde" in NEWEST.clean(her)
    assert NEWEST.spelled("straße") == NEWEST.spelled("STRASSE".lower())


@pytest.mark.parametrize(
    "clothes",
    [
        "CPR: 610190-1234\nHej!\n{}",
        "(6101901234) Kære alle\n{}",
        "{}\n\nVenligst Mette Nielsen CPR-nr.: 6101901234.",
        "Borger har ringet. Hej. {}",
        "{} Ring på 12 34 56 78",
    ],
)
def test_a_greeting_beside_a_number_or_a_note_is_not_read(clothes: str) -> None:
    assert words(clothes.format(MATTER)) == words(MATTER)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert HERE.clean(text) == HERE.clean(text).lower()


_WORDS = (
    *("hej", "Mette", "Nielsen", "Søren", "der er hul i vejen", "på Testvej 12", "tv. 4300 Holbæk"),
    *("\n", "mvh", "cpr 610190-1234", "ring", ">", "fra:", "emne:", "borger oplyser at", ","),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(_WORDS), max_size=12).map(" ".join))
def test_capitals_change_nothing(text: str) -> None:
    assert HERE.clean(text) == HERE.clean(text.upper()) == HERE.clean(text.lower())


@pytest.mark.parametrize("sign", ["a", "\n", "hej ", "borger ", "1234 ", "mvh ", ",", "\n12345678"])
def test_time_grows_with_the_text_only(sign: str) -> None:
    assert grows_no_faster(lambda text: HERE.clean(f"ring 12345678{text}x"), sign)
