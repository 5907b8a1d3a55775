# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Fields that name a protected attribute are found; ordinary fields are left in peace."""

from __future__ import annotations

import copy
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.codex import bundle
from kodeks.codex.protected import (
    CAPITALS,
    LETTERS,
    Attribute,
    protected_attribute,
    proxy_of,
    tokens,
)
from kodeks.codex.reader import CardError

SHIPPED = bundle.shipped()


def found(field: str, title: str = "Et felt") -> str | None:
    attribute = protected_attribute(SHIPPED.attributes, field=field, title=title)
    return attribute.id if attribute else None


@pytest.mark.parametrize(
    ("field", "title", "attribute"),
    [
        ("ethnicity", "Et felt", "ethnicity"),
        ("sexuality", "Et felt", "sexuality"),
        ("sexual_orientation", "Et felt", "sexuality"),
        ("gender", "Et felt", "gender"),
        ("Gender_Code", "Et felt", "gender"),
        ("x", "Borgerens køn", "gender"),
        ("x", "KØN", "gender"),
        ("x", "Kønsidentitet", "gender"),
        ("koen", "Et felt", "gender"),
        ("sex", "Et felt", "gender"),
        ("x", "Etnisk baggrund", "ethnicity"),
        ("x", "Herkomst efter Danmarks Statistik", "ethnicity"),
        ("x", "Indvandrer eller ej", "ethnicity"),
        ("x", "National oprindelse", "ethnicity"),
        ("national_origin", "Et felt", "ethnicity"),
        ("race", "Et felt", "race"),
        ("x", "Seksuel orientering", "sexuality"),
        ("x", "Homoseksuel", "sexuality"),
        ("x", "Religion", "religion"),
        ("x", "Medlem af folkekirken", "religion"),
        ("x", "Betaler kirkeskat", "religion"),
        ("x", "Politisk holdning", "politics"),
        ("party_member", "Et felt", "politics"),
        ("x", "Fagforening", "union"),
        ("trade_union", "Et felt", "union"),
        ("union-membership", "Et felt", "union"),
    ],
)
def test_what_names_an_attribute_is_found(field, title, attribute):
    assert found(field, title) == attribute


@pytest.mark.parametrize(
    ("field", "title"),
    [
        ("text", "Teksten i henvendelsen (CPR-numre er skjult)"),
        ("oath", "Erklæring på tro og love"),
        ("health", "Helbred"),
        ("age", "Alder"),
        ("birth_date", "Fødselsdag"),
        ("third_party", "Tredjeparts parti varer"),
        ("police", "Anmeldt til politiet"),
        ("trace", "Spor i systemet"),
        ("sextant", "Sekstant"),
        ("skoen", "Skøn over tiden"),
        ("koens_navn", "Navn på køen"),
        ("union", "Den Europæiske Union"),
        ("origin", "Varens oprindelse"),
        ("mandag", "Åbent om mandagen"),
        ("embrace", "Terrasse"),
    ],
)
def test_what_only_looks_like_it_is_left_in_peace(field, title):
    assert found(field, title) is None


def test_words_next_to_each_other_count_and_others_do_not():
    assert found("x", "National oprindelse") == "ethnicity"
    assert found("x", "National varers oprindelse") is None
    assert found("national", "oprindelse") is None


@pytest.mark.parametrize("list_", ["protected", "proxies"])
def test_a_row_says_nothing_that_is_not_read(list_):
    content = copy.deepcopy(dict(SHIPPED.content))
    content[list_][0]["note"] = "Gælder ikke."
    with pytest.raises(CardError, match="note"):
        bundle.of_content(content)


@pytest.mark.parametrize("system", ["Inquiries", "a b", "**"])
def test_a_proxy_is_of_a_system_or_of_all(system):
    content = copy.deepcopy(dict(SHIPPED.content))
    content["proxies"][0]["system"] = system
    with pytest.raises(CardError, match="et systems navn eller »\\*«"):
        bundle.of_content(content)


@pytest.mark.parametrize("word", ["Religion", "to  ord", "*ord", "or*d", "ord-ord", " ord", ""])
def test_a_word_is_written_as_it_is_compared(word):
    content = copy.deepcopy(dict(SHIPPED.content))
    content["protected"][0]["words"][0] = word
    with pytest.raises(CardError):
        bundle.of_content(content)


def one_attribute(*words: str):
    return replace(SHIPPED, attributes=(Attribute(id="a", title="A", words=words),))


def test_letters_in_two_parts_are_read_as_one():
    title = unicodedata.normalize("NFD", "Blå øjne")
    assert len(title) > len("Blå øjne")
    assert protected_attribute(one_attribute("blå").attributes, field="x", title=title)


def test_a_star_stands_for_an_ending_only():
    codex = one_attribute("ande* næse")
    assert protected_attribute(codex.attributes, field="x", title="Andens næse")
    assert protected_attribute(codex.attributes, field="x", title="Ande næse")
    assert protected_attribute(codex.attributes, field="x", title="Sandens næse") is None
    assert protected_attribute(codex.attributes, field="x", title="Andens næser") is None
    assert protected_attribute(codex.attributes, field="x", title="Andagt næse") is None


def test_the_first_attribute_of_the_list_is_told():
    first = Attribute(id="a", title="A", words=("ord",))
    second = Attribute(id="b", title="B", words=("ord", "ande*"))
    codex = replace(SHIPPED, attributes=(first, second))
    assert protected_attribute(codex.attributes, field="ord", title="andet") == first
    assert protected_attribute(codex.attributes, field="x", title="andet") == second


def test_the_tokens_are_the_runs_of_danish_letters():
    assert tokens("Borgerens_ÆØÅ-felt 2b/ÉÖÜÄ") == ["borgerens", "æøå", "felt", "b", "éöüä"]
    assert tokens("") == tokens("12 Ж λ ") == []


def test_the_two_alphabets_belong_together():
    assert len(CAPITALS) == len(LETTERS)
    assert CAPITALS.lower() == LETTERS


@given(st.text())
def test_any_text_gives_only_tokens_of_the_alphabet(text):
    assert all(token and set(token) <= set(LETTERS) for token in tokens(text))


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_field_can_be_asked_about(field, title):
    protected_attribute(SHIPPED.attributes, field=field, title=title)


# Proxies


@pytest.mark.parametrize(
    ("system", "field", "attribute"),
    [
        ("job_match", "first_name", "gender"),
        ("job_match", "First_Name", "gender"),
        ("job_match", "birth_country", "ethnicity"),
        ("interventions", "postcode", "ethnicity"),
        ("control", "housing_area", "ethnicity"),
        ("control", "foreign_ties", "ethnicity"),
        ("waste", "nationality", "ethnicity"),
        ("building", "citizenship", "ethnicity"),
    ],
)
def test_a_declared_proxy_is_found(system, field, attribute):
    proxy = proxy_of(SHIPPED.proxies, system=system, field=field)
    assert proxy is not None
    assert proxy.attribute == attribute


@pytest.mark.parametrize(
    ("system", "field"),
    [
        ("building", "first_name"),
        ("inquiries", "postcode"),
        ("job_match", "postcode"),  # the way to work is measured by it
        ("control", "first_names"),
        ("*", "first_name"),
        ("control", "text"),
    ],
)
def test_other_fields_are_no_proxies(system, field):
    assert proxy_of(SHIPPED.proxies, system=system, field=field) is None


def test_the_shipped_lists_leave_the_shipped_card_in_peace():
    from importlib.resources import files

    from kodeks.codex import card

    text = (files("kodeks.inquiries") / "system.toml").read_text(encoding="utf-8")
    one = card.load(text)
    for field in one.data_fields:
        assert protected_attribute(SHIPPED.attributes, field=field.field, title=field.title) is None
        assert proxy_of(SHIPPED.proxies, system=one.id, field=field.field) is None
