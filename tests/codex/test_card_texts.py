# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What only the register needs of a card: whole in both languages, or left out in both."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from kernel_stage import card_text
from register_card import TABLES, register_card

from kodeks.codex import card, card_texts
from kodeks.codex.reader import CardError

TEXT = register_card("proeve")
WITHOUT = card_text("s000")
LINES = [line for line in TABLES.splitlines() if re.match(r"\w+ = ", line)]
OPTIONAL = ("source_code", "link")


def refusal(text: str) -> str:
    with pytest.raises(CardError) as error:
        card.load(text)
    return str(error.value)


def test_a_card_without_them_has_no_trace_of_them():
    found = card.load(WITHOUT)
    assert not {"register", "english"} & set(found.content)
    assert card_texts.in_english(found.content) is None


def test_what_they_say_is_part_of_what_is_registered():
    one, other = card.load(TEXT), card.load(TEXT.replace("In goes", "Into it goes"))
    assert one.sha256 != other.sha256
    assert one.content["register"]["themes"] == ["Prøver"]


def test_the_english_card_says_all_in_english():
    found = card_texts.in_english(card.load(TEXT).content)
    assert found is not None
    assert found["name"] == "Trial system proeve 1"
    assert found["purposes"]["triage"] == "To find the department."
    assert {one["title"] for one in found["data_fields"]} >= {"The size", "The year"}
    assert found["robot"]["step_titles"]["receipt"] == "Letter of receipt"
    assert found["robot"]["steps"] == ["journalise", "receipt"]
    assert found["register"]["considerations"] == "It is quicker, but it can be wrong."
    assert found["register"]["contact"] == "https://www.proeve.example/kontakt"
    assert not re.search("[æøåÆØÅ]", str(found).replace(found["unit"], ""))


@pytest.mark.parametrize("table", ["register", "english"])
def test_one_without_the_other_is_refused(table):
    before, english = TEXT.split("[english]\n")
    english = f"{WITHOUT}\n[english]\n{english}"
    assert f"mangler [{table}]" in refusal(before if table == "english" else english)


@pytest.mark.parametrize("line", range(len(LINES)))
def test_whatever_is_left_out_is_named(line):
    name = LINES[line].partition(" = ")[0]
    written = LINES[line].format(slug="proeve", edition=1, impactful="true")
    head, found, tail = TEXT.rpartition(f"\n{written}\n")
    assert found
    text = head + "\n" + tail
    if name in OPTIONAL:
        assert name not in card.load(text).content["register"]
    else:
        assert f"`{name}`" in refusal(text)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('triage = "To find', 'other = "To find', "triage"),
        ("[english.steps]\n", '[english.steps]\nfly = "Fly"\n', "fly"),
        ('fields = { size = "The size" }', 'fields = { size = "" }', "size"),
        ("[english.sources.archive]", "[english.sources.attic]", "archive"),
        ("impactful = true", 'impactful = "ja"', "impactful"),
        ('themes = ["Trials"]', 'themes = ["Trials", "More"]', "themes"),
        ("https://www.proeve.example/kontakt", "http://proeve.example", "contact"),
        ("https://www.proeve.example/kontakt", "ring til os", "contact"),
        ("https://code.example/kodeks", "code.example", "source_code"),
        ("https://www.proeve.example/system", "ftp://x.example", "link"),
    ],
)
def test_what_is_not_in_order_is_named(before, after, said):
    assert before in TEXT
    assert said in refusal(TEXT.replace(before, after))


def test_an_address_of_mail_will_do():
    text = TEXT.replace("https://www.proeve.example/kontakt", "ai@proeve.example")
    assert card.load(text).content["register"]["contact"] == "ai@proeve.example"


@pytest.mark.parametrize("name", sorted(card_texts.MOST))
def test_a_text_has_its_room_to_the_letter(name):
    most = card_texts.MOST[name]
    head, english = TEXT.split("[english]\n")
    line = re.compile(rf'^{name} = ".*"$', re.MULTILINE)
    text = f"{head}[english]\n" + line.sub(f'{name} = "{"x" * most}"', english, count=1)
    card.load(text)
    assert f"plads til {most}" in refusal(text.replace("x" * most, "x" * (most + 1)))


def test_without_a_robot_there_are_no_steps_to_translate():
    text = re.sub(r"\[robot\].*?(?=\n\[register\])", "", TEXT, flags=re.DOTALL)
    assert "robot" in refusal(text)
    text = text.replace('robot = "The robot"\n', "").partition("[english.steps]")[0]
    found = card_texts.in_english(card.load(text).content)
    assert found is not None
    assert found["robot"] is None


def test_the_card_that_comes_with_the_program_can_be_published():
    text = (files("kodeks.inquiries") / "system.toml").read_text(encoding="utf-8")
    assert card_texts.in_english(card.load(text).content) is not None
