# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The facet follows the kind of document, and says which words tell it."""

import datetime as dt
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.casework import kle
from kodeks.casework.engine import facets

TODAY = dt.date(2026, 11, 28)
BEFORE = dt.date(2026, 11, 27)


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
        # What is decided, or how a case is handled, is complained of; a noise is reported.
        ("Jeg klager over støj fra naboen.", "G01"),
        ("Vi vil klage over lugten fra renseanlægget", "G01"),
        ("Jeg ønsker at klage. Der er hul i vejen, og ingen gør noget.", "G01"),
        ("Mine børn klager over maden i institutionen", "G01"),
        ("Jeg klager over støjen. I øvrigt fik jeg en tilladelse i fjor.", "G01"),
        ("Jeg klager hermed over kommunens afslag på hjemmehjælp", "K01"),
        ("Jeg vil gerne klage: sagsbehandlingen har taget et år.", "K01"),
        ("Klage til Ankestyrelsen", "K01"),
        ("Den afgørelse om boligstøtte vil jeg klage over.", "K01"),
        ("Vi gør indsigelse mod byggetilladelsen til naboen", "K01"),
        ("Jeg klager over, at I har afvist min ansøgning", "K01"),
        ("Jeg påklager afgørelsen af 3. marts", "K01"),
        ("Jeg klager over behandlingen af min sag", "K01"),
        ("Hvad er klagefristen?", "K01"),
        ("I har afvist at give mig aktindsigt, og det klager jeg over", "K02"),
        ("Jeg vil have kopi af min journal", "A53"),
        ("Må jeg se mine sagsakter?", "A53"),
        ("Jeg søger agtindsigt", "A53"),
        ("Jeg søger dokumentindsigt hos skolen", "A53"),
    ],
)
def test_the_kind_of_document_gives_the_facet(text, code):
    assert facets.suggest(text, on=TODAY).code == code


def test_the_reason_quotes_the_text_and_the_rule_its_source():
    found = facets.suggest("Jeg ønsker\naktindsigt", on=TODAY)
    assert found.reason == "»aktindsigt« tyder på en anmodning om aktindsigt."
    assert "kle-online.dk" in found.source


@pytest.mark.parametrize(
    ("text", "before", "now"),
    [
        ("Jeg klager over støj fra naboen.", "K01", "G01"),
        ("Må jeg se mine sagsakter?", "G01", "A53"),
        ("Jeg klager over afslaget på aktindsigt.", "K02", "K02"),
        ("Jeg søger om aktindsigt", "A53", "A53"),
    ],
)
def test_what_was_said_of_an_earlier_day_is_said_again(text, before, now):
    assert facets.suggest(text, on=BEFORE).code == before
    assert facets.suggest(text, on=TODAY).code == now


def test_a_long_text_is_read_in_time():
    """The sender chooses the text."""
    for part in ("klage over ", "afgørelse ", "afslag, ", "klager-", "aktindsigt afvist "):
        began = time.process_time()
        facets.suggest(part * (100_000 // len(part)), on=TODAY)
        assert time.process_time() - began < 2


def test_a_rule_counts_from_its_day():
    assert facets.suggest("aktindsigt", on=dt.date(2026, 10, 31)) == facets.GENERAL


@settings(deadline=None)
@given(st.text(max_size=300))
def test_every_text_gets_a_facet_of_the_right_form(text):
    assert kle.is_facet(facets.suggest(text, on=TODAY).code)
