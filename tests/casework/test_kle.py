# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Our list of subjects: well formed, dated, and of numbers that KLE really has."""

import datetime
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.casework import kle

DATA = Path(os.environ.get("KODEKS_DATA", Path(__file__).parents[3] / "shared" / "data"))
OS2KLE = DATA / "inquiries" / "os2kle" / "OS2KLE-3.22.txt"


def test_numbers_are_well_formed_and_listed_once():
    numbers = [entry.number for entry in kle.ENTRIES]
    assert all(map(kle.is_number, numbers))
    assert len(set(numbers)) == len(numbers)
    assert all(entry.title.strip() for entry in kle.ENTRIES)


def test_find_respects_the_date():
    assert kle.find(number="05.01.08", on=datetime.date(2026, 1, 1)).title
    assert kle.find(number="05.01.08", on=kle.LISTED_FROM - datetime.timedelta(1)) is None
    assert kle.find(number="99.99.99", on=datetime.date(2026, 1, 1)) is None


@given(st.text(max_size=9))
def test_forms_accept_only_their_form(text):
    assert kle.is_number(text) == bool(re.fullmatch(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}", text))
    assert kle.is_facet(text) == bool(re.fullmatch("[A-ZÆØÅ][0-9]{2}", text))


@pytest.mark.parametrize("facet", ["K01", "Å99", "P35"])
def test_accepts_facets(facet):
    assert kle.is_facet(facet)


@pytest.mark.parametrize("facet", ["k01", "K1", "K011", "K01\n", "K٠١"])
def test_refuses_facets(facet):
    assert not kle.is_facet(facet)


@pytest.mark.skipif(not OS2KLE.is_file(), reason="needs KODEKS_DATA/inquiries/os2kle")
def test_numbers_are_in_os2kle_and_about_the_same_matter():
    rows = re.findall(
        r"KLENummer='([\d.]+)':KLETitel='(.*?)':Keywords\[Weight\]:(.*)", OS2KLE.read_text("utf-8")
    )
    known = {number: f"{title} {words}".lower() for number, title, words in rows}
    for entry in kle.ENTRIES:
        stems = [word[:5].lower() for word in re.findall(r"\w{4,}", entry.title)]
        assert any(stem in known[entry.number] for stem in stems), entry
