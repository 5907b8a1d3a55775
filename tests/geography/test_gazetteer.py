# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Places that a text names: as they are written, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kodeks.geography.gazetteer import Gazetteer
from kodeks.geography.results import Named, Point


def street(name: str, *points: tuple[float, float], district: str = "", **numbers: Point) -> Named:
    return Named(
        name=name,
        kind="street",
        points=tuple(Point(*point) for point in points),
        district=district,
        numbers={number.removeprefix("n"): point for number, point in numbers.items()},
    )


def square(name: str, south: float, west: float) -> Named:
    corners = tuple(
        Point(south + y, west + x) for y, x in ((0, 0), (0, 0.01), (0.01, 0.01), (0.01, 0))
    )
    return Named(name=name, kind="district", points=corners, rings=(corners,))


PLACES = Gazetteer.of(
    [
        square("Nordby", 56.00, 10.00),
        square("Gl. Sydby", 55.98, 10.00),
        street("Prøvegade", (56.002, 10.002), (56.004, 10.004), n3=Point(56.003, 10.0031)),
        street("Kladdevej", (56.004, 10.0041), (56.008, 10.006), n14=Point(56.007, 10.0052)),
        street("Forsøgsallé", (55.985, 10.005)),
        street("Engen", (56.001, 10.001), n7=Point(56.0011, 10.0012)),
        street("Tvillingvej", (56.005, 10.005), district="Nordby"),
        street("Tvillingvej", (55.985, 10.002), district="Gl. Sydby"),
        Named(name="Store Torv", kind="place", points=(Point(56.006, 10.006),)),
    ]
)


def found(text: str, near: str = "") -> list[tuple[str, str, str]]:
    return [(one.title, one.kind, one.district) for one in PLACES.find(text, near=near)]


@pytest.mark.parametrize(
    ("text", "title", "kind"),
    [
        ("Der er hul på Prøvegade.", "Prøvegade", "street"),
        ("hul på prøvegade", "Prøvegade", "street"),
        ("PRØVEGADE ER FARLIG", "Prøvegade", "street"),
        ("Prøvegadens asfalt", "Prøvegade", "street"),
        ("på Prøvegaden", "Prøvegade", "street"),
        ("ved Kladdevejs udmunding", "Kladdevej", "street"),
        ("Forsøgsalleen er glat", "Forsøgsallé", "street"),
        ("Prøvegade 3", "Prøvegade 3", "address"),
        ("prøvegade nr. 3, 2. tv.", "Prøvegade 3", "address"),
        ("Prøvegade ud for nummer 3", "Prøvegade 3", "address"),
        ("Kladdevej 14B", "Kladdevej 14B", "address"),
        ("Kladdevej 14 b.", "Kladdevej 14B", "address"),
        ("Kladdevej 99", "Kladdevej 99", "street"),
        ("Kladdevej 14 i går", "Kladdevej 14", "address"),
        ("Prøvegde", "Prøvegade", "street"),
        ("Pørvegade", "Prøvegade", "street"),
        ("Prøvegaade", "Prøvegade", "street"),
        ("Prævegade", "Prøvegade", "street"),
        ("på store torv", "Store Torv", "place"),
        ("Engen 7", "Engen 7", "address"),
        ("inde i Gammel Sydby", "Gl. Sydby", "district"),
        ("i Nordbys midte", "Nordby", "district"),
        ("hjørnet af Prøvegade og Kladdevej", "Prøvegade / Kladdevej", "crossing"),
        ("hvor Prøvegade møder Kladdevej", "Prøvegade / Kladdevej", "crossing"),
        ("krydset Kladdevej/Prøvegade", "Kladdevej / Prøvegade", "crossing"),
    ],
)
def test_a_place_is_found_as_people_write_it(text: str, title: str, kind: str) -> None:
    assert [one[:2] for one in found(text)] == [(title, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "Jeg går en tur på engen hver dag.",
        "Vejen er glat, og gaden er mørk.",
        "Vi prøver en ny gade",
        "Hej\n\nDer er mørkt her.\n\nMed venlig hilsen\nBo Prøvesen\nPrøvegade 3",
        "Mørkt.\nMvh. Bo, Kladdevej 14",
        "Tvillingvej er glat",
    ],
)
def test_words_signatures_and_what_cannot_be_told_apart_are_no_places(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Prøvegade 3 dage i træk", "Prøvegade"),
        ("Kladdevej 14 gange", "Kladdevej"),
        ("Kladdevej 14.500 kr", "Kladdevej"),
        ("Prøvegade 0", "Prøvegade"),
    ],
)
def test_an_amount_is_no_house_number(text: str, title: str) -> None:
    assert [one[0] for one in found(text)] == [title]


def test_streets_far_apart_have_no_corner_and_a_greeting_first_hides_nothing() -> None:
    assert [one[1] for one in found("hjørnet af Prøvegade og Forsøgsallé")] == ["street"] * 2
    assert [one[0] for one in found("Hilsen fra Nordby. Prøvegade er glat")] == ["Prøvegade"]


def test_two_streets_of_a_name_are_told_apart_by_the_text_before_what_else_is_known() -> None:
    assert found("Tvillingvej i Gl. Sydby") == [("Tvillingvej", "street", "Gl. Sydby")]
    assert found("Tvillingvej er glat", near="Nordby") == [("Tvillingvej", "street", "Nordby")]
    assert found("Gammel Sydby, Tvillingvej", near="Nordby")[0][2] == "Gl. Sydby"


def test_the_house_number_says_more_than_its_street_and_the_street_than_its_district() -> None:
    assert found("Prøvegade i Nordby, nærmere bestemt Prøvegade 3") == [
        ("Prøvegade 3", "address", "Nordby")
    ]


def test_what_was_read_stands_where_it_says() -> None:
    text = "Hul ud for Prøvgade nr. 3 i dag"
    (one,) = PLACES.find(text)
    assert (text[one.start : one.end], one.matched, one.exact) == (
        "Prøvgade nr. 3", "Prøvgade nr. 3", False,
    )  # fmt: skip


NAMES = [one.name for one in PLACES.names if one.kind == "street" and len(one.name) > 7]
LETTERS = "abcdefghijklmnoprstuvyæøå"


@given(
    name=st.sampled_from(sorted(set(NAMES) - {"Tvillingvej"})),
    place=st.integers(1, 7),
    letter=st.sampled_from(LETTERS),
    how=st.sampled_from(["wrong", "missing", "extra", "swapped"]),
)
def test_one_wrong_letter_hides_no_street(name: str, place: int, letter: str, how: str) -> None:
    head, rest = name[:place], name[place:]
    written = {
        "wrong": head + letter + rest[1:],
        "missing": head + rest[1:],
        "extra": head + letter + rest,
        "swapped": head + rest[1:2] + rest[:1] + rest[2:],
    }[how]
    # »aa« is read as »å«, so two letters are another then.
    assume("aa" not in written.lower())
    assert [one[0] for one in found(f"Der er mørkt på {written}.")] == [name]


@given(
    st.lists(
        st.one_of(
            st.sampled_from([*(one.name for one in PLACES.names), "hjørnet af", "og", "nr.", "3"]),
            st.text(max_size=8),
        ),
        max_size=12,
    )
)
def test_any_text_gives_places_that_stand_in_it_and_never_overlap(parts: list[str]) -> None:
    text = " ".join(parts)
    places = PLACES.find(text)
    assert all(text[one.start : one.end] == one.matched for one in places)
    ends = [one.end for one in places]
    assert all(one.start >= end for one, end in zip(places[1:], ends, strict=False))
    assert len({one.title for one in places}) == len(places)


@given(st.sampled_from(NAMES), st.sampled_from(["{}", "hul på {}", "{} er glat i dag.", "»{}«"]))
def test_case_changes_no_street(name: str, frame: str) -> None:
    texts = [frame.format(form) for form in (name, name.upper(), name.lower(), name.title())]
    assert len({tuple(found(text, near="Nordby")) for text in texts}) == 1
