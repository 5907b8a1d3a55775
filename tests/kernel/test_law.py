# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The database reads law, days and words as the room codex does, or there would be two laws."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from kernel_stage import card_text

from kodeks.codex import bases, bundle, protected

TIMELINE = Path(__file__).parents[1] / "codex" / "timeline.csv"
with TIMELINE.open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
CODEX = bundle.shipped()
EXAMPLES = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def law(stage, **of: Any) -> str:
    return str(
        stage.as_owner(
            "SELECT (kernel.law(c.id, %s, %s, %s, %s, %s, %s)).code FROM kernel_codexrevision AS c"
            " WHERE c.number = 1",
            of["system"],
            of["phase"],
            of["purpose"],
            of["categories"],
            of["autonomy"],
            of["day"],
        )
    )


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda r: f"{r['system']}-{r['phase']}-{r['purpose']}-{r['date']}-{r['code']}"
)
def test_the_database_answers_as_the_golden_timeline(stage, row):
    found = law(
        stage,
        system=row["system"],
        phase=row["phase"],
        purpose=row["purpose"],
        categories=row["categories"].split(),
        autonomy=row["autonomy"],
        day=dt.date.fromisoformat(row["date"]),
    )
    assert found == row["code"]


def one_of(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted({getattr(row, name) for row in CODEX.bases} | {"x"}))


@EXAMPLES
@given(
    system=one_of("system"),
    phase=one_of("phase"),
    purpose=one_of("purpose"),
    # A purpose without a field has no category; the gates stop that by themselves.
    categories=st.lists(one_of("data_category"), min_size=1, max_size=3, unique=True),
    autonomy=st.sampled_from(["advise", "procedural"]),
    day=st.dates(dt.date(2018, 1, 1), dt.date(2031, 1, 1)),
)
def test_and_on_any_other_day_as_the_room(stage, **of):
    found = bases.standing(CODEX, **of)
    assert law(stage, **of) == found.code


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_the_laws_day_is_copenhagens_at_every_half_hour_of_a_year(stage, year):
    zone, start = ZoneInfo("Europe/Copenhagen"), dt.datetime(year, 1, 1, tzinfo=dt.UTC)
    rows = stage.owner.execute(
        "SELECT n, kernel.day_of(%s + n * interval '30 minutes')"
        " FROM generate_series(0, 366 * 48) AS n",
        (start,),
    ).fetchall()
    for number, found in rows:
        moment = start + dt.timedelta(minutes=30 * number)
        assert found == moment.astimezone(zone).date() == bases.law_day(moment)


PIECES = [
    "etnisk",
    "oprindelse",
    "ETNISK",
    "religion",
    "Religiøs",
    "kon",
    "køn",
    "alder",
    "_",
    "-",
    ".",
    "9",
    "ø",
    "Ø",
    "é",
    "å",
    "İ",
    "ß",
    "ſ",
    "K",
    "e\u0301",
    "a\u030a",
    " ",
    "\u00a0",
]
TEXT = st.text(max_size=20) | st.lists(st.sampled_from(PIECES), max_size=6).map("".join)


@EXAMPLES
@given(text=TEXT)
@example(text="E\u0301tnisk")
def test_both_split_a_text_into_the_same_words(stage, text):
    found = stage.as_owner("SELECT kernel.words_of(%s)", text.replace("\x00", ""))
    assert found.split() == protected.tokens(text.replace("\x00", ""))


@EXAMPLES
@given(field=TEXT, title=TEXT)
@example(field="etnicitet", title="")
@example(field="x", title="Etnisk oprindelse")
def test_both_see_the_same_protected_attribute(stage, field, title):
    field, title = field.replace("\x00", ""), title.replace("\x00", "")
    found = stage.as_owner(
        "SELECT kernel.protected_attribute(%s::jsonb, %s, %s)",
        json.dumps(CODEX.content["protected"]),
        field,
        title,
    )
    expected = protected.protected_attribute(CODEX.attributes, field=field, title=title)
    assert found == (None if expected is None else expected.id)


@EXAMPLES
@given(
    field=st.sampled_from([one.field for one in CODEX.proxies] + ["size"]), system=one_of("system")
)
def test_and_the_same_declared_proxy(stage, field, system):
    for name in (field, field.upper(), field.title()):
        found = stage.as_owner(
            "SELECT kernel.proxied_attribute(%s::jsonb, %s, %s)",
            json.dumps(CODEX.content["proxies"]),
            system,
            name,
        )
        expected = protected.proxy_of(CODEX.proxies, system=system, field=name)
        assert found == (None if expected is None else expected.attribute)


def stands_on(stage, slug: str, purpose: str | None = "triage") -> list[dict[str, Any]]:
    return stage.as_owner("SELECT (kernel.survey(%s, 'operation', %s)).bases", slug, purpose)


def test_of_several_rows_the_newest_counts_and_of_one_day_the_first(stage):
    """Each row once, as the record names it."""
    days = ("2018-05-25", "2020-01-01", "2020-01-01", "2019-01-01")
    slug = stage.register(
        bases=[{"valid_from": day, "basis": f"Nr. {at}"} for at, day in enumerate(days)],
        released=False,
    )
    assert [row["basis"] for row in stands_on(stage, slug)] == ["Nr. 1"]
    assert stands_on(stage, slug)[0]["valid_from"] == "2020-01-01"


def test_a_barred_row_beats_newer_and_is_the_one_that_is_told(stage):
    slug = stage.register(
        bases=[
            {"valid_from": "2018-05-25", "status": "barred", "source": "Lov nr. 1"},
            {"valid_from": "2024-01-01"},
        ],
        released=False,
    )
    (told,) = stage.application.execute(
        "SELECT kernel.obstacles(%s, 'operation', 'triage')", (slug,)
    ).fetchone()
    assert [one["code"] for one in told] == ["barred", "no_release"]
    assert "Lov nr. 1" in told[0]["sentence"]
    assert [row["source"] for row in stands_on(stage, slug)] == ["Lov nr. 1"]


def test_of_several_refusals_the_gravest_is_told_whatever_their_order(stage):
    """A purpose with three categories: one barred, one without a row, one for advice only."""
    sensitive = SENSITIVE.replace('["improvement"]', '["triage"]')
    slug = stage.register(
        bases=[
            {"data_category": "ordinary", "autonomy": "advise"},
            {"data_category": "special", "status": "barred", "source": "Lov nr. 2"},
        ],
        autonomy="procedural",
        released=False,
    )
    stage.register_card(card_text(slug, autonomy="procedural") + sensitive)
    assert stage.obstacles(slug)[0] == "barred"
    stage.register_card(card_text(slug, autonomy="procedural"))
    assert stage.obstacles(slug)[0] == "autonomy"


def test_of_two_that_are_as_grave_the_first_is_told(stage):
    slug = stage.register(
        bases=[
            {"data_category": "special", "status": "barred", "source": "Lov nr. 4"},
            {"data_category": "ordinary", "status": "barred", "source": "Lov nr. 3"},
        ],
        released=False,
    )
    stage.register_card(card_text(slug) + SENSITIVE.replace('["improvement"]', '["triage"]'))
    (told,) = stage.application.execute(
        "SELECT kernel.obstacles(%s, 'operation', 'triage')", (slug,)
    ).fetchone()
    assert "Lov nr. 3" in told[0]["sentence"]


SENSITIVE = """
[[data_source]]
name = "journal"
supplier = "Lægen"
[[data_source.fields]]
name = "diagnosis"
title = "Diagnosen"
category = "special"
purposes = ["improvement"]
"""


def test_categories_are_those_of_the_purpose_and_of_the_newest_card(stage):
    plain, slug = stage.register(), stage.register()
    stage.register_card(card_text(slug) + SENSITIVE)
    assert stage.obstacles(slug) == []
    learning = {"phase": "development", "purpose": "improvement"}
    assert stage.obstacles(slug, **learning) == ["no_basis"]
    assert stage.obstacles(plain, **learning) == []
    stage.register_card(card_text(slug) + SENSITIVE.replace('["improvement"]', '["triage"]'))
    assert stage.obstacles(slug) == ["no_basis"]
    assert stage.obstacles(slug, **learning) == []


# The purpose when none is named


def purpose_of(stage, slug: str) -> str | None:
    return stage.as_owner(
        "SELECT kernel.purpose_of(kernel.survey(%s, 'operation', 'triage'), %s, 'operation')",
        slug,
        slug,
    )


@pytest.mark.parametrize(
    ("rows", "purpose"),
    [
        ([{}, {"purpose": "improvement"}], "triage"),
        ([{"purpose": "improvement"}, {}], "improvement"),
        ([{"purpose": "improvement", "valid_to": "2020-01-01"}, {}], "triage"),
        ([{"purpose": "improvement", "status": "barred"}, {}], "triage"),
        ([{"status": "barred"}, {"purpose": "improvement", "status": "barred"}], "triage"),
        # A purpose begins with its first row.
        ([{"valid_to": "2020-01-01"}, {"purpose": "improvement"}, {}], "triage"),
        ([{"phase": "development", "purpose": "improvement"}, {}], "triage"),
        ([{"purpose": "unknown"}, {}], "triage"),
        ([{"purpose": "unknown"}], None),
        ([], None),
    ],
)
def test_it_is_the_first_that_the_law_permits_or_else_the_first(stage, rows, purpose):
    slug = stage.register(bases=rows, released=False)
    assert purpose_of(stage, slug) == purpose
    found = stage.obstacles(slug, purpose=None)
    assert found == (
        stage.obstacles(slug, purpose=purpose) if purpose else ["no_basis", "no_release"]
    )


def test_rows_of_other_systems_and_of_an_older_codex_name_no_purpose(stage):
    slug = stage.register(bases=[{}], released=False)
    stage.register(bases=[{"purpose": "improvement"}], released=False)
    assert purpose_of(stage, slug) == "triage"
    content = stage.content()
    for row in content["legal_bases"]:
        if row["system"] == slug:
            row["purpose"] = "improvement"
    stage.register_codex(content)
    assert purpose_of(stage, slug) == "improvement"


def test_nor_does_a_purpose_that_the_card_has_no_field_for(stage):
    """Whatever the cards of others have."""
    slug = stage.register(bases=[{"purpose": "improvement"}, {}], released=False)
    assert purpose_of(stage, slug) == "improvement"
    card = card_text(slug).replace('purposes = ["improvement"]', 'purposes = ["triage"]')
    stage.register_card(card)
    assert purpose_of(stage, slug) == "triage"
    barred = [{"purpose": "improvement", "status": "barred"}, {"status": "barred"}]
    slug = stage.register(bases=barred, released=False)
    card = card_text(slug).replace('purposes = ["improvement"]', 'purposes = ["triage"]')
    stage.register_card(card)
    assert purpose_of(stage, slug) == "triage"
