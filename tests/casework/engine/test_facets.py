# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The facet follows the kind of document, and says which words tell it."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.casework import kle
from kodeks.casework.engine import facets

TODAY = dt.date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Jeg søger om aktindsigt i sagen om naboens carport.", "A53"),
        ("Kan jeg få indsigt i min sag?", "A53"),
        ("Jeg klager over afslaget på aktindsigt.", "K02"),
        ("Hermed en klage over afgørelsen om min aktindsigt", "K02"),
        ("Jeg vil klage over parkeringsafgiften.", "K01"),
        ("Klage over afgørelse om boligstøtte", "K01"),
        ("Dagsorden til møde i ældrerådet", "P35"),
        ("Jeg søger om byggetilladelse til en carport.", "G01"),
        ("Der er hul i vejen.", "G01"),
        ("Beklager, jeg skrev forkert.", "G01"),
        ("", "G01"),
    ],
)
def test_the_kind_of_document_gives_the_facet(text, code):
    assert facets.suggest(text, on=TODAY).code == code


def test_the_reason_quotes_the_text_and_the_rule_its_source():
    found = facets.suggest("Jeg ønsker\naktindsigt", on=TODAY)
    assert found.reason == "»aktindsigt« tyder på en anmodning om aktindsigt."
    assert "kle-online.dk" in found.source


def test_a_rule_counts_from_its_day():
    assert facets.suggest("aktindsigt", on=dt.date(2026, 10, 31)) == facets.GENERAL


@settings(deadline=None)
@given(st.text(max_size=300))
def test_every_text_gets_a_facet_of_the_right_form(text):
    assert kle.is_facet(facets.suggest(text, on=TODAY).code)
