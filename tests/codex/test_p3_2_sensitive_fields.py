# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P3.2: data of ethnicity, sexuality and gender are not used to sort citizens."""

from __future__ import annotations

import psycopg
import pytest
from kernel_stage import card_text

from kodeks.codex.protected import protected_attribute, proxy_of
from kodeks.kernel import api as kernel
from kodeks.kernel import codices

PROTECTED = [
    ("ethnicity", "Et felt"),
    ("x", "Borgerens etniske baggrund"),
    ("sexual_orientation", "Et felt"),
    ("x", "Seksualitet"),
    ("gender", "Et felt"),
    ("x", "Køn"),
    ("race", "Et felt"),
    ("x", "Trossamfund"),
    ("x", "Politisk holdning"),
    ("trade_union", "Et felt"),
    ("x", "Medlem af fagforening"),
]
ORDINARY = [("size", "Størrelsen"), ("postcode", "Postnummer"), ("x", "Køretøjets alder")]


def card_with(slug: str, field: str, title: str) -> str:
    """The stage's card, with another field in place of `size`."""
    text = card_text(slug).replace('name = "size"', f'name = "{field}"')
    return text.replace('title = "Størrelsen"', f'title = "{title}"')


def register(stage, slug: str, field: str, title: str = "Et felt") -> str | None:
    """The code with which the card is refused; None when it is registered."""
    try:
        stage.register_card(card_with(slug, field, title))
    except psycopg.Error as error:
        return error.diag.message_detail
    return None


@pytest.mark.parametrize(("field", "title"), PROTECTED)
def test_a_card_with_a_protected_field_is_refused(stage, field, title):
    assert protected_attribute(codices.in_force().attributes, field=field, title=title)
    assert register(stage, "p3_2_protected", field, title) == "protected_field"


@pytest.mark.parametrize(("field", "title"), ORDINARY)
def test_a_card_with_an_ordinary_field_is_not(stage, field, title):
    assert protected_attribute(codices.in_force().attributes, field=field, title=title) is None
    assert register(stage, "p3_2_ordinary", field, title) is None


@pytest.mark.parametrize("field", ["nationality", "citizenship", "Nationality"])
def test_a_field_that_gives_a_protected_one_away_everywhere_is_refused_everywhere(stage, field):
    assert proxy_of(codices.in_force().proxies, system="p3_2_any", field=field)
    assert register(stage, "p3_2_any", field) == "protected_field"


@pytest.mark.parametrize("field", ["first_name", "mother_tongue", "housing_area"])
def test_one_that_does_in_some_systems_is_refused_in_those(stage, field):
    assert register(stage, "job_match", field) == "protected_field"
    assert register(stage, "p3_2_other", field) is None


@pytest.mark.parametrize("what", ["word", "proxy"])
def test_a_new_edition_of_the_codex_that_bars_a_field_stops_who_uses_it(stage, what):
    slug = stage.register()
    field = f"{what}field"
    stage.register_card(card_with(slug, field, "Et felt"))
    suggestion = stage.proposal(slug)
    assert stage.obstacles(slug) == []
    if what == "word":
        stage.revise(protected=[{"id": "newly", "title": "Ny", "words": [field]}])
    else:
        why = "Feltet røber det."
        proxy = {"system": slug, "field": field, "attribute": "gender", "why": why}
        stage.revise(proxies=[proxy])
    with pytest.raises(kernel.SystemStopped) as stopped:
        kernel.ask(system=slug, purpose="triage")
    assert stopped.value.code == "protected_field"
    assert stage.refused("issue", suggestion) == "protected_field"
    stage.register_card(card_text(slug))
    assert stage.issued(slug)
