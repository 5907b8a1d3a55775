# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Texts that are nearly the same are found, and what an earlier inquiry is to a new one is judged
from lines without their texts."""

import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.inquiries.engine import kinship, shingles
from kodeks.inquiries.engine.kinship import Kin, Limits

HOLE = (
    "Hej. Der er et meget dybt hul i vejen ud for Testvej 12. Asfalten er væk, og cyklisterne må "
    "køre udenom. Kan I komme og lappe det snart? Venlig hilsen Prøve Prøvesen"
)
AGAIN = (
    "Kære kommune! Der er et megt dybt hul i vejen ud for testvej 12, asfalten er væk og "
    "cyklisterne må kørre udenom. Kan i komme og lappe det snart?"
)
OTHER = "Jeg vil gerne klage over en parkeringsafgift, som jeg fik ved stationen i går formiddags."
LIMITS = Limits()


def pieces_alike(one: str, other: str) -> float:
    return shingles.likeness(shingles.pieces(one), shingles.pieces(other))


def test_the_same_text_with_typos_and_another_greeting_is_alike_and_another_matter_is_not():
    assert pieces_alike(HOLE, HOLE.upper()) == 1.0
    assert pieces_alike(HOLE, AGAIN) > LIMITS.same_sender
    assert pieces_alike(HOLE, OTHER) < 0.05
    assert pieces_alike("", HOLE) == pieces_alike("", "") == 0.0


def test_what_points_at_a_person_is_no_part_of_the_likeness():
    assert pieces_alike(f"{HOLE} 0405781234", f"{HOLE} 0709771235") == 1.0


def test_alike_texts_share_a_band_and_signatures_are_as_they_always_were():
    one, again, other = (shingles.signature(shingles.pieces(text)) for text in (HOLE, AGAIN, OTHER))
    assert set(one) & set(again)
    assert not set(one) & set(other)
    assert len(one) == shingles.BANDS
    assert shingles.signature(shingles.pieces("")) == ()
    # Those stored long ago must still be found.
    assert shingles.signature(shingles.pieces("hul i vejen"))[:2] == PINNED


PINNED = (2734086186850928374, -6999385687720237732)

texts = st.text(max_size=80)


@settings(deadline=None)
@given(texts, texts)
def test_likeness_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    share = pieces_alike(one, other)
    assert 0 <= share <= 1
    assert share == pieces_alike(other, one)
    bands = shingles.signature(shingles.pieces(one))
    assert all(-(2**63) <= band < 2**63 for band in bands)


kin = st.builds(
    Kin,
    what=st.sampled_from(("Henvendelse", "Sag")),
    id=st.uuids().map(str),
    days=st.integers(0, 999_999),
    same_sender=st.booleans(),
    likeness=st.integers(0, 10_000).map(lambda one: one / 10_000),
    is_open=st.booleans(),
    named=st.booleans(),
)


@settings(deadline=None)
@given(st.lists(kin, max_size=4))
def test_lines_are_read_as_they_were_written(found: list[Kin]) -> None:
    assert kinship.of_text(kinship.as_text(found)) == tuple(found)


@settings(deadline=None)
@given(st.text())
def test_any_other_value_is_read_as_far_as_it_is_one(value: str) -> None:
    assert kinship.judge(kinship.of_text(value), LIMITS) == ()


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"same_sender": True, "likeness": 0.9, "is_open": True}, "again"),
        ({"same_sender": True, "likeness": LIMITS.same_sender}, "again"),
        ({"same_sender": True, "likeness": 0.0, "is_open": True}, "case"),
        ({"same_sender": True, "likeness": 0.0}, None),
        ({"likeness": LIMITS.others, "days": LIMITS.days}, "others"),
        ({"likeness": LIMITS.others, "days": LIMITS.days + 1}, None),
        ({"likeness": 0.1, "is_open": True}, None),
        ({"what": "Sag", "named": True}, "named"),
    ],
)
def test_what_an_earlier_one_is(changes, kind):
    given = {"what": "Henvendelse", "days": 1, "same_sender": False, "likeness": 0.0} | changes
    found = kinship.judge([Kin(id=str(uuid.uuid4()), **given)], LIMITS)
    assert [one.kind for one in found] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Min sag 2019-0337243 og 2026-0000123.", ("2019-0337243", "2026-0000123")),
        ("Dokument 2019-0337243-2, se 2019-0337243", ("2019-0337243",)),
        ("Ring på 2019-033724 eller 12019-0337243", ()),
        ("den 2019-01-02", ()),
    ],
)
def test_numbers_of_cases_are_found_in_a_text(text, numbers):
    assert kinship.numbers_in(text) == numbers
