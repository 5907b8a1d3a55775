# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The register in English: no Danish is left on it but what is marked as Danish."""

from __future__ import annotations

import html
import json
import re

import pytest
from django.conf import settings
from django.test import Client
from kernel_stage import card_text
from register_card import register_card

from kodeks.demo.people import PEOPLE
from kodeks.workbench import wording


def source(path: str) -> str:
    response = Client().get(path)
    assert response.status_code == 200
    return response.content.decode()


def english_of(path: str) -> str:
    """The page's words and labels without proper names and what is marked as Danish."""
    text = source(path)
    assert '<html lang="en">' in text
    text = re.sub(r"<script.*?</script>|<meta[^>]*>", " ", text, flags=re.DOTALL)
    for _ in range(3):
        text = re.sub(r'<(\w+)\b[^>]* lang="da"[^>]*>.*?</\1>', " ", text, flags=re.DOTALL)
    labels = re.findall(r'(?:aria-label|title|data-title|alt)="([^"]*)"', text)
    words = html.unescape(" ".join([re.sub(r"<[^>]+>", " ", text), *labels]))
    for name in (settings.KODEKS_MUNICIPALITY, *(person.full_name for person in PEOPLE)):
        words = words.replace(name, " ")
    return " ".join(words.split())


def danish_left(words: str) -> list[str]:
    """Our own Danish texts, and what has a Danish letter."""
    alike = {danish for danish, english in wording.english()["texts"].items() if danish == english}
    own = [text for text in wording.english()["texts"] if text not in alike and "{" not in text]
    found = [text for text in own if re.search(rf"(?<!\w){re.escape(text)}(?!\w)", words)]
    common = r"\b(?:og|er|det|ikke|med|til|af|som|eller|kan|skal|har|den|der|en|et|på)\b"
    return found + re.findall(r"\S*[æøåÆØÅ]\S*", words) + re.findall(common, words)


@pytest.fixture
def slug(stage) -> str:
    found = stage.register()
    stage.register_card(register_card(found))
    return found


def prepared(stage, slug: str, state: str) -> None:
    if state == "stopped":
        stage.switch(slug)
    if state == "blocked":
        stage.evidence(slug, withdrawn=True)
        stage.assign(slug=slug, manager=None)
    if state == "procedural":
        stage.register_card(register_card(slug, autonomy="procedural"))
    if state == "unlawful":
        content = stage.content()
        rows = content["legal_bases"]
        content["legal_bases"] = [row for row in rows if row["system"] != slug]
        stage.register_codex(content)


@pytest.mark.parametrize("state", ["running", "stopped", "blocked", "procedural", "unlawful"])
def test_no_danish_is_left_on_a_systems_page(stage, slug, state) -> None:
    prepared(stage, slug, state)
    words = english_of(f"/en/register/{slug}/")
    assert len(words.split()) > 150
    # The stage's robot has steps of its own, without titles in a flow.
    assert danish_left(words) == []


def test_no_danish_is_left_on_the_list_and_the_real_card(stage) -> None:
    for path in ("/en/register/", "/en/register/inquiries/"):
        assert danish_left(english_of(path)) == []


def test_the_test_finds_danish(slug) -> None:
    danish = source(f"/register/{slug}/").replace('<html lang="da">', '<html lang="en">')
    assert len(danish_left(html.unescape(re.sub(r"<[^>]+>", " ", danish)))) > 100


def test_each_page_leads_to_itself_in_the_other_language(slug) -> None:
    for danish in ("/register/", f"/register/{slug}/"):
        assert '<html lang="da">' in source(danish)
        assert f'<a href="/en{danish}" lang="en" hreflang="en">' in source(danish)
        assert f'<a href="{danish}" lang="da" hreflang="da">' in source(f"/en{danish}")
    assert f'href="/en/register/{slug}/"' in source("/en/register/")
    assert f'href="/en/register/{slug}.json"' in source(f"/en/register/{slug}/")
    assert f'href="/register/{slug}.nl.json"' in source(f"/register/{slug}/")


def test_dates_and_numbers_are_english(stage) -> None:
    words = english_of("/en/register/inquiries/")
    assert re.search(r"since \d{1,2} [A-Z][a-z]+ 20\d\d, \d\d:\d\d", words)
    assert re.search(r"\d+\.\d%", words)
    assert not re.search(r"\d,\d %", words)


def test_the_data_are_in_english(stage, slug) -> None:
    stage.evidence(slug, kind="dpia", withdrawn=True)
    told = json.loads(source(f"/en/register/{slug}.json"))
    assert (told["language"], told["card_language"]) == ("en", "en")
    assert told["purposes"]["triage"] == "To find the department."
    assert told["status"]["text"] == "Cannot run"
    assert told["status"]["obstacles"] == [wording.english()["obstacles"]["no_dpia"]]
    assert told["autonomy_text"] == "It makes a suggestion. A person decides each case."
    danish = json.loads(source(f"/register/{slug}.json"))
    assert (danish["language"], danish["card_language"]) == ("da", "da")
    assert "english" not in danish | told
    assert set(danish) == set(told)


def test_a_card_without_english_is_shown_and_marked_as_danish(stage) -> None:
    slug = stage.register()
    assert "Prøvesystem" in card_text(slug)
    assert danish_left(english_of(f"/en/register/{slug}/")) == []
    assert '<h1 data-quoted lang="da">Prøvesystem</h1>' in source(f"/en/register/{slug}/")
    told = json.loads(source(f"/en/register/{slug}.json"))
    assert (told["language"], told["card_language"]) == ("en", "da")


def test_the_rest_of_the_site_stays_danish_after_an_english_page(slug) -> None:
    english_of("/en/register/")
    assert '<html lang="da">' in source("/")
    assert "Tilgængelighedserklæring" in source("/kodeks/")


@pytest.mark.parametrize("path", ["/en/register/findes-ikke/", "/en/register/findes-ikke.json"])
def test_an_unknown_system_is_not_found(stage, path) -> None:
    assert Client().get(path).status_code == 404
