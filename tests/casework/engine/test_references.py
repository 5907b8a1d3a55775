# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Sections of laws and codes of forms: one name for a law, and the nearer the more in common."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.casework.engine import references


def only(text: str) -> references.Reference:
    (found,) = references.find(text)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "vandløbsloven §42",
        "efter § 42 i vandløbsloven",
        "vandløbslovens § 42",
        "jf. vandløbslovens bestemmelser, § 42",
    ],
)
def test_a_section_has_its_laws_name_however_it_is_written(text):
    assert only(text).features[:2] == ("§vandløbslov", "§vandløbslov:42")


def test_a_long_name_begins_after_the_kind_of_the_text():
    assert only("bekendtgørelse om adoption §32").features[0] == "§adoption"
    assert only("lov om aktiv socialpolitik § 34").features[0] == "§aktiv socialpolitik"


def test_a_section_without_a_law_and_a_letter():
    assert only("særlig støtte efter § 34").features[0] == "§"
    assert "§lov:116a" not in only("vejloven §116 a").features
    assert "§vejlov:116a" in only("vejloven §116 a").features
    assert "§vejlov:116a" not in only("vejloven § 116 alle").features


@pytest.mark.parametrize("text", ["sp 216", "sp216", "sp-216", "blanket sp 216_2010"])
def test_a_form_has_its_series_and_number(text):
    assert only(text).features[:2] == ("sp", "sp:216")


@pytest.mark.parametrize(
    "text", ["kl 12", "den 24", "2026", "nr. 17", "xsp216789", "i 2026", "vi 12", "de 24"]
)
def test_what_is_no_reference(text):
    assert not list(references.find(text))


@settings(deadline=None)
@given(st.integers(1, 500), st.integers(1, 60), st.integers(1, 60))
def test_the_nearer_the_more_features_in_common(number, one, other):
    near, far = sorted((one, other))
    own, nearer, farther = (
        set(only(f"vejloven §{number + step}").features) for step in (0, near, far)
    )
    assert len(own & nearer) >= len(own & farther) >= 1


@settings(deadline=None)
@given(st.text(max_size=200).map(str.lower))
def test_any_text_gives_places_within_it(text):
    for found in references.find(text):
        assert 0 <= found.start < found.end <= len(text)
        assert found.features
