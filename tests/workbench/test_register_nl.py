# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The record by the Dutch publication standard 1.0: valid by its own schema, and the kernel's."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.conf import settings
from django.test import Client
from kernel_stage import today
from register_card import register_card

from kodeks.workbench import register_nl

SCHEMA = "governance/nl-algoritmeregister/schema.json"
PAGE = Path(__file__).parents[2] / "docs" / "register-fields.md"
REQUIRED = 18


@pytest.fixture
def schema(data_folder: Path) -> Any:
    return json.loads((data_folder / SCHEMA).read_text(encoding="utf-8"))


@pytest.fixture
def slug(stage) -> str:
    found = stage.register()
    stage.register_card(register_card(found))
    return found


def record(slug: str, language: str = "da") -> Any:
    before = "/en" if language == "en" else ""
    response = Client().get(f"{before}/register/{slug}.nl.json")
    assert response.status_code == 200
    return json.loads(response.content)


def faults(schema: Any, found: Any) -> list[str]:
    checker = jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())
    return [error.message for error in checker.iter_errors(found)]


@pytest.mark.parametrize("language", ["da", "en"])
def test_it_is_valid_in_every_state(schema, stage, slug, language) -> None:
    assert faults(schema, record("inquiries", language)) == []
    stage.switch(slug)
    assert faults(schema, record(slug, language)) == []
    stage.switch(slug, verb="resume")
    stage.evidence(slug, kind="dpia", withdrawn=True)
    stage.assign(slug=slug, manager=None)
    assert faults(schema, record(slug, language)) == []


def test_the_schema_would_have_found_something(schema, slug) -> None:
    found = record(slug)
    assert len(schema["required"]) == REQUIRED
    for name in schema["required"]:
        assert faults(schema, {key: value for key, value in found.items() if key != name})
    assert faults(schema, found | {"status": "I drift"})


def test_the_greatest_lengths_are_the_schemas(schema) -> None:
    longest = {
        name: one["maxLength"] for name, one in schema["properties"].items() if "maxLength" in one
    }
    assert {name: longest[name] for name in register_nl.MOST} == register_nl.MOST
    never_told = set(longest) - set(register_nl.MOST)
    assert never_told == {"legal_basis_title", "data_source_title"}


def test_the_page_of_fields_names_each_property_and_says_truly_which_we_give(schema, slug) -> None:
    text = PAGE.read_text(encoding="utf-8").split("## Dutch")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| `")]
    given = {cells[0].strip(" `"): cells[2].strip() for cells in rows}
    assert list(given) == list(schema["properties"])
    told = set(record(slug))
    never = {name for name, says in given.items() if says.startswith("Not given")}
    assert not told & never
    sometimes = {"end_date", "source_link"}
    assert set(schema["properties"]) - never - sometimes <= told


def test_every_value_is_what_the_kernel_has(stage, slug) -> None:
    found = record(slug)
    assert found["name"] == f"Prøvesystem {slug} 1"
    assert found["organization"] == settings.KODEKS_MUNICIPALITY
    assert found["status"] == "In gebruik"
    assert found["start_date"] == f"{today():%Y-%m}"
    assert "end_date" not in found
    assert found["publication_category"] == "Impactvolle algoritmes (Categorie B)"
    assert found["purpose_and_impact"] == "At prøve kernen. Ingen."
    assert found["human_intervention"].endswith("Læs først selv.")
    assert "Kontrol med højst 3 måneder imellem: Er forslagene rigtige?" in found["risk_management"]
    assert "Drift: Artikel 6, stk. 1, litra e." in found["legal_basis"]
    assert "Konsekvensanalyse for databeskyttelse (gælder til" in found["impact_assessments"]
    assert "grundlæggende rettigheder" in found["impact_assessment_explanation"]
    assert "Størrelsen (Almindelige oplysninger; kilde: Register, fra: Kommunen)" in found["data"]
    assert found["technical_operation"].endswith("Den nyeste hedder 1.")
    assert found["supplier"] == "Kommunen selv"
    assert (found["language"], found["schema"], found["source_id"]) == ("nld", "1.0.0", slug)


def test_in_english_only_law_and_proper_names_are_danish(slug) -> None:
    found = record(slug, "en")
    assert found["name"] == f"Trial system {slug} 1"
    law = found.pop("legal_basis")
    assert law.startswith("Development: Artikel 6")
    assert not re.search("[æøåÆØÅ]", str(found).replace(found["organization"], ""))


def test_stopped_or_taken_back_it_has_an_end(stage, slug) -> None:
    stage.switch(slug)
    found = record(slug)
    assert (found["status"], found["end_date"]) == ("Buiten gebruik", f"{today():%Y-%m}")
    stage.switch(slug, verb="resume")
    assert "end_date" not in record(slug)
    stage.as_owner(
        "SELECT kernel.revoke_release(%s, '1', %s, 'Prøve.')", slug, stage.user_id("merete")
    )
    found = record(slug)
    assert (found["status"], found["end_date"]) == ("Buiten gebruik", f"{today():%Y-%m}")
    # A month that nobody knows is not made up.
    stage.release(slug=slug, version="2", artefact="a2" * 32)
    stage.evidence(slug, kind="dpia", withdrawn=True)
    found = record(slug)
    assert found["status"] == "Buiten gebruik"
    assert "end_date" not in found
    assert found["impact_assessments"].startswith("Konsekvensanalyse for god forvaltning")


@pytest.mark.parametrize(
    ("card", "category"),
    [
        ({"risk_class": "high"}, "Hoog-risico AI-systeem (Categorie A)"),
        ({"impactful": False}, "Overige algoritmes (Categorie C)"),
    ],
)
def test_the_category_is_the_cards(stage, slug, card, category) -> None:
    stage.register_card(register_card(slug, **card))
    assert record(slug)["publication_category"] == category


def test_a_robot_that_acts_by_itself_is_said_with_its_share(stage, slug) -> None:
    stage.register_card(register_card(slug, autonomy="procedural", share="0.25"))
    assert record(slug)["human_intervention"].endswith("egne trin efter: 0.25.")
    assert record(slug, "en")["human_intervention"].endswith("steps afterwards: 0.25.")


def test_links_to_us_are_given_over_https_only(slug) -> None:
    assert "source_link" not in record(slug)
    response = Client().get(f"/en/register/{slug}.nl.json", secure=True)
    found = json.loads(response.content)
    assert found["source_link"] == f"https://testserver/en/register/{slug}.json"


def test_without_its_texts_or_a_model_there_is_no_record(stage) -> None:
    slug = stage.register(released=False)
    response = Client().get(f"/register/{slug}.nl.json")
    assert response.status_code == 404
    told = json.loads(response.content)
    assert len(told["missing"]) == 2
    assert "[register]" in told["error"]
    stage.register_card(register_card(slug))
    told = json.loads(Client().get(f"/en/register/{slug}.nl.json").content)
    assert told["missing"] == ["Ingen model er taget i brug endnu, så der er ingen startmåned."]
    assert Client().get("/register/findes-ikke.nl.json").status_code == 404


def test_a_text_that_the_standard_has_no_room_for_is_named(slug, monkeypatch) -> None:
    monkeypatch.setitem(register_nl.MOST, "data", 50)
    response = Client().get(f"/register/{slug}.nl.json")
    assert response.status_code == 404
    error = json.loads(response.content)["error"]
    assert "Teksten i data fylder" in error
    assert "Der er plads til 50." in error


def test_a_system_whose_card_lacks_the_tables_is_shown_and_says_so(stage) -> None:
    slug = stage.register()
    danish = Client().get(f"/register/{slug}/").content.decode()
    english = Client().get(f"/en/register/{slug}/").content.decode()
    assert "ikke skrevet færdigt til registret" in danish
    assert "texts are in Danish only" in english
    assert f"{slug}.nl.json" not in danish
